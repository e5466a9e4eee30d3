#include "labels/clearance_der.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "guard/base/check.h"
#include "labels/der.h"
#include "labels/der_writer.h"

namespace labels {
namespace {

constexpr std::uint32_t kUnclassified = 1;  // SPEC: RFC 5755 4.4.6, the default class list

std::unexpected<LabelError> error_at(std::size_t offset, LabelReason reason) {
  return std::unexpected(LabelError{offset, reason});
}

// The tags of the three fields.
struct Tags {
  std::uint8_t policy;
  std::uint8_t classes;
  std::uint8_t categories;
};

constexpr Tags tags_of(ClearanceTagging tagging) {
  return tagging == ClearanceTagging::kUniversal ? Tags{der::kOid, der::kBitString, der::kSet}
                                                 : Tags{der::kContext0, 0x81, 0xa2};
}

std::expected<void, LabelError> read_classes(const DerReader::Element& element,
                                             Clearance& clearance) {
  const auto classes = read_bits(element, kMaxClassification);
  if (!classes) {
    const bool range = classes.error().reason == LabelReason::kValueRange;
    return error_at(classes.error().offset,
                    range ? LabelReason::kClassificationRange : classes.error().reason);
  }
  if (*classes == std::vector{kUnclassified}) {
    return error_at(element.offset, LabelReason::kDefaultWritten);
  }
  for (const std::uint32_t value : *classes) {
    CHECK(clearance.add_classification(value).has_value());
  }
  return {};
}

std::expected<void, LabelError> read_fields(DerReader& fields, DerClearance& read) {
  const Tags tags = tags_of(read.tagging);
  std::optional<DerReader::Element> element;
  const auto advance = [&]() -> std::expected<void, LabelError> {
    element.reset();
    if (fields.at_end()) return {};
    const auto next = fields.next();
    if (!next) return std::unexpected(next.error());
    element = *next;
    return {};
  };
  if (const auto first = advance(); !first) return first;
  if (element && element->tag == tags.classes) {
    if (const auto classes = read_classes(*element, read.clearance); !classes) return classes;
    if (const auto second = advance(); !second) return second;
  } else {
    CHECK(read.clearance.add_classification(kUnclassified).has_value());
  }
  if (!element) return {};
  if (element->tag != tags.categories) {
    return error_at(element->offset, LabelReason::kUnexpectedTag);
  }
  auto categories = read_categories(*element, CategoryOwner::kClearance);
  if (!categories) return std::unexpected(categories.error());
  read.encoding = categories->encoding;
  read.open = std::move(categories->open);
  for (Category& category : categories->categories) {
    CHECK(read.clearance.add(std::move(category)).has_value());
  }
  return fields.end();
}

}  // namespace

std::expected<DerClearance, LabelError> read_clearance_der(guard::BytesView der) {
  DerReader reader(der);
  const auto sequence = reader.next(der::kSequence);
  if (!sequence) return std::unexpected(sequence.error());
  if (const auto end = reader.end(); !end) return std::unexpected(end.error());
  DerReader fields(*sequence);
  if (fields.at_end()) return error_at(sequence->offset, LabelReason::kPolicyMissing);
  const auto policy_element = fields.next();
  if (!policy_element) return std::unexpected(policy_element.error());
  const bool context = policy_element->tag == der::kContext0;
  if (!context && policy_element->tag != der::kOid) {
    return error_at(policy_element->offset, LabelReason::kUnexpectedTag);
  }
  const auto policy = read_oid(*policy_element);
  if (!policy) return std::unexpected(policy.error());
  DerClearance read{.clearance = Clearance(*policy),
                    .tagging = context ? ClearanceTagging::kContext : ClearanceTagging::kUniversal};
  if (const auto rest = read_fields(fields, read); !rest) return std::unexpected(rest.error());
  return read;
}

std::expected<Clearance, LabelReason> settle(DerClearance read, const SecurityPolicy& policy) {
  for (const EnumeratedTag& tag : read.open) {
    auto category = settle(tag, policy);
    if (!category) return std::unexpected(category.error());
    if (const auto added = read.clearance.add(*std::move(category)); !added) {
      return std::unexpected(added.error());
    }
  }
  return std::move(read.clearance);
}

guard::Bytes encode_clearance(const DerClearance& read) {
  const Tags tags = tags_of(read.tagging);
  const Clearance& clearance = read.clearance;
  guard::Bytes fields;
  der::append(fields, tags.policy, clearance.policy().content());
  const std::vector<std::uint16_t> members = clearance.classifications();
  const std::vector<std::uint32_t> classes(members.begin(), members.end());
  if (classes != std::vector{kUnclassified}) der::append_bits(fields, tags.classes, classes);
  if (!clearance.categories().empty() || !read.open.empty()) {
    der::append(fields, tags.categories,
                encode_categories(clearance.categories(), read.open, read.encoding,
                                  CategoryOwner::kClearance));
  }
  guard::Bytes whole;
  der::append(whole, der::kSequence, fields);
  return whole;
}

std::expected<guard::Bytes, LabelReason> encode_clearance(const Clearance& clearance,
                                                          ClearanceTagging tagging,
                                                          CategoryEncoding encoding,
                                                          const SecurityPolicy& policy) {
  if (encoding == CategoryEncoding::kNamedTagSets) {
    const bool informative =
        std::ranges::any_of(clearance.categories(), [](const Category& category) {
          return rule_of(category.kind()) == CategoryRule::kInformative;
        });
    if (informative) return std::unexpected(LabelReason::kInformative);
    if (const auto settles = check_settles(clearance.categories(), policy); !settles) {
      return std::unexpected(settles.error());
    }
  }
  return encode_clearance(
      DerClearance{.clearance = clearance, .tagging = tagging, .encoding = encoding});
}

}  // namespace labels
