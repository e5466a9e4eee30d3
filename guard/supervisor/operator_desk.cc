#include "guard/supervisor/operator_desk.h"

#include <algorithm>
#include <utility>

#include "guard/base/json_writer.h"

namespace guard::supervisor {
namespace {

using control::Answer;
using control::Command;
using control::Request;

constexpr int kDone = 0;
constexpr int kNo = 1;
constexpr int kUnknown = 2;
constexpr int kUsage = 3;

Answer refusal(int status, const std::string& why) { return {status, "guardctl: " + why + "\n"}; }

std::string since(const OperatorAct& act) {
  return "since " + to_iso8601(act.since) + " by " + act.who;
}

std::string done_text(const Request& request, const std::string& words) {
  if (!request.json) return words + "\n";
  JsonWriter json;
  json.object()
      .member("command", to_string(request.command))
      .member("argument", request.argument)
      .member("done", true)
      .end_object();
  return json.take() + "\n";
}

std::string words_of(const Request& request) {
  switch (request.command) {
    case Command::kBlock:
      return request.argument + " is blocked";
    case Command::kUnblock:
      return request.argument + " is not blocked by an operator any more";
    case Command::kStop:
      return request.argument + " is stopped";
    case Command::kResume:
      return request.argument + " is open again";
    case Command::kStatus:
    case Command::kPeers:
    case Command::kReload:
    case Command::kLogRead:
      break;
  }
  return "";
}

// The addresses that an edge says its streams stand on: numbers, so that it can name no other.
std::vector<wire::Endpoint> in_use(const wire::PeerStreams& counts,
                                   const std::vector<wire::Endpoint>& addresses) {
  std::vector<wire::Endpoint> used;
  for (std::size_t place = 0; place < std::min<std::size_t>(addresses.size(), 32); ++place) {
    if ((counts.addresses >> place & 1U) != 0) used.push_back(addresses[place]);
  }
  return used;
}

// What was refused, for the audit log.
std::string act_of(const Request& request) {
  const std::string command(to_string(request.command));
  return request.argument.empty() ? command : command + " " + request.argument;
}

}  // namespace

OperatorDesk::OperatorDesk(OperatorState state, std::vector<wire::RecordedPeer> peers,
                           std::vector<wire::AbsentPeer> absent, control::Rights rights,
                           uid_t owner, DeskLinks links)
    : state_(std::move(state)),
      peers_(std::move(peers)),
      absent_(std::move(absent)),
      rights_(rights),
      owner_(owner),
      links_(std::move(links)),
      controls_(controls_of(state_, 1)) {}

wire::Controls OperatorDesk::controls_of(const OperatorState& state, std::uint64_t number) const {
  wire::Controls controls;
  controls.number = number;
  for (PeerIndex index = 0; index < peers_.size(); ++index) {
    if (state.blocked.contains(peers_[index].name)) controls.blocked.push_back(index);
  }
  for (const Lane lane : kLanes) {
    if (state.stop_of(lane)) controls.stopped.push_back(lane);
  }
  controls.absent = absent_;
  return controls;
}

void OperatorDesk::go_over(std::vector<wire::RecordedPeer> peers,
                           std::vector<wire::AbsentPeer> absent) {
  peers_ = std::move(peers);
  keep_out(std::move(absent));
}

void OperatorDesk::keep_out(std::vector<wire::AbsentPeer> absent) {
  absent_ = std::move(absent);
  controls_ = controls_of(state_, controls_.number + 1);
  links_.tell(controls_);
}

void OperatorDesk::asked(std::uint64_t asker_number, const control::Asker& asker,
                         const std::expected<Request, std::string>& request, UtcTime now,
                         std::int64_t now_ms) {
  const control::Role role = control::role_of(asker, rights_, owner_);
  if (!request) return links_.answer(asker_number, refusal(kUsage, request.error()));
  const bool acting = control::acts(request->command);
  const bool reading = request->command == Command::kLogRead;
  const control::Role wanted = acting    ? control::Role::kOperator
                               : reading ? control::Role::kAuditor
                                         : control::Role::kViewer;
  if (role < wanted) {
    if (acting) {
      links_.note("operator-refused", act_of(*request) + " by " + asker.to_string());
    }
    return links_.answer(
        asker_number, refusal(kNo, "you may not " + std::string(acting ? "do" : "see") + " that"));
  }
  if (reading) return read_log(asker_number, asker, *request, now_ms);
  if (!acting) return look(asker_number, *request);
  act(asker_number, asker, *request, now, now_ms);
}

void OperatorDesk::look(std::uint64_t asker, const Request& request) {
  std::string text;
  if (request.command == Command::kStatus) {
    const HouseStatus house = links_.status();
    text = request.json ? status_json(house, state_) : status_text(house, state_);
  } else {
    text = request.json ? peers_json(peers()) : peers_text(peers());
  }
  links_.answer(asker, {kDone, std::move(text)});
}

// It is answered when the row is on disk: whoever reads only what he was seen to read waits for it.
void OperatorDesk::read_log(std::uint64_t asker_number, const control::Asker& asker,
                            const Request& request, std::int64_t now_ms) {
  constexpr std::int64_t kMinute = 60'000;
  if (now_ms / kMinute != reads_minute_) reads_.clear();
  reads_minute_ = now_ms / kMinute;
  unsigned& count = reads_[asker.user];
  if (count >= kMostReads) {
    const std::string most = "more than " + std::to_string(kMostReads) + " in this minute";
    // Once: the log says that it does not have them all.
    if (count++ == kMostReads) {
      links_.note("log-read", "by " + asker.to_string() + ": " + most + ", which are not here");
    }
    return links_.answer(asker_number, refusal(kNo, most + " are not recorded: wait"));
  }
  ++count;
  links_.note("log-read", "by " + asker.to_string() + ": " + request.reason);
  ++controls_.number;
  if (!links_.confirm(controls_)) {
    return links_.answer(asker_number, refusal(kNo, "the recorder is being started: try again"));
  }
  waiting_.emplace(controls_.number, Waiting{asker_number, now_ms + kInForceWithin,
                                             done_text(request, "recorded"), true});
}

void OperatorDesk::act(std::uint64_t asker_number, const control::Asker& asker,
                       const Request& request, UtcTime now, std::int64_t now_ms) {
  OperatorAct made{now, asker.to_string()};
  if (!request.reason.empty()) made.who += ": " + request.reason;
  if (request.command == Command::kReload) {
    links_.note("operator-reload", "by " + made.who);
    return links_.reload(asker_number, request, made.who);
  }
  OperatorState changed = state_;
  if (const auto nothing = change(changed, request, made)) {
    return links_.answer(asker_number, *nothing);
  }
  if (const auto saved = links_.save(changed); !saved) {
    links_.note("operator-failed", act_of(request) + " by " + asker.to_string());
    return links_.answer(asker_number, refusal(kNo, "nothing was changed: " + saved.error()));
  }
  state_ = std::move(changed);
  controls_ = controls_of(state_, controls_.number + 1);
  waiting_.emplace(controls_.number, Waiting{asker_number, now_ms + kInForceWithin,
                                             done_text(request, words_of(request))});
  links_.note("operator-" + std::string(to_string(request.command)),
              request.argument + " by " + made.who);
  links_.tell(controls_);
}

std::optional<Answer> OperatorDesk::change(OperatorState& state, const Request& request,
                                           const OperatorAct& act) const {
  const bool of_peer = request.command == Command::kBlock || request.command == Command::kUnblock;
  return of_peer ? change_peer(state, request, act) : change_lane(state, request, act);
}

std::optional<Answer> OperatorDesk::change_peer(OperatorState& state, const Request& request,
                                                const OperatorAct& act) const {
  const auto blocked = state.blocked.find(request.argument);
  if (request.command == Command::kUnblock) {
    if (blocked == state.blocked.end()) {
      return refusal(kNo, "no operator has blocked " + request.argument);
    }
    state.blocked.erase(blocked);
    return std::nullopt;
  }
  if (blocked != state.blocked.end()) {
    return Answer{kDone, done_text(request, request.argument + " was blocked already, " +
                                                since(blocked->second))};
  }
  const bool known = std::ranges::any_of(peers_, [&](const wire::RecordedPeer& peer) {
    return peer.name == request.argument && !peer.retired;
  });
  if (!known) {
    return refusal(kUnknown, "the policy has no peer " + request.argument +
                                 ", expected one that guardctl peers shows");
  }
  state.blocked.emplace(request.argument, act);
  return std::nullopt;
}

std::optional<Answer> OperatorDesk::change_lane(OperatorState& state, const Request& request,
                                                const OperatorAct& act) const {
  const auto lane = lane_named(request.argument);
  if (!lane) {
    return refusal(kUnknown, "no direction " + request.argument +
                                 ", expected high-to-low, low-to-high, high-to-high or low-to-low");
  }
  auto& stop = state.stopped[static_cast<std::size_t>(*lane)];
  if (request.command == Command::kResume) {
    if (!stop) return refusal(kNo, "no operator has stopped " + request.argument);
    stop.reset();
    return std::nullopt;
  }
  if (stop) {
    return Answer{kDone,
                  done_text(request, request.argument + " was stopped already, " + since(*stop))};
  }
  stop = act;
  return std::nullopt;
}

void OperatorDesk::in_force(std::uint64_t number) {
  // A later one says everything that an earlier one said.
  while (!waiting_.empty() && waiting_.begin()->first <= number) {
    const Waiting& waiting = waiting_.begin()->second;
    links_.answer(waiting.asker, {kDone, waiting.done});
    waiting_.erase(waiting_.begin());
  }
}

void OperatorDesk::recorder_gone() {
  queues_ = {};
  std::erase_if(waiting_, [this](const auto& entry) {
    const Waiting& waiting = entry.second;
    if (waiting.row) links_.answer(waiting.asker, refusal(kNo, "the recorder has died: try again"));
    return waiting.row;
  });
}

void OperatorDesk::counted(Side side, const wire::StreamCounts& counts) {
  streams_[static_cast<std::size_t>(side)] = counts;
}

void OperatorDesk::tick(std::int64_t now_ms) {
  while (!waiting_.empty() && waiting_.begin()->second.deadline <= now_ms) {
    const Waiting& waiting = waiting_.begin()->second;
    links_.answer(waiting.asker, refusal(kNo, std::string(waiting.row ? "" : "saved, but ") +
                                                  "the recorder has not confirmed it yet"));
    waiting_.erase(waiting_.begin());
  }
}

std::vector<PeerStatus> OperatorDesk::peers() const {
  std::vector<PeerStatus> all;  // by number
  for (const wire::RecordedPeer& peer : peers_) {
    all.push_back(
        {.name = peer.name, .side = peer.side, .blocked = state_.blocked.contains(peer.name)});
  }
  for (const wire::AbsentPeer& absent : absent_) {
    all.at(absent.peer).policy =
        absent.blocked ? PolicyStanding::kBlocked : PolicyStanding::kInactive;
  }
  for (const Side side : {Side::kHigh, Side::kLow}) {
    for (const wire::PeerStreams& counts : streams_[static_cast<std::size_t>(side)].peers) {
      // An edge counts for its own side; what else it says is not shown.
      if (counts.peer >= all.size() || all[counts.peer].side != side) continue;
      all[counts.peer].inbound = counts.inbound;
      all[counts.peer].outbound = counts.outbound;
      all[counts.peer].addresses = in_use(counts, links_.addresses(counts.peer));
    }
  }
  for (const wire::PeerQueue& queue : queues_.peers) {
    if (queue.peer >= all.size()) continue;
    all[queue.peer].queued = queue.stanzas;
    all[queue.peer].queued_octets = queue.octets;
  }
  std::vector<PeerStatus> shown;
  for (PeerIndex number = 0; number < all.size(); ++number) {
    if (!peers_[number].retired) shown.push_back(std::move(all[number]));
  }
  return shown;
}

}  // namespace guard::supervisor
