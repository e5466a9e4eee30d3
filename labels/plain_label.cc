#include "labels/plain_label.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"
#include "labels/named.h"
#include "labels/plain_policy.h"
#include "labels/policy_fault.h"

namespace labels {
namespace {

using schemas::Element;

std::string value(const Element& element, std::string_view attribute) {
  const std::string_view* found = element.attribute(attribute);
  return found == nullptr ? std::string() : std::string(*found);
}

// Reader reads one <label> under one policy.
class Reader {
 public:
  Reader(const Element& root, const SecurityPolicy& policy)
      : root_(root), policy_(policy), label_(policy.id()) {}

  std::expected<Label, XmlFault> read() {
    if (auto done = read_attributes(); !done) return std::unexpected(std::move(done.error()));
    for (const Element* one : root_.elements()) {
      if (auto done = read_category(*one); !done) return std::unexpected(std::move(done.error()));
    }
    for (auto& [key, lacvs] : values_) {
      auto category = Category::make(key.first, key.second, std::move(lacvs));
      if (!category) return fault(root_, category.error(), "categories that no label can bear");
      if (const auto added = label_.add(*std::move(category)); !added) {
        return fault(root_, added.error(), "categories that no label can bear");
      }
    }
    for (auto& [at, text] : texts_) {
      if (const auto added = label_.add_user_text(std::move(text)); !added) {
        return fault(*at, added.error(), "a text that no label can bear",
                     "1 to 256 characters, no control characters, 64 texts at most");
      }
    }
    return std::move(label_);
  }

 private:
  std::unexpected<XmlFault> fault(const Element& at, LabelReason reason, std::string what,
                                  std::string expected = {}) const {
    return std::unexpected(xml_fault(root_, at, reason, std::move(what), std::move(expected)));
  }

  std::expected<void, XmlFault> read_attributes() {
    if (root_.attribute("classification") != nullptr) {
      const std::string name = value(root_, "classification");
      const auto known = find_named_classification(policy_, name);
      if (!known) {
        return fault(root_, LabelReason::kUnknownName, known.error().what, known.error().expected);
      }
      CHECK(label_.set_classification((*known)->lacv).has_value());
    }
    if (root_.attribute("privacy-mark") != nullptr) {
      auto mark = PrivacyMark::of(value(root_, "privacy-mark"));
      if (!mark || !policy_.has_privacy_mark(mark->text())) {
        return fault(root_, mark ? LabelReason::kUnknownName : mark.error(),
                     "privacy mark " + in_quotes(value(root_, "privacy-mark")) +
                         " is not in security policy " + in_quotes(policy_.name()));
      }
      label_.set_privacy_mark(*std::move(mark));
    }
    for (const std::string_view name : {"created", "review"}) {
      const std::string_view* text = root_.attribute(name);
      if (text == nullptr) continue;
      const auto time = parse_label_time(*text);
      if (!time) {
        return fault(root_, LabelReason::kTime, "the time " + in_quotes(*text),
                     "a date and time with a zone, to the millisecond at most");
      }
      CHECK((name == "created" ? label_.set_created(*time) : label_.set_review(*time)).has_value());
    }
    return {};
  }

  std::expected<void, XmlFault> read_category(const Element& element) {
    const auto found = find_named_value(policy_, {.tag_set = value(element, "tag-set"),
                                                  .tag = value(element, "tag"),
                                                  .values = {value(element, "value")}});
    if (!found) {
      return fault(element, LabelReason::kUnknownName, found.error().what, found.error().expected);
    }
    const CategoryKind kind = found->tag->kind;
    const std::uint32_t lacv = found->value->lacv;
    std::vector<std::uint32_t>& lacvs = values_[{found->tag_set->id, kind}];
    if (std::ranges::find(lacvs, lacv) != lacvs.end()) {
      return fault(element, LabelReason::kDuplicateValue,
                   "category " + in_quotes(found->value->name) + " a second time", "each once");
    }
    lacvs.push_back(lacv);
    if (element.attribute("text") != nullptr) {
      texts_.emplace_back(&element,
                          UserText{found->tag_set->id, kind, lacv, value(element, "text")});
    }
    return {};
  }

  const Element& root_;
  const SecurityPolicy& policy_;
  Label label_;
  std::map<std::pair<Oid, CategoryKind>, std::vector<std::uint32_t>> values_;
  std::vector<std::pair<const Element*, UserText>> texts_;
};

std::expected<void, LabelReason> append_category(std::string& out, const Label& label,
                                                 const Category& category,
                                                 const SecurityPolicy& policy) {
  const SecurityPolicy::Space* space = policy.space(category.tag_set(), category.kind());
  if (space == nullptr) return std::unexpected(LabelReason::kUnnamed);
  for (const std::uint32_t lacv : category.values()) {
    const auto* found = space->find(lacv);
    if (found == nullptr) return std::unexpected(LabelReason::kUnnamed);
    const Tag& tag = space->tag_set->tags[found->tag];
    out += "<category";
    guard::append_attribute(out, "tag-set", space->tag_set->name);
    guard::append_attribute(out, "tag", tag.name);
    guard::append_attribute(out, "value", tag.categories[found->category].name);
    const std::string* text = label.user_text(category.tag_set(), category.kind(), lacv);
    if (text != nullptr) guard::append_attribute(out, "text", *text);
    out += "/>";
  }
  return {};
}

}  // namespace

std::expected<Label, XmlFault> read_plain_label(const Element& element, const PolicySet& policies) {
  const auto names = plain_policy(element, policies);
  if (!names) return std::unexpected(names.error());
  return Reader(element, (*names)->policy()).read();
}

std::expected<std::string, LabelReason> write_plain_label(const Label& label,
                                                          const PolicySet& policies) {
  const PolicyNames* names = policies.find(label.policy());
  if (names == nullptr) return std::unexpected(LabelReason::kUnknownPolicy);
  const SecurityPolicy& policy = names->policy();
  std::string out = "<label";
  guard::append_attribute(out, "xmlns", kPlainNamespace);
  append_plain_policy(out, policy);
  if (label.classification()) {
    const Classification* known = policy.classification(*label.classification());
    if (known == nullptr) return std::unexpected(LabelReason::kUnnamed);
    guard::append_attribute(out, "classification", known->name);
  }
  if (label.privacy_mark()) {
    const std::string& mark = label.privacy_mark()->text();
    if (!policy.has_privacy_mark(mark)) return std::unexpected(LabelReason::kUnnamed);
    guard::append_attribute(out, "privacy-mark", mark);
  }
  if (label.created()) guard::append_attribute(out, "created", to_string(*label.created()));
  if (label.review()) guard::append_attribute(out, "review", to_string(*label.review()));
  out += '>';
  for (const Category& category : label.categories()) {
    if (auto done = append_category(out, label, category, policy); !done) {
      return std::unexpected(done.error());
    }
  }
  return out + "</label>";
}

}  // namespace labels
