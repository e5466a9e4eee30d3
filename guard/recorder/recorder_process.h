// RecorderProcess: the shell around Ledger: channels in, commits, effects out. One thread, one
// poll loop.
//
//   control ─→ configure, adopt ends ─→ (all there) reconcile ─→ Ready ─→ loop:
//      read what has come → ledger → rows → commit (one fdatasync) → effects → channels
//
// What has arrived while a commit ran goes into the next one. After a commit the next waits up to
// a millisecond for company, so that a lone stanza is committed at once and many share.
//
// INVARIANT(FAIL_CLOSED): after any error of the log nothing more is released or answered: every
// stream is closed and the process ends with kLogBroken.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log.h"
#include "guard/recorder/ledger.h"
#include "guard/recorder/line_ends.h"
#include "guard/recorder/store_memory.h"
#include "guard/recorder/tally.h"
#include "guard/wire/channel_end.h"
#include "guard/wire/configuration.h"

namespace guard::recorder {

// Exit statuses (sysexits.h where there is a name for it).
constexpr int kStopped = 0;
constexpr int kOrphaned = 1;      // guardd is gone
constexpr int kForbidden = 70;    // guardd sent what it may not
constexpr int kUnavailable = 71;  // the store cannot be mapped
constexpr int kLogBroken = 74;    // the log cannot be opened or written

class RecorderProcess {
 public:
  using Complain = std::function<void(std::string_view)>;

  // roll_wanted says whether somebody has asked for a new segment since it was last called.
  using RollWanted = std::function<bool()>;

  RecorderProcess(
      wire::ChannelEnd control, Complain complain, RollWanted roll_wanted = [] { return false; });
  ~RecorderProcess();
  RecorderProcess(const RecorderProcess&) = delete;
  RecorderProcess& operator=(const RecorderProcess&) = delete;

  // run works until guardd says Stop or goes away, or the log fails, and returns the exit status.
  [[nodiscard]] int run();

 private:
  [[nodiscard]] LineEnds& line(Side side) { return lines_[static_cast<std::size_t>(side)]; }

  void wait();
  [[nodiscard]] bool readable(const wire::ChannelEnd& end) const;
  void hear_control();
  void on_control(wire::AnyMessage& message);
  void configure(const wire::Configure& message);
  void reconfigure(const wire::Reconfigure& message);
  void adopt(const wire::Adopt& message);
  void start_when_complete();
  void count();
  void hear(Side side);
  void hear_tickets(Side side);
  void hear_judgements(Side side);
  void switch_ends(Side side);
  void commit_when_due();
  void commit();
  void keep_log();
  void act(std::vector<Effect> effects);
  void drop_deaf_edges();
  void flush();
  void stop();
  void fail(const audit::LogError& error);
  void end(int status, std::string_view why);
  [[nodiscard]] bool running() const { return !status_; }

  wire::ChannelEnd control_;
  Complain complain_;
  RollWanted roll_wanted_;
  std::optional<wire::RecorderConfiguration> configuration_;
  std::unique_ptr<audit::Log> log_;
  std::optional<StoreMemory> memory_;
  std::optional<Store> store_;
  std::optional<Ledger> ledger_;   // once everything is there
  std::array<LineEnds, 2> lines_;  // by Side
  std::vector<int> readable_;      // descriptors, since the last wait
  std::int64_t last_commit_ = 0;   // microseconds of a monotonic clock
  std::int64_t last_tick_ = 0;
  std::optional<wire::Controls> controls_;  // what came before there was a ledger
  std::optional<std::uint64_t> drain_;      // the same: the number of a Reconfigure
  TallyBook tally_;
  QueueAlarm alarm_;
  wire::QueueCounts counts_;  // as guardd was told
  wire::Tally told_;          // likewise
  std::int64_t last_counts_ = 0;
  std::optional<int> status_;
};

}  // namespace guard::recorder
