#include "labels/sdn801c.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "guard/base/check.h"
#include "labels/der_writer.h"

namespace labels {
namespace {

// The context tags: constructed in labels; in clearances the bit strings are primitive.
constexpr std::uint8_t kConstructed = 0xa0;
constexpr std::uint8_t kPrimitive = 0x80;
constexpr std::uint8_t kRestrictiveTag = 1;
constexpr std::uint8_t kEnumeratedTag = 2;
constexpr std::uint8_t kPermissiveTag = 6;
constexpr std::uint8_t kFreeFormTag = 7;

std::unexpected<LabelError> error_at(std::size_t offset, LabelReason reason) {
  return std::unexpected(LabelError{offset, reason});
}

// SecurityTag is one tag as it was read: of that kind, or enumerated where it has none.
struct SecurityTag {
  std::optional<CategoryKind> kind;
  std::vector<std::uint32_t> values;
};

// Makes a tag of the element that holds its values. `values.tag` need not be that of its type.
std::expected<SecurityTag, LabelError> tag_from(std::optional<CategoryKind> kind,
                                                const DerReader::Element& values) {
  const bool bits = kind && is_bit_string(*kind);
  auto numbers = bits ? read_bits(values, kMaxBit) : read_integers(values);
  if (!numbers) return std::unexpected(numbers.error());
  if (numbers->empty()) return error_at(values.offset, LabelReason::kCategoryEmpty);
  return SecurityTag{kind, *std::move(numbers)};
}

// SEQUENCE { securityLevel OPTIONAL, attributeFlags }, under an implicit tag.
std::expected<SecurityTag, LabelError> read_flags(const DerReader::Element& element,
                                                  std::optional<CategoryKind> kind) {
  DerReader fields(element);
  const auto flags = fields.next();
  if (!flags) return std::unexpected(flags.error());
  if (flags->tag == der::kInteger) return error_at(flags->offset, LabelReason::kSecurityLevel);
  if (flags->tag != (kind ? der::kBitString : der::kSet)) {
    return error_at(flags->offset, LabelReason::kUnexpectedTag);
  }
  if (const auto end = fields.end(); !end) return std::unexpected(end.error());
  return tag_from(kind, *flags);
}

std::expected<SecurityTag, LabelError> read_free_form(const DerReader::Element& element) {
  DerReader inside(element);
  const auto value = inside.next();
  if (!value) return std::unexpected(value.error());
  if (const auto end = inside.end(); !end) return std::unexpected(end.error());
  if (value->tag == der::kBitString) return tag_from(CategoryKind::kInformativeBits, *value);
  if (value->tag == der::kSet) return tag_from(CategoryKind::kInformativeValues, *value);
  return error_at(value->offset, LabelReason::kUnexpectedTag);
}

std::expected<SecurityTag, LabelError> read_label_tag(const DerReader::Element& element) {
  switch (element.tag) {
    case kConstructed | kRestrictiveTag:
      return read_flags(element, CategoryKind::kRestrictive);
    case kConstructed | kEnumeratedTag:
      return read_flags(element, std::nullopt);
    case kConstructed | kPermissiveTag:
      return read_flags(element, CategoryKind::kPermissive);
    case kConstructed | kFreeFormTag:
      return read_free_form(element);
    default:
      return error_at(element.offset, LabelReason::kUnexpectedTag);
  }
}

std::expected<SecurityTag, LabelError> read_clearance_tag(const DerReader::Element& element) {
  switch (element.tag) {
    case kPrimitive | kRestrictiveTag:
      return tag_from(CategoryKind::kRestrictive, element);
    case kConstructed | kEnumeratedTag:
      return tag_from(std::nullopt, element);
    case kPrimitive | kPermissiveTag:
      return tag_from(CategoryKind::kPermissive, element);
    default:
      return error_at(element.offset, LabelReason::kUnexpectedTag);
  }
}

std::expected<void, LabelReason> keep(DerCategories& read, const Oid& tag_set, SecurityTag tag) {
  if (tag.kind) {
    auto category = Category::make(tag_set, *tag.kind, std::move(tag.values));
    if (!category) return std::unexpected(category.error());
    return insert(read.categories, *std::move(category));
  }
  const auto same = std::ranges::count(read.open, tag_set, &EnumeratedTag::tag_set);
  if (same == 2) return std::unexpected(LabelReason::kDuplicateCategory);
  read.open.push_back({.tag_set = tag_set, .values = std::move(tag.values)});
  return {};
}

// Reads one NamedTagSet and says whose it is.
std::expected<Oid, LabelError> read_tag_set(const DerReader::Element& element, CategoryOwner owner,
                                            DerCategories& read) {
  DerReader fields(element);
  const auto name = fields.next(der::kOid);
  if (!name) return std::unexpected(name.error());
  const auto tag_set = read_oid(*name);
  if (!tag_set) return std::unexpected(tag_set.error());
  const auto tags = fields.next(der::kSequence);
  if (!tags) return std::unexpected(tags.error());
  if (const auto end = fields.end(); !end) return std::unexpected(end.error());

  DerReader reader(*tags);
  if (reader.at_end()) return error_at(tags->offset, LabelReason::kCategoryEmpty);
  guard::BytesView previous;
  while (!reader.at_end()) {
    const auto next = reader.next();
    if (!next) return std::unexpected(next.error());
    const int order = set_order(previous, next->whole);
    if (order == 0) return error_at(next->offset, LabelReason::kDuplicateCategory);
    if (order > 0) return error_at(next->offset, LabelReason::kSetOrder);
    previous = next->whole;
    auto tag = owner == CategoryOwner::kLabel ? read_label_tag(*next) : read_clearance_tag(*next);
    if (!tag) return std::unexpected(tag.error());
    if (read.categories.size() + read.open.size() == kMaxCategories) {
      return error_at(next->offset, LabelReason::kTooManyCategories);
    }
    if (const auto kept = keep(read, *tag_set, *std::move(tag)); !kept) {
      return error_at(next->offset, kept.error());
    }
  }
  return *tag_set;
}

guard::Bytes enumerated_of_label(std::span<const std::uint32_t> values) {
  guard::Bytes flags;
  der::append_integers(flags, der::kSet, values);
  guard::Bytes tag;
  der::append(tag, kConstructed | kEnumeratedTag, flags);
  return tag;
}

guard::Bytes enumerated_of_clearance(std::span<const std::uint32_t> values) {
  guard::Bytes tag;
  der::append_integers(tag, kConstructed | kEnumeratedTag, values);
  return tag;
}

guard::Bytes encode_label_tag(const Category& category) {
  guard::Bytes flags;
  if (is_bit_string(category.kind())) {
    der::append_bits(flags, der::kBitString, category.values());
  } else {
    der::append_integers(flags, der::kSet, category.values());
  }
  guard::Bytes tag;
  switch (category.kind()) {
    case CategoryKind::kRestrictive:
      der::append(tag, kConstructed | kRestrictiveTag, flags);
      break;
    case CategoryKind::kEnumeratedPermissive:
    case CategoryKind::kEnumeratedRestrictive:
      return enumerated_of_label(category.values());
    case CategoryKind::kPermissive:
      der::append(tag, kConstructed | kPermissiveTag, flags);
      break;
    case CategoryKind::kInformativeBits:
    case CategoryKind::kInformativeValues:
      der::append(tag, kConstructed | kFreeFormTag, flags);
      break;
  }
  return tag;
}

guard::Bytes encode_clearance_tag(const Category& category) {
  guard::Bytes tag;
  switch (category.kind()) {
    case CategoryKind::kRestrictive:
      der::append_bits(tag, kPrimitive | kRestrictiveTag, category.values());
      break;
    case CategoryKind::kEnumeratedPermissive:
    case CategoryKind::kEnumeratedRestrictive:
      return enumerated_of_clearance(category.values());
    case CategoryKind::kPermissive:
      der::append_bits(tag, kPrimitive | kPermissiveTag, category.values());
      break;
    case CategoryKind::kInformativeBits:
    case CategoryKind::kInformativeValues:
      CHECK(false);
  }
  return tag;
}

}  // namespace

std::expected<DerCategories, LabelError> read_named_tag_sets(const DerReader::Element& value,
                                                             CategoryOwner owner) {
  if (value.tag != der::kSet) return error_at(value.offset, LabelReason::kUnexpectedTag);
  DerReader reader(value);
  if (reader.at_end()) return error_at(value.offset, LabelReason::kNoCategories);
  DerCategories read;
  read.encoding = CategoryEncoding::kNamedTagSets;
  guard::BytesView previous;
  std::vector<Oid> seen;
  while (!reader.at_end()) {
    const auto next = reader.next(der::kSequence);
    if (!next) return std::unexpected(next.error());
    const int order = set_order(previous, next->whole);
    if (order == 0) return error_at(next->offset, LabelReason::kDuplicateCategory);
    if (order > 0) return error_at(next->offset, LabelReason::kSetOrder);
    previous = next->whole;
    const auto tag_set = read_tag_set(*next, owner, read);
    if (!tag_set) return std::unexpected(tag_set.error());
    // A tag set under two names would be written as one.
    if (std::ranges::find(seen, *tag_set) != seen.end()) {
      return error_at(next->offset, LabelReason::kDuplicateCategory);
    }
    seen.push_back(*tag_set);
  }
  return read;
}

guard::Bytes encode_named_tag_sets(std::span<const Category> categories,
                                   std::span<const EnumeratedTag> open, CategoryOwner owner) {
  std::map<Oid, std::vector<guard::Bytes>> tags;
  for (const Category& category : categories) {
    tags[category.tag_set()].push_back(owner == CategoryOwner::kLabel
                                           ? encode_label_tag(category)
                                           : encode_clearance_tag(category));
  }
  for (const EnumeratedTag& tag : open) {
    tags[tag.tag_set].push_back(owner == CategoryOwner::kLabel
                                    ? enumerated_of_label(tag.values)
                                    : enumerated_of_clearance(tag.values));
  }
  std::vector<guard::Bytes> tag_sets;
  for (auto& [tag_set, encoded] : tags) {
    guard::Bytes sequence;
    der::append_sorted(sequence, std::move(encoded));
    guard::Bytes fields;
    der::append(fields, der::kOid, tag_set.content());
    der::append(fields, der::kSequence, sequence);
    guard::Bytes named;
    der::append(named, der::kSequence, fields);
    tag_sets.push_back(std::move(named));
  }
  guard::Bytes sorted;
  der::append_sorted(sorted, std::move(tag_sets));
  guard::Bytes whole;
  der::append(whole, der::kSet, sorted);
  return whole;
}

}  // namespace labels
