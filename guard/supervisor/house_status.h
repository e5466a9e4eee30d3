// HouseStatus: what guardd shows an operator, as a value, and as text or JSON. Numbers, names of
// the policy and words of guardd's own; nothing that a peer sent.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/sha256.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/supervisor/operator_state.h"
#include "guard/wire/configuration.h"

namespace guard::supervisor {

struct ProcessStatus {
  std::string name;
  pid_t pid = -1;      // -1: not running
  bool ready = false;  // it has said so
  UtcTime since;       // of its start
  std::uint64_t restarts = 0;
};

struct HouseStatus {
  std::string version;
  std::string site;  // the site file
  UtcTime started;
  Digest policy{};
  Digest configuration{};
  std::vector<Lane> lanes = {Lane::kHighToLow, Lane::kLowToHigh};  // that the policy has rules for
  std::vector<ProcessStatus> processes;
};

// PolicyStanding is what the policy's dates make of a peer now.
enum class PolicyStanding : std::uint8_t { kOpen = 0, kInactive, kBlocked };

struct PeerStatus {
  std::string name;
  Side side = Side::kHigh;
  std::uint32_t inbound = 0;   // authenticated streams
  std::uint32_t outbound = 0;  // likewise
  std::uint64_t queued = 0;    // stanzas that wait, or are at the edge
  std::uint64_t queued_octets = 0;
  bool blocked = false;  // by an operator
  PolicyStanding policy = PolicyStanding::kOpen;
  std::vector<wire::Endpoint> addresses = {};  // that its outbound streams stand on
};

// status_text and status_json print how the service is, status_json as one line.
[[nodiscard]] std::string status_text(const HouseStatus& house, const OperatorState& state);
[[nodiscard]] std::string status_json(const HouseStatus& house, const OperatorState& state);

// peers_text prints a line for each peer, and, where one has no stream, where the cause is to be
// found; peers_json prints one line with an array.
[[nodiscard]] std::string peers_text(const std::vector<PeerStatus>& peers);
[[nodiscard]] std::string peers_json(const std::vector<PeerStatus>& peers);

}  // namespace guard::supervisor
