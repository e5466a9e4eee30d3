// guard-label translate: a label under another security policy.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "guard/base/json_writer.h"
#include "labels/marking.h"
#include "labels/tool/command.h"
#include "labels/tool/given.h"
#include "labels/tool/rows.h"
#include "labels/tool/shown_category.h"
#include "labels/tool/shown_label.h"
#include "labels/tool/written.h"
#include "labels/translation.h"

namespace labels::tool {
namespace {

bool is_left_out(const TagCategory& category, const std::string& there) {
  for (const EquivalentCategory& one : category.equivalents) {
    if (one.policy == there && one.discard && one.applied != Applied::kDecrypt) return true;
  }
  return false;
}

// What the policy says is left out on the way there: "Handling: Destroy after reading (0)".
std::vector<std::string> left_out(const SecurityPolicy& from, const SecurityPolicy& to,
                                  const Label& label) {
  std::string there;
  for (const EquivalentPolicy& other : from.content().equivalent_policies) {
    if (other.id == to.id()) there = other.name;
  }
  std::vector<std::string> words;
  for (const Category& held : label.categories()) {
    const SecurityPolicy::Space* space = from.space(held.tag_set(), held.kind());
    for (const std::uint32_t lacv : held.values()) {
      const auto* value = space != nullptr ? space->find(lacv) : nullptr;
      if (value == nullptr) continue;
      const TagCategory& category = space->tag_set->tags[value->tag].categories[value->category];
      if (!is_left_out(category, there)) continue;
      words.push_back(space->tag_set->name + ": " + shown_number(category.name, lacv));
    }
  }
  return words;
}

// Translated is the label there, what became of it, and its spelling where one is asked for.
struct Translated {
  Label label;
  std::vector<std::string> left_out;
  std::string marking;
  std::optional<Written> written;
};

std::string text_of(const SecurityPolicy& to, const Translated& translated) {
  Rows rows;
  add_rows(rows, &to, translated.label);
  for (const std::string& one : translated.left_out) rows.add("left out", one);
  rows.add("marking", translated.marking);
  return rows.text();
}

std::string json_of(const SecurityPolicy& to, const Translated& translated,
                    const Options& options) {
  guard::JsonWriter json;
  json.object().member("translated", true).key("label").object();
  write_members(json, &to, translated.label);
  json.end_object().key("left_out").array();
  for (const std::string& one : translated.left_out) json.value(one);
  json.end_array().member("marking", translated.marking);
  if (translated.written) write_members(json, "written", *translated.written, options.encoding);
  return json.end_object().take() + "\n";
}

Answer refused(const TranslationFault& fault, bool json) {
  const std::string reason(to_string(fault.reason));
  if (!json) {
    Rows rows;
    rows.add("fault", reason + ": " + fault.what);
    return {.status = Status::kNo, .out = "not translated\n" + rows.text()};
  }
  guard::JsonWriter writer;
  writer.object().member("translated", false).key("faults").array();
  writer.object().member("reason", reason).member("what", fault.what).end_object();
  return {.status = Status::kNo, .out = writer.end_array().end_object().take() + "\n"};
}

}  // namespace

Answer translate(const Options& options) {
  auto given = load_given(options);
  if (!given) return given.error();
  const PolicySet& policies = given->policies();
  const SecurityPolicy* to = policy_named(policies, options.policy);
  if (to == nullptr) {
    return wrong_usage("no --spif has the security policy " + options.policy + ", expected " +
                       known_policies(policies));
  }
  const auto read = read_label(*given, options);
  if (!read) return read.error();
  if (!read->label) return no("the label is empty: the default label is meant");
  const SecurityPolicy* from = policy_of(policies, read->label->policy());
  if (from == nullptr) {
    return no("no --spif has the label's security policy " + read->label->policy().to_dotted());
  }
  auto label = labels::translate(*from, *to, *read->label, options.time);
  if (!label) return refused(label.error(), options.json);
  std::vector<std::string> lost = read->besides;
  if (from->id() != to->id()) {
    const std::vector<std::string> discarded = left_out(*from, *to, *read->label);
    lost.insert(lost.end(), discarded.begin(), discarded.end());
  }
  Translated translated{.label = *label,
                        .left_out = std::move(lost),
                        .marking = marking(*to, *label, {.languages = options.languages}),
                        .written = std::nullopt};
  if (options.format) {
    auto written = write(*given, *label, {}, options);
    if (!written) return written.error();
    if (!options.json) {
      Answer answer = spelt(*written, options.encoding);
      for (const std::string& one : translated.left_out) {
        answer.complaints += complaint("left out: " + one);
      }
      return answer;
    }
    translated.written = *std::move(written);
  }
  return {.out = options.json ? json_of(*to, translated, options) : text_of(*to, translated)};
}

}  // namespace labels::tool
