#include "guard/supervisor/house_status.h"

#include <algorithm>

#include "guard/base/hex.h"
#include "guard/base/json_writer.h"

namespace guard::supervisor {
namespace {

// Times of people are whole seconds.
std::string seconds(UtcTime time) { return to_iso8601(time).substr(0, 19) + "Z"; }

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// Lines up the columns of rows that have equally many.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i + 1 < row.size() ? padded(row[i], widths[i] + 2) : row[i];
    }
    text += line + "\n";
  }
  return text;
}

std::string_view state_of(const ProcessStatus& process) {
  if (process.pid < 0) return "down";
  return process.ready ? "ready" : "starting";
}

std::string act_text(const OperatorAct& act) {
  return "since " + seconds(act.since) + " by " + act.who;
}

void act_json(JsonWriter& json, const OperatorAct& act) {
  json.member("since", to_iso8601(act.since)).member("by", act.who);
}

}  // namespace

std::string status_text(const HouseStatus& house, const OperatorState& state) {
  std::string text = "guardd " + house.version + ", running since " + seconds(house.started) + "\n";
  text += "site file      " + house.site + "\n";
  text += "policy         " + to_hex(house.policy) + "\n";
  text += "configuration  " + to_hex(house.configuration) + "\n\n";
  std::vector<std::vector<std::string>> rows{{"PROCESS", "STATE", "PID", "SINCE", "RESTARTS"}};
  for (const ProcessStatus& process : house.processes) {
    rows.push_back({process.name, std::string(state_of(process)),
                    process.pid < 0 ? "-" : std::to_string(process.pid), seconds(process.since),
                    std::to_string(process.restarts)});
  }
  text += table(rows) + "\n";
  std::vector<std::vector<std::string>> lanes;
  for (const Lane lane : kLanes) {
    const auto& stop = state.stop_of(lane);
    if (!stop && std::ranges::find(house.lanes, lane) == house.lanes.end()) continue;
    lanes.push_back({std::string(to_string(lane)), stop ? "STOPPED " + act_text(*stop) : "open"});
  }
  if (!lanes.empty()) text += table(lanes);
  for (const auto& [name, act] : state.blocked)
    text += "BLOCKED " + name + " " + act_text(act) + "\n";
  return text;
}

std::string status_json(const HouseStatus& house, const OperatorState& state) {
  JsonWriter json;
  json.object()
      .member("version", house.version)
      .member("site", house.site)
      .member("started", to_iso8601(house.started))
      .member("policy", to_hex(house.policy))
      .member("configuration", to_hex(house.configuration));
  json.key("processes").array();
  for (const ProcessStatus& process : house.processes) {
    json.object().member("name", process.name).member("state", state_of(process)).key("pid");
    if (process.pid < 0) {
      json.null();
    } else {
      json.value(process.pid);
    }
    json.member("since", to_iso8601(process.since))
        .member("restarts", process.restarts)
        .end_object();
  }
  json.end_array().key("stopped").array();
  for (const Lane lane : kLanes) {
    const auto& stop = state.stop_of(lane);
    if (!stop) continue;
    json.object().member("direction", to_string(lane));
    act_json(json, *stop);
    json.end_object();
  }
  json.end_array().key("blocked").array();
  for (const auto& [name, act] : state.blocked) {
    json.object().member("peer", name);
    act_json(json, act);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

// "10.77.2.1:5269", with what is not STARTTLS named; several where a better one is about to be
// used.
std::string addresses_text(const std::vector<wire::Endpoint>& addresses) {
  std::string text;
  for (const wire::Endpoint& one : addresses) {
    const bool six = one.address.find(':') != std::string::npos;
    text += (text.empty() ? "" : ", ") + (six ? "[" + one.address + "]" : one.address) + ":" +
            std::to_string(one.port) + (one.direct_tls ? " direct TLS" : "");
  }
  return text.empty() ? "-" : text;
}

std::string_view to_string(PolicyStanding standing) {
  switch (standing) {
    case PolicyStanding::kOpen:
      return "open";
    case PolicyStanding::kInactive:
      return "inactive";
    case PolicyStanding::kBlocked:
      return "blocked";
  }
  return {};
}

// guardd is told of streams that stand, not of those that failed: why is in the log.
constexpr std::string_view kNoStream = "no stream";
constexpr std::string_view kWhereWhy =
    "What was tried for a peer without a stream, and why it failed: guard-audit query LOG --class "
    "event --peer NAME\n";

// What an operator has blocked he can open again; what the policy keeps out he cannot.
std::string peer_state(const PeerStatus& peer) {
  if (peer.policy == PolicyStanding::kBlocked) return "blocked by the policy";
  if (peer.policy == PolicyStanding::kInactive) return "not active by the policy";
  if (peer.blocked) return "blocked";
  return std::string(peer.inbound + peer.outbound > 0 ? "connected" : kNoStream);
}

std::string peers_text(const std::vector<PeerStatus>& peers) {
  std::vector<std::vector<std::string>> rows{
      {"PEER", "SIDE", "STATE", "IN", "OUT", "QUEUED", "OCTETS", "ADDRESS"}};
  for (const PeerStatus& peer : peers) {
    rows.push_back({peer.name, std::string(to_string(peer.side)), peer_state(peer),
                    std::to_string(peer.inbound), std::to_string(peer.outbound),
                    std::to_string(peer.queued), std::to_string(peer.queued_octets),
                    addresses_text(peer.addresses)});
  }
  const bool any = std::ranges::any_of(
      peers, [](const PeerStatus& peer) { return peer_state(peer) == kNoStream; });
  return table(rows) + std::string(any ? kWhereWhy : std::string_view());
}

std::string peers_json(const std::vector<PeerStatus>& peers) {
  JsonWriter json;
  json.array();
  for (const PeerStatus& peer : peers) {
    json.object()
        .member("name", peer.name)
        .member("side", to_string(peer.side))
        .member("blocked", peer.blocked)
        .member("policy", to_string(peer.policy))
        .member("inbound", peer.inbound)
        .member("outbound", peer.outbound)
        .member("queued", peer.queued)
        .member("queued-octets", peer.queued_octets);
    json.key("addresses").array();
    for (const wire::Endpoint& one : peer.addresses) {
      json.object()
          .member("ip", one.address)
          .member("port", one.port)
          .member("tls", one.direct_tls ? "direct" : "starttls")
          .end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
  return json.take() + "\n";
}

}  // namespace guard::supervisor
