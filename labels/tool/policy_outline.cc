#include "labels/tool/policy_outline.h"

#include <cstddef>

#include "guard/base/escape.h"
#include "labels/tool/given.h"
#include "labels/tool/policy_words.h"
#include "labels/tool/shown_category.h"

namespace labels::tool {
namespace {

constexpr std::size_t kStep = 2;  // columns

// Lines are indented by level, one escaped line each.
class Lines {
 public:
  void add(std::size_t level, std::string_view text) {
    out_ += std::string(level * kStep, ' ') + guard::for_terminal(text) + "\n";
  }
  void add(std::size_t level, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) add(level, text);
  }
  void heading(std::string_view text) {
    out_ += '\n';
    add(0, text);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

template <class Equivalents>
std::vector<std::string> equivalents(const SecurityPolicy& policy, const PolicySet& others,
                                     const Equivalents& all) {
  std::vector<std::string> words;
  for (const auto& one : all) words.push_back(equivalent(policy, others, one));
  return words;
}

std::string colours(const Classification& classification) {
  if (classification.background.empty() && classification.foreground.empty()) return "";
  if (classification.background.empty()) return ", " + classification.foreground + " on white";
  if (classification.foreground.empty()) return ", on " + classification.background;
  return ", " + classification.foreground + " on " + classification.background;
}

void add_classifications(Lines& lines, const SecurityPolicy& policy, const PolicySet& others) {
  lines.heading("Classifications, from the lowest");
  for (const Classification& one : policy.classifications()) {
    lines.add(1, shown_number(one.name, one.lacv) + ", hierarchy " + std::to_string(one.hierarchy) +
                     colours(one));
    lines.add(3, conditions(policy, one));
    lines.add(3, equivalents(policy, others, one.equivalents));
  }
}

void add_privacy_marks(Lines& lines, const SecurityPolicy& policy) {
  const PolicyContent& content = policy.content();
  if (content.privacy_marks.empty()) return;
  // A label has room for one.
  const Selection& asked = content.privacy_mark_selection;
  lines.heading("Privacy marks, " +
                selection({.minimum = asked.minimum, .maximum = asked.maximum.value_or(1)}) +
                " in a label");
  for (const PrivacyMarkEntry& mark : content.privacy_marks) {
    lines.add(1, mark.name);
    if (mark.obsolete) lines.add(3, "obsolete");
  }
}

void add_tag(Lines& lines, const SecurityPolicy& policy, const PolicySet& others, const Tag& tag) {
  lines.add(2, tag.name + ", " + std::string(to_string(tag.kind)) + ", " +
                   selection(tag.selection) + " in a label: " + std::string(meaning(tag.kind)));
  for (const TagCategory& category : tag.categories) {
    lines.add(3, shown_number(category.name, category.lacv));
    lines.add(5, conditions(policy, category));
    lines.add(5, equivalents(policy, others, category.equivalents));
  }
}

void add_equivalent_policies(Lines& lines, const SecurityPolicy& policy, const PolicySet& others) {
  if (policy.content().equivalent_policies.empty()) return;
  lines.heading("Equivalent policies");
  for (const EquivalentPolicy& other : policy.content().equivalent_policies) {
    lines.add(1, other.name + " (" + other.id.to_dotted() + ")");
    lines.add(3, conditions(policy_of(others, other.id), other.required));
  }
}

void add_default_policy(Lines& lines, const PolicyContent& content) {
  if (!content.default_policy) return;
  lines.heading("Data without a label");
  lines.add(1, "is under " + content.default_policy->name + " (" +
                   content.default_policy->id.to_dotted() + ")");
}

void write_strings(guard::JsonWriter& json, std::string_view name,
                   const std::vector<std::string>& texts) {
  json.key(name).array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_classification(guard::JsonWriter& json, const SecurityPolicy& policy,
                          const PolicySet& others, const Classification& one) {
  json.object().member("name", one.name).member("number", one.lacv);
  json.member("hierarchy", one.hierarchy).member("obsolete", one.obsolete);
  if (!one.background.empty()) json.member("background", one.background);
  if (!one.foreground.empty()) json.member("foreground", one.foreground);
  write_strings(json, "conditions", conditions(policy, one));
  write_strings(json, "equivalents", equivalents(policy, others, one.equivalents));
  json.end_object();
}

void write_tag(guard::JsonWriter& json, const SecurityPolicy& policy, const PolicySet& others,
               const Tag& tag) {
  json.object().member("name", tag.name).member("type", to_string(tag.kind));
  json.member("least", tag.selection.minimum);
  if (tag.selection.maximum) json.member("most", *tag.selection.maximum);
  json.key("values").array();
  for (const TagCategory& category : tag.categories) {
    json.object().member("name", category.name).member("number", category.lacv);
    json.member("obsolete", category.obsolete);
    write_strings(json, "conditions", conditions(policy, category));
    write_strings(json, "equivalents", equivalents(policy, others, category.equivalents));
    json.end_object();
  }
  json.end_array().end_object();
}

void write_privacy_marks(guard::JsonWriter& json, const PolicyContent& content) {
  json.key("privacy_marks").array();
  for (const PrivacyMarkEntry& mark : content.privacy_marks) {
    json.object().member("name", mark.name).member("obsolete", mark.obsolete).end_object();
  }
  json.end_array();
}

void write_tag_sets(guard::JsonWriter& json, const SecurityPolicy& policy,
                    const PolicySet& others) {
  json.key("tag_sets").array();
  for (const TagSet& tag_set : policy.tag_sets()) {
    json.object().member("name", tag_set.name).member("id", tag_set.id.to_dotted());
    json.key("tags").array();
    for (const Tag& tag : tag_set.tags) write_tag(json, policy, others, tag);
    json.end_array().end_object();
  }
  json.end_array();
}

}  // namespace

std::string outline(const SecurityPolicy& policy, const PolicySet& others) {
  Lines lines;
  add_classifications(lines, policy, others);
  add_privacy_marks(lines, policy);
  if (!policy.tag_sets().empty()) lines.heading("Categories");
  for (const TagSet& tag_set : policy.tag_sets()) {
    lines.add(1, tag_set.name + " (" + tag_set.id.to_dotted() + ")");
    for (const Tag& tag : tag_set.tags) add_tag(lines, policy, others, tag);
  }
  add_equivalent_policies(lines, policy, others);
  add_default_policy(lines, policy.content());
  return lines.take();
}

void write_outline(guard::JsonWriter& json, const SecurityPolicy& policy, const PolicySet& others) {
  json.key("classifications").array();
  for (const Classification& one : policy.classifications()) {
    write_classification(json, policy, others, one);
  }
  json.end_array();
  write_privacy_marks(json, policy.content());
  write_tag_sets(json, policy, others);
  json.key("equivalent_policies").array();
  for (const EquivalentPolicy& other : policy.content().equivalent_policies) {
    json.object().member("name", other.name).member("id", other.id.to_dotted());
    write_strings(json, "conditions", conditions(policy_of(others, other.id), other.required));
    json.end_object();
  }
  json.end_array();
  if (const auto& other = policy.content().default_policy) {
    json.key("default_policy").object();
    json.member("name", other->name).member("id", other->id.to_dotted()).end_object();
  }
}

}  // namespace labels::tool
