// Equivalent: what a security policy says about how its labels are written under another policy,
// and labels of another policy under it.
//
// SPEC: Open XML SPIF 2.1, equivalentPolicy, equivalentClassification, equivalentSecCategoryTag.
// Applied by translation.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "labels/category.h"
#include "labels/constraint.h"
#include "labels/oid.h"
#include "labels/place.h"

namespace labels {

// Applied is the direction: kEncrypt from this policy to the other, kDecrypt from the other to
// this one.
enum class Applied : std::uint8_t { kEncrypt, kDecrypt, kBoth };

// EquivalentPolicy introduces another policy that elements refer to by `name`.
struct EquivalentPolicy {
  std::string name = {};
  Oid id = {};
  std::vector<RequiredCategory> required = {};  // of a translated label, in the other policy
  Place place = {};
};

// EquivalentClassification: the number of a classification in the policy `policy`.
struct EquivalentClassification {
  std::string policy = {};  // the name of an EquivalentPolicy
  std::uint32_t lacv = 0;
  Applied applied = Applied::kBoth;
  std::vector<RequiredCategory> required = {};  // in the other policy's terms
  Place place = {};
};

// EquivalentCategory: a category in the policy `policy`, or that it is left out there.
struct EquivalentCategory {
  std::string policy = {};
  std::optional<Oid> tag_set = {};  // all three are set unless `discard`
  std::optional<CategoryKind> kind = {};
  bool kind_open = false;  // as in CategoryGroup
  std::optional<std::uint32_t> lacv = {};
  Applied applied = Applied::kBoth;
  bool discard = false;  // action="discard", or tagType="notApplicable"
  Place place = {};
};

}  // namespace labels
