// TranslationTable: what becomes of each part of a label between two security policies.
//
// A label is translated by parts, and refused where the whole does not hold (labels/README.md, "How
// a label is translated"). So what is said here of a part to have no equivalent is refused in every
// label that bears it; what has one is refused in some labels all the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "labels/security_policy.h"

namespace policy {

enum class Fate : std::uint8_t {
  kNone = 0,  // no equivalent: a label that bears it is refused
  kBecomes,
  kDepends,  // one of several, by what else the label bears
  kLeftOut,  // to be discarded, by what a policy says
};

struct PartFate {
  std::string part;  // "SECRET", "CRYPTO of Caveats"
  Fate fate = Fate::kNone;
  std::string becomes;  // with Fate::kBecomes, as `part`
  // What it is: a classification, or a value of a tag. The pointers live as long as the policy.
  const labels::Classification* classification = nullptr;
  const labels::TagSet* tag_set = nullptr;
  const labels::Tag* tag = nullptr;
  const labels::TagCategory* value = nullptr;
};

struct TranslationTable {
  bool possible = false;                  // one of the two policies introduces the other
  std::vector<PartFate> classifications;  // in ascending order of hierarchy
  std::vector<PartFate> values;           // in the order of the SPIF
};

// translation_table goes through every part that a label under `from` can have.
[[nodiscard]] TranslationTable translation_table(const labels::SecurityPolicy& from,
                                                 const labels::SecurityPolicy& to);

// table_words writes it as lines of text, each with `indent` before it and a line feed behind.
// Parts that have no equivalent, and those that are left out, stand in one line each.
[[nodiscard]] std::string table_words(const TranslationTable& table, const std::string& indent);

}  // namespace policy
