// guard-label check: whether a clearance grants a label.
#include <algorithm>
#include <string>

#include "guard/base/json_writer.h"
#include "labels/decision.h"
#include "labels/marking.h"
#include "labels/tool/command.h"
#include "labels/tool/faults.h"
#include "labels/tool/given.h"
#include "labels/tool/rows.h"
#include "labels/tool/shown_input.h"
#include "labels/tool/shown_label.h"
#include "labels/translation.h"

namespace labels::tool {
namespace {

// Judged is what was compared, and what came of it.
struct Judged {
  const ReadLabel& read;
  const Label* label;  // of `read`; nullptr: it is empty
  const GivenClearance& clearance;
  Decision decision;

  [[nodiscard]] bool is_equivalent() const { return label != nullptr && label != &*read.label; }
};

std::string text_of(const PolicySet& policies, const Judged& judged) {
  const auto one_line = [&](const Label& label) {
    return shown_in_one_line(policy_of(policies, label.policy()), label);
  };
  Rows rows;
  add_rows(rows, "reason", judged.decision.reasons());
  rows.add("label", judged.read.description);
  if (judged.read.label) rows.add("", one_line(*judged.read.label));
  for (const std::string& one : judged.read.besides) rows.add("besides", one);
  if (judged.is_equivalent()) rows.add("judged by", "its equivalent, " + one_line(*judged.label));
  const GivenClearance& clearance = judged.clearance;
  rows.add("clearance", clearance.read.description);
  rows.add("", clearance.policy.name() + ": " +
                   clearance_marking(clearance.policy, clearance.read.clearance));
  return std::string(judged.decision.granted() ? "granted" : "denied") + "\n" + rows.text();
}

std::string json_of(const PolicySet& policies, const Judged& judged) {
  guard::JsonWriter json;
  json.object().member("granted", judged.decision.granted()).key("reasons");
  write_json(json, judged.decision.reasons());
  json.key("label").object();
  write_members(json, policies, judged.read);
  json.end_object();
  if (judged.is_equivalent()) {
    json.key("judged").object();
    write_members(json, &judged.clearance.policy, *judged.label);
    json.end_object();
  }
  json.key("clearance").object();
  write_members(json, judged.clearance);
  return json.end_object().end_object().take() + "\n";
}

// The label that is judged under the governing policy: the primary label, or, where that is under
// another policy, the equivalent that the security policies themselves derive from it. What a peer
// sends as an equivalent is not believed (SPEC: XEP-0258 4.2).
const Label* effective_label(const PolicySet& policies, const ReadLabel& read,
                             const SecurityPolicy& governing, guard::UtcTime at) {
  if (!read.label) return nullptr;
  const SecurityPolicy* own = policy_of(policies, read.label->policy());
  if (own == nullptr || own->id() == governing.id()) return &*read.label;
  const auto derived = labels::translate(*own, governing, *read.label, at);
  const auto found =
      derived ? std::ranges::find(read.equivalents, *derived) : read.equivalents.end();
  return found == read.equivalents.end() ? &*read.label : &*found;
}

}  // namespace

Answer check(const Options& options) {
  auto given = load_given(options);
  if (!given) return given.error();
  const auto clearance = read_clearance(*given, options);
  if (!clearance) return clearance.error();
  const auto label = read_label(*given, options);
  if (!label) return label.error();
  const Label* effective =
      effective_label(given->policies(), *label, clearance->policy, options.time);
  const Judged judged{
      .read = *label,
      .label = effective,
      .clearance = *clearance,
      .decision = decide(clearance->policy, effective, &clearance->read.clearance, options.time)};
  return {.status = judged.decision.granted() ? Status::kYes : Status::kNo,
          .out = options.json ? json_of(given->policies(), judged)
                              : text_of(given->policies(), judged)};
}

}  // namespace labels::tool
