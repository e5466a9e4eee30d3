// Catalogue: the names that rows use where the recorder itself speaks. The reasons of a judged
// stanza come from the policy and the filter (policy/README.md, guard/filter/README.md); what
// guardd notes, from guard/supervisor. audit/README.md lists them all with their meaning.
#pragma once

#include <string_view>

namespace audit {

// Reasons of decisions that the recorder makes by itself.
namespace reason {
constexpr std::string_view kStreamClosed = "stream-closed";  // an earlier stanza closed its stream
constexpr std::string_view kQueueFull = "queue-full";        // the receiver's queue had no room
constexpr std::string_view kStoreFull = "store-full";        // the hand-over store had no room
constexpr std::string_view kNoRequest = "no-request";  // an answer to nothing that is outstanding
constexpr std::string_view kRequestRepeated = "request-repeated";  // the same is outstanding
constexpr std::string_view kRequestsFull =
    "requests-full";  // its sender waits for too many answers
constexpr std::string_view kContentBudget = "content-budget";  // content to keep, and no budget
constexpr std::string_view kContentNotSealed = "content-not-sealed";  // of filters: withheld
constexpr std::string_view kFilterDied = "filter-died";  // it ended its filter a second time
constexpr std::string_view kEdgeDied = "edge-died";      // its edge died before it was judged
constexpr std::string_view kServiceStopping = "service-stopping";    // not judged at an orderly end
constexpr std::string_view kClock = "clock";                         // the clock is behind the log
constexpr std::string_view kPeerBlocked = "peer-blocked";            // by operator or policy
constexpr std::string_view kPeerInactive = "peer-inactive";          // by the policy's dates
constexpr std::string_view kDirectionStopped = "direction-stopped";  // by the operator
}  // namespace reason

// Events of the edges (wire::EdgeEvent).
namespace event {
constexpr std::string_view kStreamOpened = "stream-opened";
constexpr std::string_view kStreamAuthenticated = "stream-authenticated";
constexpr std::string_view kStreamClosed = "stream-closed";
constexpr std::string_view kConnectFailed = "connect-failed";
constexpr std::string_view kStrangers = "strangers";
// Events of the recorder.
constexpr std::string_view kRecorderReady = "recorder-ready";
constexpr std::string_view kRecorderStopped = "recorder-stopped";
constexpr std::string_view kEdgeAdopted = "edge-adopted";
constexpr std::string_view kFilterAdopted = "filter-adopted";
constexpr std::string_view kEdgeViolation = "edge-violation";
constexpr std::string_view kFilterViolation = "filter-violation";
constexpr std::string_view kFilterLate = "filter-late";
constexpr std::string_view kClockBack = "clock-stepped-back";
constexpr std::string_view kClockBehind = "clock-behind";
constexpr std::string_view kClockGood = "clock-recovered";
constexpr std::string_view kQueueHigh = "queue-high";
constexpr std::string_view kQueueGood = "queue-recovered";
constexpr std::string_view kStoreLost = "store-lost";
constexpr std::string_view kLogFull = "log-full";
constexpr std::string_view kRequestUnanswered = "request-unanswered";
constexpr std::string_view kPolicySwitched = "policy-switched";
constexpr std::string_view kPolicyDrained = "policy-drained";
// Events of the log itself, which the recorder writes down.
constexpr std::string_view kSegmentOpened = "segment-opened";
constexpr std::string_view kSegmentNotOpened = "segment-not-opened";
constexpr std::string_view kSegmentSealed = "segment-sealed";
constexpr std::string_view kSegmentNotSealed = "segment-not-sealed";
constexpr std::string_view kSealRequested = "seal-requested";
constexpr std::string_view kRequestRefused = "request-refused";
constexpr std::string_view kPruneSigned = "prune-signed";
constexpr std::string_view kPruneApproved = "prune-approved";
constexpr std::string_view kSegmentPruned = "segment-pruned";
constexpr std::string_view kSegmentNotPruned = "segment-not-pruned";
constexpr std::string_view kDiskLow = "disk-low";
constexpr std::string_view kDiskGood = "disk-recovered";
}  // namespace event

// is_name says whether `text` has the form of a stable name: 1 to 64 of a-z, 0-9, '-' and '.'.
[[nodiscard]] constexpr bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (const char c : text) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')) return false;
  }
  return true;
}

}  // namespace audit
