#include "guard/recorder/recorder_process.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>
#include <vector>

#include "guard/base/check.h"
#include "guard/wire/codec.h"

namespace guard::recorder {
namespace {

constexpr std::int64_t kLinger = 1000;    // microseconds between commits of few rows
constexpr std::size_t kEnoughRows = 256;  // not worth waiting for more
constexpr std::int64_t kTick = 100'000;   // microseconds
constexpr std::int64_t kCountEvery = 1'000'000;
constexpr std::size_t kReadAtOnce = 1U << 20;  // octets of one channel before the next is looked at
constexpr std::size_t kMaxQueued = 64U << 20;  // octets that an edge may leave unread
constexpr int kLastWords = 1000;               // milliseconds to tell the edges of a broken log

std::int64_t monotonic() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

}  // namespace

RecorderProcess::RecorderProcess(wire::ChannelEnd control, Complain complain,
                                 RollWanted roll_wanted)
    : control_(std::move(control)),
      complain_(std::move(complain)),
      roll_wanted_(std::move(roll_wanted)) {}

RecorderProcess::~RecorderProcess() = default;

int RecorderProcess::run() {
  while (running()) {
    wait();
    hear_control();
    if (running() && ledger_) {
      for (const Side side : kSides) hear(side);
      const std::int64_t now = monotonic();
      if (running() && now - last_tick_ >= kTick) {
        last_tick_ = now;
        ledger_->tick(now_utc());
        if (now - last_counts_ >= kCountEvery) count();
        if (roll_wanted_()) log_->roll();
        keep_log();
      }
      if (running()) commit_when_due();
      if (running()) drop_deaf_edges();
    }
    flush();
  }
  flush();
  return *status_;
}

// ---------------------------------------------------------------- waiting

void RecorderProcess::wait() {
  std::vector<pollfd> waits;
  const auto add = [&](const wire::ChannelEnd& end, bool read) {
    const int events = (read ? POLLIN : 0) | (end.wants_write() ? POLLOUT : 0);
    if (events != 0) waits.push_back({end.fd(), static_cast<short>(events), 0});
  };
  add(control_, true);
  std::int64_t timeout = kTick;
  if (ledger_) {
    for (const Side side : kSides) {
      LineEnds& ends = line(side);
      if (ends.tickets()) add(*ends.tickets(), true);
      if (ends.judgements()) add(*ends.judgements(), ledger_->wants_judgements(side));
      if (ends.releases()) add(*ends.releases(), false);
    }
    const std::int64_t now = monotonic();
    timeout = std::min(timeout, last_tick_ + kTick - now);
    if (ledger_->pending()) timeout = std::min(timeout, last_commit_ + kLinger - now);
  }
  timeout = std::max<std::int64_t>(timeout, 0);
  const timespec limit{timeout / 1'000'000, timeout % 1'000'000 * 1000};
  readable_.clear();
  if (::ppoll(waits.data(), waits.size(), &limit, nullptr) <= 0) return;
  for (const pollfd& each : waits) {
    if ((each.revents & (POLLIN | POLLHUP | POLLERR)) != 0) readable_.push_back(each.fd);
  }
}

bool RecorderProcess::readable(const wire::ChannelEnd& end) const {
  return std::ranges::find(readable_, end.fd()) != readable_.end();
}

void RecorderProcess::flush() {
  control_.flush();
  for (LineEnds& ends : lines_) {
    if (ends.releases()) ends.releases()->flush();
  }
}

void RecorderProcess::count() {
  last_counts_ = last_tick_;
  wire::QueueCounts counts{ledger_->queue_counts()};
  for (const QueueAlarm::Change& change : alarm_.look(counts.peers, configuration_->limits)) {
    ledger_->on_queue_alarm(change, now_utc());
  }
  if (counts != counts_) {
    counts_ = counts;
    control_.send(std::move(counts));
  }
  wire::Tally tally = tally_.tally();
  if (tally == told_) return;
  told_ = tally;
  control_.send(std::move(tally));
}

// ---------------------------------------------------------------- edges and filters

void RecorderProcess::hear(Side side) {
  if (running()) hear_tickets(side);
  if (running()) hear_judgements(side);
  if (running()) switch_ends(side);
}

void RecorderProcess::hear_tickets(Side side) {
  auto& end_of_edge = line(side).tickets();
  if (!end_of_edge || !readable(*end_of_edge)) return;
  auto received = end_of_edge->receive(kReadAtOnce);
  const UtcTime now = now_utc();
  for (wire::AnyMessage& message : received.messages) {
    ledger_->on_edge(side, std::move(message), now);
    if (ledger_->full()) commit();
    if (!running()) return;
  }
  if (!received.fault) return;
  if (*received.fault == wire::ChannelFault::kForbidden) {
    ledger_->on_edge_violation(side, "a message that is not permitted", now);
  }
  end_of_edge.reset();
}

void RecorderProcess::hear_judgements(Side side) {
  auto& end_of_filter = line(side).judgements();
  if (!end_of_filter) return;
  if (!ledger_->wants_judgements(side)) {
    // What waits for the tickets of an edge that is gone waits for nothing.
    if (!line(side).tickets()) end_of_filter.reset();
    return;
  }
  if (!readable(*end_of_filter)) return;
  auto received = end_of_filter->receive(kReadAtOnce);
  const UtcTime now = now_utc();
  for (wire::AnyMessage& message : received.messages) {
    ledger_->on_judgement(side, std::get<wire::Judgement>(std::move(message)), now);
    if (ledger_->full()) commit();
    if (!running()) return;
  }
  if (!received.fault) return;
  if (*received.fault == wire::ChannelFault::kForbidden) {
    ledger_->on_filter_violation(side, "a message that is not permitted", now);
  }
  end_of_filter.reset();
}

void RecorderProcess::switch_ends(Side side) {
  LineEnds& ends = line(side);
  const LineEnds::Switch due = ends.due(monotonic() / 1000);
  if (due == LineEnds::Switch::kNone) return;
  // What the old processes brought about is done with their ends still in place.
  commit();
  if (!running()) return;
  ends.make(due);
  if (due == LineEnds::Switch::kEdge) {
    ledger_->replace_edge(side, ends.epoch(), now_utc());
  } else {
    ledger_->replace_filter(side, now_utc());
  }
}

// ---------------------------------------------------------------- commits

void RecorderProcess::commit_when_due() {
  if (!ledger_->pending()) return;
  const std::size_t rows = ledger_->rows().size();
  if (rows > 0 && rows < kEnoughRows && !ledger_->full() && monotonic() < last_commit_ + kLinger) {
    return;
  }
  commit();
}

// INVARIANT(AUDIT_BEFORE_RELEASE): the only caller of Ledger::committed, after the rows are
// durable.
void RecorderProcess::commit() {
  if (!ledger_->pending()) return;
  const bool has_rows = !ledger_->rows().empty();
  if (has_rows) {
    const std::int64_t before = monotonic();
    if (const auto done = log_->append(ledger_->rows(), ledger_->contents()); !done) {
      return fail(done.error());
    }
    tally_.committed(ledger_->rows(), monotonic() - before);
  }
  act(ledger_->committed());
  if (!has_rows) return;
  flush();
  keep_log();
  last_commit_ = monotonic();
}

// What can wait until the bytes are on their way. What the log has to say goes into the next
// commit.
void RecorderProcess::keep_log() {
  if (const auto done = log_->maintain(); !done) return fail(done.error());
  for (audit::LogNotice& notice : log_->take_notices()) {
    ledger_->on_log_notice(notice.event, std::move(notice.detail), now_utc());
  }
}

void RecorderProcess::act(std::vector<Effect> effects) {
  for (Effect& effect : effects) {
    if (auto* told = std::get_if<ToEdge>(&effect)) {
      auto& releases = line(told->side).releases();
      if (releases) releases->send(told->message);
    } else if (auto* asked = std::get_if<ToSupervisor>(&effect)) {
      control_.send(asked->message);
    } else if (auto* dropped = std::get_if<DropEdge>(&effect)) {
      complain_("edge " + std::string(to_string(dropped->side)) + ": " + std::string(dropped->why));
      LineEnds& ends = line(dropped->side);
      ends.tickets().reset();
      if (!ends.releases()) continue;
      // No edge may receive this: one that keeps its rules ends itself, and guardd starts another.
      ends.releases()->send(wire::Ready{});
      ends.releases()->flush();
      ends.releases().reset();
    }
  }
}

// Not from act: a commit leaves nothing pending, which is what replacing an end relies on.
void RecorderProcess::drop_deaf_edges() {
  for (const Side side : kSides) {
    const auto& releases = line(side).releases();
    if (!releases || releases->queued() <= kMaxQueued) continue;
    ledger_->on_edge_violation(side, "it does not read", now_utc());
  }
}

// ---------------------------------------------------------------- ends

void RecorderProcess::stop() {
  if (ledger_) {
    // The edges are gone by now; their last words may not have been waited for.
    for (const Side side : kSides) {
      if (line(side).tickets()) readable_.push_back(line(side).tickets()->fd());
      if (line(side).judgements()) readable_.push_back(line(side).judgements()->fd());
      if (running()) hear(side);
    }
    if (!running()) return;
    commit();
    if (!running()) return;
    ledger_->stop(now_utc());
    commit();
    if (!running()) return;
  }
  if (const auto closed = log_->close(); !closed) return fail(closed.error());
  status_ = kStopped;
}

void RecorderProcess::fail(const audit::LogError& error) {
  complain_("AUDIT LOG FAILED, nothing more is released: " + error.what);
  status_ = kLogBroken;
  const std::int64_t until = monotonic() + kLastWords * 1000;
  for (const Side side : kSides) {
    auto& releases = line(side).releases();
    if (!releases) continue;
    if (ledger_ && ledger_->greeted(side)) releases->send(wire::CloseAll{});
    while (releases->wants_write() && monotonic() < until) {
      releases->flush();
      pollfd writable{releases->fd(), POLLOUT, 0};
      (void)::poll(&writable, 1, 10);
    }
  }
  if (!error.full || !ledger_) return;
  const auto last = log_->write_closing_record(ledger_->closing_row(now_utc()));
  if (!last) complain_("the closing record could not be written: " + last.error().what);
}

void RecorderProcess::end(int status, std::string_view why) {
  complain_(why);
  status_ = status;
}

}  // namespace guard::recorder
