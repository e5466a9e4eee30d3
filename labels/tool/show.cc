// guard-label show: what a label says, whether it is valid, and how it is marked.
#include <string>

#include "guard/base/escape.h"
#include "guard/base/json_writer.h"
#include "labels/marking.h"
#include "labels/tool/command.h"
#include "labels/tool/faults.h"
#include "labels/tool/given.h"
#include "labels/tool/rows.h"
#include "labels/tool/shown_input.h"
#include "labels/validity.h"

namespace labels::tool {
namespace {

// Judged is what the security policy says about the label; empty where it is not given, or where
// there is no label to judge.
struct Judged {
  bool judged = false;
  Validity validity;
  DisplayMarking marking;
};

std::string colours(const DisplayMarking& shown) {
  return shown.background.empty() ? shown.foreground : shown.foreground + " on " + shown.background;
}

std::string text_of(const PolicySet& policies, const ReadLabel& read, const Judged& judged) {
  Rows rows;
  add_rows(rows, policies, read);
  rows.add("valid", !judged.judged ? "not judged" : judged.validity.valid() ? "yes" : "no");
  if (judged.judged) add_rows(rows, "fault", judged.validity.faults());
  if (!judged.marking.text.empty()) rows.add("marking", judged.marking.text);
  if (const std::string both = colours(judged.marking); !both.empty()) rows.add("colours", both);
  return rows.text();
}

std::string json_of(const PolicySet& policies, const ReadLabel& read, const Judged& judged) {
  guard::JsonWriter json;
  json.object();
  write_members(json, policies, read);
  json.member("valid", judged.validity.valid()).key("faults");
  write_json(json, judged.validity.faults());
  const DisplayMarking& shown = judged.marking;
  if (!shown.text.empty()) json.member("marking", shown.text);
  if (!shown.background.empty()) json.member("background", shown.background);
  if (!shown.foreground.empty()) json.member("foreground", shown.foreground);
  return json.end_object().take() + "\n";
}

std::string marking_of(const Judged& judged, bool json) {
  if (!json) return guard::for_terminal(judged.marking.text) + "\n";
  guard::JsonWriter writer;
  writer.object().member("valid", judged.validity.valid());
  return writer.member("marking", judged.marking.text).end_object().take() + "\n";
}

}  // namespace

Answer show(const Options& options) {
  auto given = load_given(options);
  if (!given) return given.error();
  const auto read = read_label(*given, options);
  if (!read) return read.error();
  const SecurityPolicy* policy =
      read->label ? policy_of(given->policies(), read->label->policy()) : nullptr;
  Judged judged;
  if (policy != nullptr) {
    judged = {.judged = true,
              .validity = validate(*policy, *read->label, options.time),
              .marking = display_marking(*policy, *read->label, {.languages = options.languages})};
  }
  Answer answer{.status = judged.validity.valid() ? Status::kYes : Status::kNo};
  if (!read->label) {
    answer.complaints = complaint("the label is empty: the default label is meant");
  } else if (policy == nullptr) {
    answer.complaints =
        complaint("no --spif has the label's security policy " + read->label->policy().to_dotted());
  }
  if (options.marking) {
    if (policy != nullptr) answer.out = marking_of(judged, options.json);
  } else {
    answer.out = options.json ? json_of(given->policies(), *read, judged)
                              : text_of(given->policies(), *read, judged);
  }
  return answer;
}

}  // namespace labels::tool
