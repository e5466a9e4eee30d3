#include "labels/ess.h"

#include <optional>
#include <string>
#include <utility>

#include "guard/base/check.h"
#include "labels/der.h"
#include "labels/der_writer.h"

namespace labels {
namespace {

std::unexpected<LabelError> error_at(std::size_t offset, LabelReason reason) {
  return std::unexpected(LabelError{offset, reason});
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
  auto mark = PrivacyMark::make(form, std::string(guard::as_text(element.content())));
  if (!mark) return error_at(element.offset, mark.error());
  return *std::move(mark);
}

}  // namespace

std::expected<EssLabel, LabelError> read_ess(guard::BytesView der) {
  DerReader reader(der);
  const auto set = reader.next(der::kSet);
  if (!set) return std::unexpected(set.error());
  if (const auto end = reader.end(); !end) return std::unexpected(end.error());
  const auto fields = find_fields(*set);
  if (!fields) return std::unexpected(fields.error());
  const auto policy = read_oid(*fields->policy);
  if (!policy) return std::unexpected(policy.error());
  std::expected<EssLabel, LabelError> result(std::in_place, EssLabel{.label = Label(*policy)});
  EssLabel& read = *result;
  if (fields->classification) {
    const auto value = read_unsigned(*fields->classification, kMaxClassification,
                                     LabelReason::kClassificationRange);
    if (!value) return std::unexpected(value.error());
    CHECK(read.label.set_classification(*value).has_value());
  }
  if (fields->privacy_mark) {
    auto mark = read_privacy_mark(*fields->privacy_mark);
    if (!mark) return std::unexpected(mark.error());
    read.label.set_privacy_mark(*std::move(mark));
  }
  if (fields->categories) {
    auto categories = read_categories(*fields->categories, CategoryOwner::kLabel);
    if (!categories) return std::unexpected(categories.error());
    read.encoding = categories->encoding;
    read.open = std::move(categories->open);
    CHECK(read.label.adopt(std::move(categories->categories)).has_value());  // as insert left them
  }
  return result;
}

std::expected<Label, LabelReason> settle(EssLabel read, const SecurityPolicy& policy) {
  for (const EnumeratedTag& tag : read.open) {
    auto category = settle(tag, policy);
    if (!category) return std::unexpected(category.error());
    if (const auto added = read.label.add(*std::move(category)); !added) {
      return std::unexpected(added.error());
    }
  }
  return std::move(read.label);
}

std::expected<Label, LabelError> decode_ess(guard::BytesView der) {
  auto read = read_ess(der);
  if (!read) return std::unexpected(read.error());
  if (!read->open.empty()) return error_at(0, LabelReason::kEnumeratedOpen);
  return std::move(read->label);
}

std::expected<Label, LabelError> decode_ess(guard::BytesView der, const SecurityPolicy& policy) {
  auto read = read_ess(der);
  if (!read) return std::unexpected(read.error());
  if (read->open.empty()) return std::move(read->label);
  auto label = settle(*std::move(read), policy);
  if (!label) return error_at(0, label.error());
  return *std::move(label);
}

guard::Bytes encode_ess(const EssLabel& read) {
  // In the order of the tags: INTEGER 2, OBJECT IDENTIFIER 6, UTF8String 12, SET 17,
  // PrintableString 19.
  const Label& label = read.label;
  const std::optional<PrivacyMark>& mark = label.privacy_mark();
  const bool utf8 = mark && mark->form() == PrivacyMark::Form::kUtf8String;
  guard::Bytes fields;
  if (label.classification()) der::append_integer(fields, *label.classification());
  der::append(fields, der::kOid, label.policy().content());
  if (utf8) der::append(fields, der::kUtf8String, guard::as_bytes(mark->text()));
  if (!label.categories().empty() || !read.open.empty()) {
    der::append(
        fields, der::kSet,
        encode_categories(label.categories(), read.open, read.encoding, CategoryOwner::kLabel));
  }
  if (mark && !utf8) der::append(fields, der::kPrintableString, guard::as_bytes(mark->text()));
  guard::Bytes whole;
  der::append(whole, der::kSet, fields);
  return whole;
}

guard::Bytes encode_ess(const Label& label) { return encode_ess(EssLabel{.label = label}); }

std::expected<guard::Bytes, LabelReason> encode_ess(const Label& label, CategoryEncoding encoding,
                                                    const SecurityPolicy& policy) {
  if (encoding == CategoryEncoding::kNamedTagSets) {
    if (const auto settles = check_settles(label.categories(), policy); !settles) {
      return std::unexpected(settles.error());
    }
  }
  return encode_ess(EssLabel{.label = label, .encoding = encoding});
}

}  // namespace labels
