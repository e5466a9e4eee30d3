#include "labels/ess.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "guard/base/check.h"
#include "labels/der.h"

namespace labels {
namespace {

using Error = std::unexpected<LabelError>;

// 2.16.840.1.101.2.1.8.3; the sixth arc below it is the tag type.
constexpr std::array<std::uint8_t, 9> kTagTypeArc{0x60, 0x86, 0x48, 0x01, 0x65,
                                                  0x02, 0x01, 0x08, 0x03};

Error error_at(std::size_t offset, LabelReason reason) {
  return std::unexpected(LabelError{offset, reason});
}

// The tag type 0 to 4 that the object identifier of a category names.
std::expected<std::uint8_t, LabelError> read_tag_type(const DerReader::Element& element) {
  const std::expected<Oid, LabelError> oid = read_oid(element);
  if (!oid) return std::unexpected(oid.error());
  const guard::BytesView content = oid->content();
  const bool known = content.size() == kTagTypeArc.size() + 1 &&
                     std::equal(kTagTypeArc.begin(), kTagTypeArc.end(), content.begin()) &&
                     content.back() <= 4;
  if (!known) return error_at(element.offset, LabelReason::kUnknownCategory);
  return content.back();
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

std::expected<std::vector<std::uint32_t>, LabelError> read_bits(const DerReader::Element& element) {
  const guard::BytesView content = element.content;
  if (content.empty()) return error_at(element.offset, LabelReason::kBitStringPadding);
  const unsigned unused = content[0];
  const guard::BytesView octets = content.subspan(1);
  if (unused > 7 || (octets.empty() && unused != 0)) {
    return error_at(element.content_offset, LabelReason::kBitStringPadding);
  }
  if (octets.empty()) return error_at(element.offset, LabelReason::kCategoryEmpty);
  const unsigned last = octets.back();
  if ((last & ((1U << unused) - 1)) != 0) {
    return error_at(element.content_offset, LabelReason::kBitStringPadding);
  }
  if ((last & (1U << unused)) == 0) {
    return error_at(element.content_offset, LabelReason::kBitStringTrailing);
  }
  if (octets.size() * 8 - unused > kMaxBit + 1) {
    return error_at(element.offset, LabelReason::kValueRange);
  }
  std::size_t count = 0;
  for (const std::uint8_t octet : octets) count += static_cast<std::size_t>(std::popcount(octet));
  std::vector<std::uint32_t> values;
  values.reserve(count);
  for (std::uint32_t i = 0; i < octets.size(); ++i) {
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      if ((octets[i] & (0x80U >> bit)) != 0) values.push_back(i * 8 + bit);
    }
  }
  return values;
}

std::expected<std::vector<std::uint32_t>, LabelError> read_integers(
    const DerReader::Element& element) {
  DerReader reader(element);
  if (reader.at_end()) return error_at(element.offset, LabelReason::kCategoryEmpty);
  std::vector<std::uint32_t> values;
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
  return values;
}

// SecurityCategory ::= SEQUENCE { [0] type, [1] SEQUENCE { tagSet, values } }
std::expected<Category, LabelError> read_category(const DerReader::Element& element) {
  DerReader reader(element);
  const auto type = reader.next(der::kContext0);
  if (!type) return std::unexpected(type.error());
  const auto tag_type = read_tag_type(*type);
  if (!tag_type) return std::unexpected(tag_type.error());
  const auto wrapper = reader.next(der::kContext1Constructed);
  if (!wrapper) return std::unexpected(wrapper.error());
  if (const auto end = reader.end(); !end) return std::unexpected(end.error());

  DerReader inside(*wrapper);
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
  const std::optional<CategoryKind> kind = kind_of(*tag_type, value->tag);
  if (!kind) return error_at(value->offset, LabelReason::kUnexpectedTag);
  if (const auto end = fields.end(); !end) return std::unexpected(end.error());

  auto values = is_bit_string(*kind) ? read_bits(*value) : read_integers(*value);
  if (!values) return std::unexpected(values.error());
  auto category = Category::make(*tag_set, *kind, *std::move(values));
  if (!category) return error_at(value->offset, category.error());
  return *std::move(category);
}

std::expected<void, LabelError> read_categories(const DerReader::Element& element, Label& label) {
  DerReader reader(element);
  if (reader.at_end()) return error_at(element.offset, LabelReason::kNoCategories);
  guard::BytesView previous;
  while (!reader.at_end()) {
    const auto next = reader.next(der::kSequence);
    if (!next) return std::unexpected(next.error());
    const int order = set_order(previous, next->whole);
    if (order == 0) return error_at(next->offset, LabelReason::kDuplicateCategory);
    if (order > 0) return error_at(next->offset, LabelReason::kSetOrder);
    previous = next->whole;
    auto category = read_category(*next);
    if (!category) return std::unexpected(category.error());
    if (const auto added = label.add(*std::move(category)); !added) {
      return error_at(next->offset, added.error());
    }
  }
  return {};
}

// The fields of the label's SET, found but not yet read.
struct Fields {
  std::optional<DerReader::Element> policy;
  std::optional<DerReader::Element> classification;
  std::optional<DerReader::Element> privacy_mark;
  std::optional<DerReader::Element> categories;

  // slot returns where an element of that tag belongs, or nullptr.
  std::optional<DerReader::Element>* slot(std::uint8_t tag) {
    switch (tag) {
      case der::kOid:
        return &policy;
      case der::kInteger:
        return &classification;
      case der::kUtf8String:
      case der::kPrintableString:
        return &privacy_mark;
      case der::kSet:
        return &categories;
      default:
        return nullptr;
    }
  }
};

// DER orders the members of a SET by their tags (X.690 10.3); an untagged choice, as the privacy
// mark is, goes by the tag that it has.
std::expected<Fields, LabelError> find_fields(const DerReader::Element& set) {
  DerReader reader(set);
  Fields fields;
  unsigned previous = 0;
  while (!reader.at_end()) {
    const auto element = reader.next();
    if (!element) return std::unexpected(element.error());
    std::optional<DerReader::Element>* slot = fields.slot(element->tag);
    if (slot == nullptr) return error_at(element->offset, LabelReason::kUnexpectedTag);
    if (slot->has_value()) return error_at(element->offset, LabelReason::kDuplicateField);
    const unsigned number = element->tag & 0x1fU;
    if (number < previous) return error_at(element->offset, LabelReason::kSetOrder);
    previous = number;
    *slot = *element;
  }
  if (!fields.policy) return error_at(set.offset, LabelReason::kPolicyMissing);
  return fields;
}

std::expected<PrivacyMark, LabelError> read_privacy_mark(const DerReader::Element& element) {
  const auto form = element.tag == der::kUtf8String ? PrivacyMark::Form::kUtf8String
                                                    : PrivacyMark::Form::kPrintableString;
  auto mark = PrivacyMark::make(form, std::string(guard::as_text(element.content)));
  if (!mark) return error_at(element.offset, mark.error());
  return *std::move(mark);
}

void append(guard::Bytes& out, std::uint8_t tag, guard::BytesView content) {
  out.push_back(tag);
  const std::size_t length = content.size();
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
  } else {
    std::uint8_t octets = 1;
    while ((length >> (8 * octets)) != 0) ++octets;
    out.push_back(static_cast<std::uint8_t>(0x80 | octets));
    for (std::uint8_t i = octets; i-- > 0;) {
      out.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
    }
  }
  out.insert(out.end(), content.begin(), content.end());
}

void append_integer(guard::Bytes& out, std::uint32_t value) {
  guard::Bytes content;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto octet = static_cast<std::uint8_t>(value >> shift);
    if (!content.empty() || octet != 0 || shift == 0) content.push_back(octet);
  }
  if ((content.front() & 0x80) != 0) content.insert(content.begin(), 0);
  append(out, der::kInteger, content);
}

void append_bits(guard::Bytes& out, std::span<const std::uint32_t> values) {
  const std::uint32_t highest = values.back();
  guard::Bytes content(1 + highest / 8 + 1, 0);
  content[0] = static_cast<std::uint8_t>(7 - highest % 8);
  for (const std::uint32_t value : values) {
    std::uint8_t& octet = content[1 + value / 8];
    octet = static_cast<std::uint8_t>(octet | (0x80U >> (value % 8)));
  }
  append(out, der::kBitString, content);
}

guard::Bytes encode_category(const Category& category) {
  guard::Bytes fields;
  append(fields, der::kOid, category.tag_set().content());
  if (is_bit_string(category.kind())) {
    append_bits(fields, category.values());
  } else {
    guard::Bytes integers;
    for (const std::uint32_t value : category.values()) append_integer(integers, value);
    append(fields, der::kSet, integers);
  }
  guard::Bytes sequence;
  append(sequence, der::kSequence, fields);
  guard::Bytes type(kTagTypeArc.begin(), kTagTypeArc.end());
  type.push_back(tag_type_of(category.kind()));
  guard::Bytes parts;
  append(parts, der::kContext0, type);
  append(parts, der::kContext1Constructed, sequence);
  guard::Bytes whole;
  append(whole, der::kSequence, parts);
  return whole;
}

guard::Bytes encode_categories(std::span<const Category> categories) {
  std::vector<guard::Bytes> encoded;
  for (const Category& category : categories) encoded.push_back(encode_category(category));
  std::sort(encoded.begin(), encoded.end(),
            [](const auto& a, const auto& b) { return set_order(a, b) < 0; });
  guard::Bytes joined;
  for (const guard::Bytes& one : encoded) joined.insert(joined.end(), one.begin(), one.end());
  return joined;
}

}  // namespace

std::expected<Label, LabelError> decode_ess(guard::BytesView der) {
  DerReader reader(der);
  const auto set = reader.next(der::kSet);
  if (!set) return std::unexpected(set.error());
  if (const auto end = reader.end(); !end) return std::unexpected(end.error());
  const auto fields = find_fields(*set);
  if (!fields) return std::unexpected(fields.error());
  const auto policy = read_oid(*fields->policy);
  if (!policy) return std::unexpected(policy.error());
  Label label(*policy);
  if (fields->classification) {
    const auto value = read_unsigned(*fields->classification, kMaxClassification,
                                     LabelReason::kClassificationRange);
    if (!value) return std::unexpected(value.error());
    if (const auto set_to = label.set_classification(*value); !set_to) {
      return error_at(fields->classification->offset, set_to.error());
    }
  }
  if (fields->privacy_mark) {
    auto mark = read_privacy_mark(*fields->privacy_mark);
    if (!mark) return std::unexpected(mark.error());
    label.set_privacy_mark(*std::move(mark));
  }
  if (fields->categories) {
    if (const auto read = read_categories(*fields->categories, label); !read) {
      return std::unexpected(read.error());
    }
  }
  return label;
}

guard::Bytes encode_ess(const Label& label) {
  // In the order of the tags: INTEGER 2, OBJECT IDENTIFIER 6, UTF8String 12, SET 17,
  // PrintableString 19.
  const std::optional<PrivacyMark>& mark = label.privacy_mark();
  const bool utf8 = mark && mark->form() == PrivacyMark::Form::kUtf8String;
  guard::Bytes fields;
  if (label.classification()) append_integer(fields, *label.classification());
  append(fields, der::kOid, label.policy().content());
  if (utf8) append(fields, der::kUtf8String, guard::as_bytes(mark->text()));
  if (!label.categories().empty()) {
    append(fields, der::kSet, encode_categories(label.categories()));
  }
  if (mark && !utf8) append(fields, der::kPrintableString, guard::as_bytes(mark->text()));
  guard::Bytes whole;
  append(whole, der::kSet, fields);
  return whole;
}

}  // namespace labels
