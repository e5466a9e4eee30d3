// IcismMap: which classification or value of a security policy each token of an ICISM label means.
//
// A file of our own beside the SPIF (schemas/icism-map.xsd, namespace urn:xmpp-guard:icism-map:1),
// for ICISM knows attributes with tokens, and nothing of a policy's numbers:
//
//   <icism-map policy="SAMPLE">
//     <classification token="S" name="SECRET"/>
//     <tokens attribute="releasableTo" tag-set="Release" tag="Nations">
//       <token name="USA" value="UNITED STATES"/>
//     </tokens>
//     <fixed attribute="ownerProducer" token="USA"/>
//   </icism-map>
//
// Who controls it: the people who write the policy.
#pragma once

#include <compare>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/base/file_error.h"
#include "labels/category.h"
#include "labels/policy_set.h"

namespace labels {

// IcismValue is a value of the policy.
struct IcismValue {
  Oid tag_set = {};
  CategoryKind kind = CategoryKind::kRestrictive;
  std::uint32_t lacv = 0;

  auto operator<=>(const IcismValue&) const = default;
  bool operator==(const IcismValue&) const = default;
};

// IcismMap is one table, for one policy. A token means one thing; a thing has one token, so that a
// label can be written again.
struct IcismMap {
  Oid policy = {};
  std::map<std::string, std::uint32_t, std::less<>> classifications = {};  // token -> lacv
  // (attribute, token) -> value
  std::map<std::pair<std::string, std::string>, IcismValue> values = {};
  // Attributes that must be there with exactly this token, and mean nothing: written as they are.
  std::map<std::string, std::string, std::less<>> fixed = {};
};

// read_icism_map reads and checks a table. Errors, with line and column: not XML, not valid, names
// that the policy does not have, a token or a value twice, a policy that is not in the set.
[[nodiscard]] std::expected<IcismMap, guard::FileError> read_icism_map(const std::string& file,
                                                                       std::string_view text,
                                                                       const PolicySet& policies);

}  // namespace labels
