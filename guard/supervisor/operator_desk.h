// OperatorDesk: where guardctl's requests are answered: who may ask what, what is blocked and
// stopped, and when it is in force.
//
//   request ──role──→ status, peers ─────────────────────────────────────────→ answer
//              │
//              └────→ block … resume: file saved ─→ note, controls to all ─→ waits for
//                     (not allowed: note, answer "no")        ControlsInForce ─→ answer
//              └────→ log-read: note, controls to the recorder ─→ the same
//
// An act is saved before it is in force, and a loosening is in force only when the file says so:
// after a crash at any point nothing is open that was not undone on disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guard/control/asker.h"
#include "guard/control/request.h"
#include "guard/supervisor/house_status.h"
#include "guard/supervisor/operator_state.h"
#include "guard/wire/configuration.h"
#include "guard/wire/control_messages.h"

namespace guard::supervisor {

// What the desk wants of the house.
struct DeskLinks {
  std::function<HouseStatus()> status;
  std::function<std::vector<wire::Endpoint>(PeerIndex)> addresses;  // of the site file
  std::function<void(std::string event, std::string detail)> note;  // a row of the audit log
  std::function<void(const wire::Controls&)> tell;                  // recorder and edges
  // confirm tells the recorder alone, so that it says when the note before is durable; false where
  // it is just being started.
  std::function<bool(const wire::Controls&)> confirm;
  std::function<void(std::uint64_t asker, const control::Answer&)> answer;
  // save keeps the state; an error is told to the operator, and nothing has changed then.
  std::function<std::expected<void, std::string>(const OperatorState&)> save;
  // reload begins to go over to the policy as it is now on disk. It answers by itself, later.
  std::function<void(std::uint64_t asker, const control::Request&, const std::string& who)> reload;
};

class OperatorDesk {
 public:
  static constexpr std::int64_t kInForceWithin = 10'000;  // milliseconds
  static constexpr unsigned kMostReads =
      120;  // of the log by one user that are recorded in a minute

  // `peers` are the policy's, by number, and `absent` those whom its dates keep out. A blocked name
  // that is not among them is kept and does nothing. `owner` is the user that guardd runs as.
  OperatorDesk(OperatorState state, std::vector<wire::RecordedPeer> peers,
               std::vector<wire::AbsentPeer> absent, control::Rights rights, uid_t owner,
               DeskLinks links);

  // go_over takes the peers of another policy, retired numbers included, with those whom its dates
  // keep out now, and tells everybody.
  void go_over(std::vector<wire::RecordedPeer> peers, std::vector<wire::AbsentPeer> absent);

  // keep_out says whom the policy's dates keep out from now on, ascending by number. An operator
  // cannot let them in.
  void keep_out(std::vector<wire::AbsentPeer> absent);
  [[nodiscard]] const std::vector<wire::AbsentPeer>& kept_out() const { return absent_; }

  // controls is what a new process is to be told before its first stanza.
  [[nodiscard]] const wire::Controls& controls() const { return controls_; }

  void asked(std::uint64_t asker_number, const control::Asker& asker,
             const std::expected<control::Request, std::string>& request, UtcTime now,
             std::int64_t now_ms);

  // in_force: the recorder has said so.
  void in_force(std::uint64_t number);

  void counted(Side side, const wire::StreamCounts& counts);
  void counted(const wire::QueueCounts& counts) { queues_ = counts; }
  // An edge or the recorder has died: what it counted is no more.
  void edge_gone(Side side) { streams_[static_cast<std::size_t>(side)] = {}; }
  void recorder_gone();

  // tick answers those whose act was not confirmed in time.
  void tick(std::int64_t now_ms);

 private:
  struct Waiting {
    std::uint64_t asker = 0;
    std::int64_t deadline = 0;
    std::string done;  // what is answered when it is in force
    bool row = false;  // it is a row of the log and nothing else: lost with its recorder
  };

  void look(std::uint64_t asker, const control::Request& request);
  void act(std::uint64_t asker_number, const control::Asker& asker, const control::Request& request,
           UtcTime now, std::int64_t now_ms);
  void read_log(std::uint64_t asker_number, const control::Asker& asker,
                const control::Request& request, std::int64_t now_ms);
  // change applies the request to `state`: an answer where there is nothing to do.
  [[nodiscard]] std::optional<control::Answer> change(OperatorState& state,
                                                      const control::Request& request,
                                                      const OperatorAct& act) const;
  [[nodiscard]] std::optional<control::Answer> change_peer(OperatorState& state,
                                                           const control::Request& request,
                                                           const OperatorAct& act) const;
  [[nodiscard]] std::optional<control::Answer> change_lane(OperatorState& state,
                                                           const control::Request& request,
                                                           const OperatorAct& act) const;
  [[nodiscard]] wire::Controls controls_of(const OperatorState& state, std::uint64_t number) const;
  [[nodiscard]] std::vector<PeerStatus> peers() const;

  OperatorState state_;
  std::vector<wire::RecordedPeer> peers_;  // by number
  std::vector<wire::AbsentPeer> absent_;
  const control::Rights rights_;
  const uid_t owner_;
  const DeskLinks links_;
  wire::Controls controls_;
  std::map<std::uint64_t, Waiting> waiting_;  // by the number of the Controls
  wire::StreamCounts streams_[2];             // by Side
  wire::QueueCounts queues_;
  std::int64_t reads_minute_ = 0;
  std::map<uid_t, unsigned> reads_;  // of the log, in that minute
};

}  // namespace guard::supervisor
