#include "labels/category_der.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <utility>

#include "guard/base/check.h"
#include "labels/der_writer.h"
#include "labels/sdn801c.h"

namespace labels {
namespace {

// 2.16.840.1.101.2.1.8; below it 3.0 to 3.4 for the tag types, 1 and 2 for the named tag sets.
constexpr std::array<std::uint8_t, 8> kArc{0x60, 0x86, 0x48, 0x01, 0x65, 0x02, 0x01, 0x08};
constexpr std::uint8_t kTagTypeArc = 3;

std::unexpected<LabelError> error_at(std::size_t offset, LabelReason reason) {
  return std::unexpected(LabelError{offset, reason});
}

std::uint8_t named_tag_sets_arc(CategoryOwner owner) {
  return owner == CategoryOwner::kLabel ? 1 : 2;
}

// CategoryType is what the object identifier of a category names: a tag type 0 to 4, or the named
// tag sets where there is none.
struct CategoryType {
  std::optional<std::uint8_t> tag_type;
};

std::expected<CategoryType, LabelError> read_type(const DerReader::Element& element,
                                                  CategoryOwner owner) {
  const guard::BytesView content = element.content();
  if (content.size() > kArc.size() && std::equal(kArc.begin(), kArc.end(), content.begin())) {
    const guard::BytesView rest = content.subspan(kArc.size());
    if (rest.size() == 2 && rest[0] == kTagTypeArc && rest[1] <= 4) return CategoryType{rest[1]};
    if (rest.size() == 1 && rest[0] == named_tag_sets_arc(owner)) {
      return CategoryType{std::nullopt};
    }
  }
  const std::expected<Oid, LabelError> oid = read_oid(element);
  if (!oid) return std::unexpected(oid.error());
  return error_at(element.offset, LabelReason::kUnknownCategory);
}

// Which kind a tag type is, given the tag of its value; nullopt where that tag does not belong.
std::optional<CategoryKind> kind_of(std::uint8_t tag_type, std::uint8_t value_tag) {
  const bool bits = value_tag == der::kBitString;
  if (!bits && value_tag != der::kSet) return std::nullopt;
  switch (tag_type) {
    case 0:
      return bits ? std::optional(CategoryKind::kRestrictive) : std::nullopt;
    case 1:
      return bits ? std::nullopt : std::optional(CategoryKind::kEnumeratedPermissive);
    case 2:
      return bits ? std::optional(CategoryKind::kPermissive) : std::nullopt;
    case 3:
      return bits ? CategoryKind::kInformativeBits : CategoryKind::kInformativeValues;
    case 4:
      return bits ? std::nullopt : std::optional(CategoryKind::kEnumeratedRestrictive);
    default:
      return std::nullopt;
  }
}

std::uint8_t tag_type_of(CategoryKind kind) {
  switch (kind) {
    case CategoryKind::kRestrictive:
      return 0;
    case CategoryKind::kEnumeratedPermissive:
      return 1;
    case CategoryKind::kPermissive:
      return 2;
    case CategoryKind::kInformativeBits:
    case CategoryKind::kInformativeValues:
      return 3;
    case CategoryKind::kEnumeratedRestrictive:
      return 4;
  }
  CHECK(false);
}

// The [1] EXPLICIT value of a tag type: SEQUENCE { tagSet, BIT STRING or SET OF INTEGER }.
std::expected<Category, LabelError> read_tag(const DerReader::Element& wrapper,
                                             std::uint8_t tag_type) {
  DerReader inside(wrapper);
  const auto sequence = inside.next(der::kSequence);
  if (!sequence) return std::unexpected(sequence.error());
  if (const auto end = inside.end(); !end) return std::unexpected(end.error());

  DerReader fields(*sequence);
  const auto tag_set_element = fields.next(der::kOid);
  if (!tag_set_element) return std::unexpected(tag_set_element.error());
  const auto tag_set = read_oid(*tag_set_element);
  if (!tag_set) return std::unexpected(tag_set.error());
  const auto value = fields.next();
  if (!value) return std::unexpected(value.error());
  const std::optional<CategoryKind> kind = kind_of(tag_type, value->tag);
  if (!kind) return error_at(value->offset, LabelReason::kUnexpectedTag);
  if (const auto end = fields.end(); !end) return std::unexpected(end.error());

  auto values = is_bit_string(*kind) ? read_bits(*value, kMaxBit) : read_integers(*value);
  if (!values) return std::unexpected(values.error());
  auto category = Category::make(*tag_set, *kind, *std::move(values));
  if (!category) return error_at(value->offset, category.error());
  return *std::move(category);
}

std::expected<void, LabelError> read_named(const DerReader::Element& wrapper, CategoryOwner owner,
                                           DerCategories& read) {
  DerReader inside(wrapper);
  const auto value = inside.next();
  if (!value) return std::unexpected(value.error());
  if (const auto end = inside.end(); !end) return std::unexpected(end.error());
  auto named = read_named_tag_sets(*value, owner);
  if (!named) return std::unexpected(named.error());
  read = *std::move(named);
  return {};
}

std::expected<void, LabelError> read_category(const DerReader::Element& element, bool only,
                                              CategoryOwner owner, DerCategories& read) {
  DerReader reader(element);
  const auto type_element = reader.next(der::kContext0);
  if (!type_element) return std::unexpected(type_element.error());
  const auto type = read_type(*type_element, owner);
  if (!type) return std::unexpected(type.error());
  const auto wrapper = reader.next(der::kContext1Constructed);
  if (!wrapper) return std::unexpected(wrapper.error());
  if (const auto end = reader.end(); !end) return std::unexpected(end.error());
  if (!type->tag_type) {
    if (!only) return error_at(element.offset, LabelReason::kMixedEncodings);
    return read_named(*wrapper, owner, read);
  }
  auto category = read_tag(*wrapper, *type->tag_type);
  if (!category) return std::unexpected(category.error());
  if (const auto added = insert(read.categories, *std::move(category)); !added) {
    return error_at(element.offset, added.error());
  }
  return {};
}

guard::Bytes encode_category(guard::BytesView type, guard::BytesView value) {
  guard::Bytes parts;
  der::append(parts, der::kContext0, type);
  der::append(parts, der::kContext1Constructed, value);
  guard::Bytes whole;
  der::append(whole, der::kSequence, parts);
  return whole;
}

guard::Bytes encode_tag(const Category& category) {
  guard::Bytes fields;
  der::append(fields, der::kOid, category.tag_set().content());
  if (is_bit_string(category.kind())) {
    der::append_bits(fields, der::kBitString, category.values());
  } else {
    der::append_integers(fields, der::kSet, category.values());
  }
  guard::Bytes sequence;
  der::append(sequence, der::kSequence, fields);
  guard::Bytes type(kArc.begin(), kArc.end());
  type.push_back(kTagTypeArc);
  type.push_back(tag_type_of(category.kind()));
  return encode_category(type, sequence);
}

// Whether a space of the policy knows every one of the values.
bool knows_all(const SecurityPolicy::Space& space, const std::vector<std::uint32_t>& values) {
  return std::ranges::all_of(values,
                             [&](std::uint32_t value) { return space.find(value) != nullptr; });
}

}  // namespace

std::expected<std::vector<std::uint32_t>, LabelError> read_bits(const DerReader::Element& element,
                                                                std::uint32_t max) {
  const guard::BytesView content = element.content();
  if (content.empty()) return error_at(element.offset, LabelReason::kBitStringPadding);
  const unsigned unused = content[0];
  const guard::BytesView octets = content.subspan(1);
  if (unused > 7 || (octets.empty() && unused != 0)) {
    return error_at(element.content_offset(), LabelReason::kBitStringPadding);
  }
  if (octets.empty()) return std::vector<std::uint32_t>{};
  const unsigned last = octets.back();
  if ((last & ((1U << unused) - 1)) != 0) {
    return error_at(element.content_offset(), LabelReason::kBitStringPadding);
  }
  if ((last & (1U << unused)) == 0) {
    return error_at(element.content_offset(), LabelReason::kBitStringTrailing);
  }
  if (octets.size() * 8 - unused > std::size_t{max} + 1) {
    return error_at(element.offset, LabelReason::kValueRange);
  }
  std::size_t count = 0;
  for (const std::uint8_t octet : octets) {
    for (unsigned rest = octet; rest != 0; rest &= rest - 1) ++count;
  }
  std::expected<std::vector<std::uint32_t>, LabelError> values(std::in_place, count);
  auto place = values->begin();
  for (std::uint32_t i = 0; i < octets.size(); ++i) {
    for (std::uint8_t rest = octets[i]; rest != 0;) {  // bit 0 is the highest of the octet
      const auto bit = static_cast<std::uint32_t>(std::countl_zero(rest));
      *place++ = i * 8 + bit;
      rest = static_cast<std::uint8_t>(rest & ~(0x80U >> bit));
    }
  }
  return values;
}

std::expected<std::vector<std::uint32_t>, LabelError> read_integers(
    const DerReader::Element& element) {
  DerReader reader(element);
  if (reader.at_end()) return error_at(element.offset, LabelReason::kCategoryEmpty);
  std::expected<std::vector<std::uint32_t>, LabelError> result(std::in_place);
  std::vector<std::uint32_t>& values = *result;
  values.reserve(
      std::min(element.content().size() / 3, kMaxCategoryValues));  // three octets at least
  while (!reader.at_end()) {
    const auto integer = reader.next(der::kInteger);
    if (!integer) return std::unexpected(integer.error());
    const auto value = read_unsigned(*integer, kMaxAttribute, LabelReason::kValueRange);
    if (!value) return std::unexpected(value.error());
    // DER orders the members by their octets; for minimal integers that are not negative this is
    // the order of the numbers.
    if (!values.empty() && *value <= values.back()) {
      return error_at(integer->offset, *value == values.back() ? LabelReason::kDuplicateValue
                                                               : LabelReason::kSetOrder);
    }
    if (values.size() == kMaxCategoryValues) {
      return error_at(integer->offset, LabelReason::kTooManyValues);
    }
    values.push_back(*value);
  }
  return result;
}

std::expected<DerCategories, LabelError> read_categories(const DerReader::Element& element,
                                                         CategoryOwner owner) {
  DerReader reader(element);
  if (reader.at_end()) return error_at(element.offset, LabelReason::kNoCategories);
  std::expected<DerCategories, LabelError> result(std::in_place);
  DerCategories& read = *result;
  read.categories.reserve(4);  // more are rare
  guard::BytesView previous;
  while (!reader.at_end()) {
    const auto next = reader.next(der::kSequence);
    if (!next) return std::unexpected(next.error());
    const int order = set_order(previous, next->whole);
    if (order == 0) return error_at(next->offset, LabelReason::kDuplicateCategory);
    if (order > 0) return error_at(next->offset, LabelReason::kSetOrder);
    if (read.encoding == CategoryEncoding::kNamedTagSets) {
      return error_at(next->offset, LabelReason::kMixedEncodings);
    }
    const bool only = previous.empty();
    previous = next->whole;
    if (const auto one = read_category(*next, only, owner, read); !one) {
      return std::unexpected(one.error());
    }
  }
  return result;
}

guard::Bytes encode_categories(std::span<const Category> categories,
                               std::span<const EnumeratedTag> open, CategoryEncoding encoding,
                               CategoryOwner owner) {
  CHECK(!categories.empty() || !open.empty());
  if (encoding == CategoryEncoding::kNamedTagSets) {
    guard::Bytes type(kArc.begin(), kArc.end());
    type.push_back(named_tag_sets_arc(owner));
    return encode_category(type, encode_named_tag_sets(categories, open, owner));
  }
  CHECK(open.empty());
  std::vector<guard::Bytes> encoded;
  for (const Category& category : categories) encoded.push_back(encode_tag(category));
  guard::Bytes joined;
  der::append_sorted(joined, std::move(encoded));
  return joined;
}

std::expected<Category, LabelReason> settle(const EnumeratedTag& tag,
                                            const SecurityPolicy& policy) {
  using Space = SecurityPolicy::Space;
  const Space* permissive = policy.space(tag.tag_set, CategoryKind::kEnumeratedPermissive);
  const Space* restrictive = policy.space(tag.tag_set, CategoryKind::kEnumeratedRestrictive);
  const Space* chosen = permissive == nullptr ? restrictive : permissive;
  if (permissive != nullptr && restrictive != nullptr) {
    const bool may = knows_all(*permissive, tag.values);
    if (may == knows_all(*restrictive, tag.values)) {
      return std::unexpected(LabelReason::kEnumeratedOpen);
    }
    chosen = may ? permissive : restrictive;
  }
  if (chosen == nullptr) return std::unexpected(LabelReason::kEnumeratedOpen);
  return Category::make(tag.tag_set, chosen->kind, tag.values);
}

std::expected<void, LabelReason> check_settles(std::span<const Category> categories,
                                               const SecurityPolicy& policy) {
  for (const Category& category : categories) {
    if (category.kind() != CategoryKind::kEnumeratedPermissive &&
        category.kind() != CategoryKind::kEnumeratedRestrictive) {
      continue;
    }
    const auto settled = settle({.tag_set = category.tag_set(),
                                 .values = {category.values().begin(), category.values().end()}},
                                policy);
    if (!settled || *settled != category) return std::unexpected(LabelReason::kEnumeratedOpen);
  }
  return {};
}

}  // namespace labels
