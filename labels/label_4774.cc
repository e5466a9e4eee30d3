#include "labels/label_4774.h"

#include <array>
#include <utility>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"
#include "labels/parts_4774.h"

namespace labels {
namespace {

using schemas::Element;

constexpr std::string_view kOldName = "ConfidentialityLabel";

struct RoleName {
  Role4774 role;
  std::string_view name;
};
constexpr std::array kRoleNames{RoleName{Role4774::kOriginator, "originatorConfidentialityLabel"},
                                RoleName{Role4774::kAlternative, "alternativeConfidentialityLabel"},
                                RoleName{Role4774::kMetadata, "metadataConfidentialityLabel"}};

std::optional<Role4774> role_from(std::string_view name) {
  for (const RoleName& one : kRoleNames) {
    if (one.name == name) return one.role;
  }
  if (name == kOldName) return Role4774::kOriginator;
  return std::nullopt;
}

std::string_view name_of(Role4774 role) {
  for (const RoleName& one : kRoleNames) {
    if (one.role == role) return one.name;
  }
  CHECK(false);
}

std::expected<LabelTime, XmlFault> read_time(const Root4774& root, const Element& at,
                                             std::string_view text) {
  const std::optional<LabelTime> time = parse_label_time(text);
  if (time) return *time;
  return root.fault(at, LabelReason::kTime, "the time \"" + std::string(text) + "\"",
                    "a date and time with a zone, to the millisecond at most");
}

std::expected<Label, XmlFault> read_information(const Root4774& root, const Element& information,
                                                const PolicySet& policies) {
  const Element* identifier = information.child(kLabel4774Namespace, "PolicyIdentifier");
  const Element* classification = information.child(kLabel4774Namespace, "Classification");
  if (identifier == nullptr || classification == nullptr) {
    return root.fault(information, LabelReason::kStructure,
                      "no PolicyIdentifier or no Classification", "both");
  }
  const auto names = root.policy(*identifier, policies);
  if (!names) return std::unexpected(names.error());
  const auto lacv = root.classification(*classification, **names);
  if (!lacv) return std::unexpected(lacv.error());
  Label label((*names)->policy().id());
  CHECK(label.set_classification(*lacv).has_value());  // the policy's own are within bounds
  if (const Element* element = information.child(kLabel4774Namespace, "PrivacyMark")) {
    std::string text = element->text();
    if (const auto known = (*names)->privacy_mark(text)) text = (*known)->name;
    auto mark = PrivacyMark::of(std::move(text));
    if (!mark) {
      return root.fault(*element, mark.error(), "a privacy mark that no label can bear",
                        "1 to 128 characters, no control characters");
    }
    label.set_privacy_mark(*std::move(mark));
  }
  Categories4774 collected(root, **names);
  for (const schemas::Child& child : information.children) {
    const auto* const* element = std::get_if<const Element*>(&child);
    if (element == nullptr || !(*element)->is(kLabel4774Namespace, "Category")) continue;
    if (const auto added = collected.add(**element); !added) return std::unexpected(added.error());
  }
  auto categories = collected.take();
  if (!categories) {
    return root.fault(information, categories.error(), "more categories than a label can bear");
  }
  for (Category& category : *categories) CHECK(label.add(std::move(category)).has_value());
  for (UserText& text : collected.texts()) {
    if (const auto added = label.add_user_text(std::move(text)); !added) {
      return root.fault(information, added.error(), "a text that no label can bear",
                        "1 to 256 characters, no control characters, 64 texts at most");
    }
  }
  return label;
}

// What a label and its successor have in common.
struct Body {
  Label label;
  std::string id;
  std::optional<Originator4774> originator;
};

std::expected<Body, XmlFault> read_body(const Root4774& root, const Element& element,
                                        const PolicySet& policies) {
  const Element* information = element.child(kLabel4774Namespace, "ConfidentialityInformation");
  if (information == nullptr) {
    return root.fault(element, LabelReason::kStructure, "no ConfidentialityInformation", "one");
  }
  auto label = read_information(root, *information, policies);
  if (!label) return std::unexpected(std::move(label.error()));
  Body body{.label = *std::move(label), .id = {}, .originator = {}};
  if (const std::string_view* id = element.attribute("Id")) body.id = *id;
  if (const std::string_view* text = element.attribute("ReviewDateTime")) {
    const auto time = read_time(root, element, *text);
    if (!time) return std::unexpected(time.error());
    CHECK(body.label.set_review(*time).has_value());
  }
  if (const Element* created = element.child(kLabel4774Namespace, "CreationDateTime")) {
    const auto time = read_time(root, *created, created->text());
    if (!time) return std::unexpected(time.error());
    CHECK(body.label.set_created(*time).has_value());
  }
  if (const Element* originator = element.child(kLabel4774Namespace, "OriginatorID")) {
    const std::string_view* type = originator->attribute("IDType");
    if (type == nullptr) {
      return root.fault(*originator, LabelReason::kStructure, "an OriginatorID without IDType",
                        "one");
    }
    body.originator = Originator4774{.type = std::string(*type), .id = originator->text()};
  }
  return body;
}

std::expected<Successor4774, XmlFault> read_successor(const Root4774& root, const Element& handling,
                                                      const PolicySet& policies) {
  const Element* when = handling.child(kLabel4774Namespace, "SuccessionDateTime");
  const Element* label = handling.child(kLabel4774Namespace, "SuccessorConfidentialityLabel");
  if (when == nullptr || label == nullptr) {
    return root.fault(handling, LabelReason::kStructure, "a succession without time or label",
                      "both");
  }
  const auto time = read_time(root, *when, when->text());
  if (!time) return std::unexpected(time.error());
  auto body = read_body(root, *label, policies);
  if (!body) return std::unexpected(std::move(body.error()));
  return Successor4774{.from = *time,
                       .label = std::move(body->label),
                       .id = std::move(body->id),
                       .originator = std::move(body->originator)};
}

void append_attributes(std::string& out, const std::string& id, const Label& label) {
  if (!id.empty()) guard::append_attribute(out, "Id", id);
  if (label.review()) guard::append_attribute(out, "ReviewDateTime", to_string(*label.review()));
}

std::expected<void, LabelReason> append_body(std::string& out, const Label& label,
                                             const std::optional<Originator4774>& originator,
                                             const PolicySet& policies) {
  const PolicyNames* names = policies.find(label.policy());
  if (names == nullptr) return std::unexpected(LabelReason::kUnknownPolicy);
  if (!label.classification()) return std::unexpected(LabelReason::kClassificationMissing);
  out += "<ConfidentialityInformation>";
  append_policy_4774(out, {}, names->policy());
  if (auto done = append_classification_4774(out, {}, *label.classification(), *names); !done) {
    return done;
  }
  if (label.privacy_mark()) {
    out += "<PrivacyMark>";
    guard::append_text(out, label.privacy_mark()->text());
    out += "</PrivacyMark>";
  }
  if (auto done = append_categories_4774(out, {}, label.categories(), &label, *names); !done) {
    return done;
  }
  out += "</ConfidentialityInformation>";
  if (originator) {
    out += "<OriginatorID";
    guard::append_attribute(out, "IDType", originator->type);
    out += '>';
    guard::append_text(out, originator->id);
    out += "</OriginatorID>";
  }
  if (label.created()) {
    out += "<CreationDateTime>" + to_string(*label.created()) + "</CreationDateTime>";
  }
  return {};
}

}  // namespace

bool is_label_4774(const Element& element) {
  return element.ns == kLabel4774Namespace && role_from(element.name).has_value();
}

std::expected<Label4774, XmlFault> read_label_4774(const Element& element,
                                                   const PolicySet& policies) {
  CHECK(is_label_4774(element));
  const Root4774 root(element);
  auto body = read_body(root, element, policies);
  if (!body) return std::unexpected(std::move(body.error()));
  Label4774 read{.role = *role_from(element.name),
                 .label = std::move(body->label),
                 .id = std::move(body->id),
                 .originator = std::move(body->originator)};
  if (const Element* handling = element.child(kLabel4774Namespace, "SuccessionHandling")) {
    auto successor = read_successor(root, *handling, policies);
    if (!successor) return std::unexpected(std::move(successor.error()));
    read.successor = *std::move(successor);
  }
  return read;
}

std::expected<std::string, LabelReason> write_label_4774(const Label4774& label,
                                                         const PolicySet& policies) {
  const std::string_view name = name_of(label.role);
  std::string out = "<";
  out += name;
  guard::append_attribute(out, "xmlns", kLabel4774Namespace);
  append_attributes(out, label.id, label.label);
  out += '>';
  if (auto done = append_body(out, label.label, label.originator, policies); !done) {
    return std::unexpected(done.error());
  }
  if (label.successor) {
    const Successor4774& next = *label.successor;
    out += "<SuccessionHandling><SuccessionDateTime>" + to_string(next.from) +
           "</SuccessionDateTime><SuccessorConfidentialityLabel";
    append_attributes(out, next.id, next.label);
    out += '>';
    if (auto done = append_body(out, next.label, next.originator, policies); !done) {
      return std::unexpected(done.error());
    }
    out += "</SuccessorConfidentialityLabel></SuccessionHandling>";
  }
  out += "</";
  out += name;
  out += '>';
  return out;
}

}  // namespace labels
