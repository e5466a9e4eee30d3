#include "guard/supervisor/policy_warnings.h"

#include <utility>

#include "guard/base/escape.h"
#include "guard/base/file_error.h"
#include "guard/base/side.h"
#include "policy/analysis/lint.h"

namespace guard::supervisor {

std::vector<std::string> policy_warnings(const std::string& file, const policy::Policy& policy) {
  std::size_t rules = 0;
  for (const Lane lane : kLanes) rules += policy.content().direction(lane).rules.size();
  if (rules > kMostRules) {
    return {"note: " + file + ": with " + std::to_string(rules) +
            " rules it is not looked at for what never matters; guard-policy check says that"};
  }
  std::vector<std::string> lines;
  std::size_t more = 0;
  for (const policy::Finding& finding : policy::lint(policy)) {
    if (finding.note) continue;
    if (lines.size() == kMostWarnings) {
      ++more;
      continue;
    }
    const FileError at{file, finding.place.line, finding.place.column,
                       for_terminal(finding.what) + " [" + finding.kind + "]", ""};
    lines.push_back("warning: " + at.to_string());
  }
  if (more > 0) lines.push_back("warning: " + file + ": and " + std::to_string(more) + " more");
  return lines;
}

}  // namespace guard::supervisor
