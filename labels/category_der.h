// CategoryDer: the security categories of a label or a clearance in DER, in both encodings.
//
//   SecurityCategories ::= SET SIZE (1..64) OF SecurityCategory
//   SecurityCategory ::= SEQUENCE { type [0] OBJECT IDENTIFIER, value [1] ANY DEFINED BY type }
//
// Five types under 2.16.840.1.101.2.1.8.3 hold one tag each (ess.h); the types …8.1 and …8.2 hold
// all of them, wrapped by tag set (sdn801c.h).
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "guard/base/bytes.h"
#include "labels/category.h"
#include "labels/der.h"
#include "labels/label_error.h"
#include "labels/security_policy.h"

namespace labels {

enum class CategoryEncoding : std::uint8_t {
  kTagTypes,     // 2.16.840.1.101.2.1.8.3.0 to .4, one category each
  kNamedTagSets  // 2.16.840.1.101.2.1.8.1 of labels, …8.2 of clearances (SDN.801c)
};

// Whose categories they are: the named tag sets of the two differ.
enum class CategoryOwner : std::uint8_t { kLabel, kClearance };

// EnumeratedTag holds the integers of a tag [2] of SDN.801c, which does not say whether it is
// permissive or restrictive: the security policy does.
struct EnumeratedTag {
  Oid tag_set = {};
  std::vector<std::uint32_t> values = {};  // ascending, each once, within kMaxAttribute

  bool operator==(const EnumeratedTag&) const = default;
};

// DerCategories is what one SET of categories says. `open` is empty where they came as kTagTypes.
struct DerCategories {
  CategoryEncoding encoding = CategoryEncoding::kTagTypes;
  std::vector<Category> categories = {};  // in canonical order
  std::vector<EnumeratedTag> open = {};
};

// read_categories reads the content of the SET, whatever its tag. Errors: everything that is not
// DER or not in one of the encodings; kMixedEncodings where both are there; kNoCategories.
[[nodiscard]] std::expected<DerCategories, LabelError> read_categories(
    const DerReader::Element& element, CategoryOwner owner);

// encode_categories gives the content of the SET: what read_categories read, octet for octet.
// REQUIRES: something in it; `open` is empty where the encoding is kTagTypes; no informative
// category in the named tag sets of a clearance.
[[nodiscard]] guard::Bytes encode_categories(std::span<const Category> categories,
                                             std::span<const EnumeratedTag> open,
                                             CategoryEncoding encoding, CategoryOwner owner);

// check_settles says whether the tags [2] that the enumerated categories become in named tag sets
// would settle to what they were; kEnumeratedOpen where they would not.
[[nodiscard]] std::expected<void, LabelReason> check_settles(std::span<const Category> categories,
                                                             const SecurityPolicy& policy);

// settle says what an open tag is under the policy: of the only enumerated kind that the tag set
// has, or, where it has both, of the one that knows all the values. kEnumeratedOpen where the
// policy does not know the tag set, or it has no enumerated tag, or both or neither kind would do.
[[nodiscard]] std::expected<Category, LabelReason> settle(const EnumeratedTag& tag,
                                                          const SecurityPolicy& policy);

// read_bits reads the content of a BIT STRING, whatever its tag, as the numbers of the bits that
// are set, at most `max`. Errors: kBitStringPadding, kBitStringTrailing, kValueRange. An empty
// string of bits gives no numbers.
[[nodiscard]] std::expected<std::vector<std::uint32_t>, LabelError> read_bits(
    const DerReader::Element& element, std::uint32_t max);

// read_integers reads the content of a SET OF INTEGER, whatever its tag. Errors: those of
// read_unsigned; kCategoryEmpty, kDuplicateValue, kSetOrder, kTooManyValues.
[[nodiscard]] std::expected<std::vector<std::uint32_t>, LabelError> read_integers(
    const DerReader::Element& element);

}  // namespace labels
