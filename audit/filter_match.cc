#include "audit/filter_match.h"

#include <algorithm>

#include "guard/base/hex.h"

namespace audit {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Whether `part` is in `text`, letters of ASCII in any case.
bool holds(std::string_view text, std::string_view part) {
  return !std::ranges::search(text, part, {}, lower, lower).empty() || part.empty();
}

bool agrees(const std::string& wanted, std::string_view value) {
  return wanted.empty() || wanted == value;
}

}  // namespace

bool matches(const Filter& filter, const Record& record) {
  const bool in_time = (!filter.since || record.time >= *filter.since) &&
                       (!filter.until || record.time < *filter.until) &&
                       record.sequence > filter.after &&
                       (filter.before == 0 || record.sequence < filter.before);
  if (!in_time) return false;
  if (filter.direction && record.direction != filter.direction) return false;
  if (filter.row_class && record.row_class != *filter.row_class) return false;
  if (!agrees(filter.verdict, to_string(record.verdict)) || !agrees(filter.reason, record.reason) ||
      !agrees(filter.rule, record.rule) || !agrees(filter.id, record.stanza_id) ||
      !agrees(filter.kind, record.kind)) {
    return false;
  }
  if (!filter.policy.empty() &&
      !(record.policy_digest && guard::to_hex(*record.policy_digest).starts_with(filter.policy))) {
    return false;
  }
  if (!filter.event.empty() &&
      (record.event != filter.event || record.row_class == Class::kDecision)) {
    return false;
  }
  if (!filter.peer.empty() && record.sender != filter.peer && record.receiver != filter.peer &&
      record.peer != filter.peer) {
    return false;
  }
  if (!filter.from.empty() && !address_matches(filter.from, record.from_address)) return false;
  if (!filter.to.empty() && !address_matches(filter.to, record.to_address)) return false;
  return holds(record.marking, filter.label) &&
         (filter.text.empty() ||
          holds(record.reason + " " + record.detail + " " + record.facts, filter.text));
}

}  // namespace audit
