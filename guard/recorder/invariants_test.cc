// A random walk of lying edges and filters, dying processes and a stepping clock, checked against
// a model that knows nothing but the log: what left, when, and to whom.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

#include "audit/catalogue.h"
#include "guard/base/sanitized.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

class Walk : public LedgerBed {
 public:
  explicit Walk(std::uint32_t seed) : random_(seed) {
    configuration.limits.queue_stanzas = 40;
    configuration.limits.queue_seconds = 2;
    start();
    for (const Side side : kSides) state(side).epoch = 1;
    check();
  }

  void step() {
    const Side side = kSides[random_() % 2];
    const auto what = random_() % 1000;
    if (what < 10) return crash_of_edge(side);
    if (what < 17) return crash_of_recorder();
    if (what < 20) return crash_of_both(side);
    if (what < 40) return lie_of_edge(side);
    if (what < 60) {
      ledger->replace_filter(side, now);
      state(side).judged = ended_[{state(side).epoch, side}];
      return;
    }
    if (what < 150) {
      now.microseconds += static_cast<std::int64_t>(random_() % 1'000'000);
      return ledger->tick(now);
    }
    if (what < 155) {
      now.microseconds -= static_cast<std::int64_t>(random_() % 7'000'000);
      return;
    }
    if (what < 300) return settle();
    if (what < 400) return report_outcomes(side);
    if (what < 700) return take_ticket(side);
    // A filter may be ahead of the tickets, but not for ever.
    if (state(side).judged < state(side).last + 2) judge_next(side);
  }

  // Commits, as the shell does, and checks what has left against what is durable.
  void settle() {
    const std::size_t before = effects.size();
    commit();
    check();
    for (std::size_t i = before; i < effects.size(); ++i) seen(effects[i]);
  }

  void end() {
    settle();
    now.microseconds += 60 * kSecond;
    ledger->tick(now);
    settle();
    // What an edge never spoke of is given up.
    now.microseconds += Deliveries::kGrace;
    for (int i = 0; i < 2; ++i, now.microseconds += Ledger::kOutcomeLinger) {
      ledger->tick(now);
      settle();
    }
    for (const Side side : kSides) {
      EXPECT_EQ(state(side).settled.size(), (ended_[{state(side).epoch, side}]));
    }
    // ONE_ANSWER: its time is up, whatever died meanwhile.
    for (const auto& [request, answers] : answers_) EXPECT_EQ(answers, 1) << request;
    EXPECT_GT(answers_.size(), 20U);
    ledger->stop(now);
    settle();
    for (const auto& [edge, announced] : announced_) {
      EXPECT_EQ(ended_[edge], announced) << "of epoch " << edge.first;
    }
    // NOTHING_SILENT: every delivery has exactly one outcome, every ticket that a recorder was
    // told of and kept has one row.
    std::map<std::string, std::map<std::uint64_t, int>> outcomes;
    for (const audit::Record& row : log) {
      if (audit::releases(row.action)) {
        outcomes[std::string(audit::delivered_to(row))][row.sequence] = 0;
      }
    }
    for (const audit::Record& row : log) {
      if (row.row_class != audit::Class::kOutcome) continue;
      std::uint64_t covered = 0;
      for (auto& [sequence, count] : outcomes[row.peer]) {
        if (sequence < row.first_sequence || sequence > row.last_sequence) continue;
        ++count;
        ++covered;
      }
      EXPECT_EQ(covered, row.count) << row.sequence;
    }
    for (const auto& [peer, deliveries] : outcomes) {
      for (const auto& [sequence, count] : deliveries) EXPECT_EQ(count, 1) << sequence;
    }
  }

 private:
  struct EdgeState {
    std::uint64_t epoch = 0;
    std::uint64_t last = 0;    // ticket
    std::uint64_t judged = 0;  // ticket
    std::uint64_t outcomes = 0;
    std::vector<std::uint64_t> held;
    std::vector<wire::Outcomes> unstored;
    std::set<std::uint64_t> settled;  // tickets, as it has heard from this recorder
  };
  EdgeState& state(Side side) { return edges_[static_cast<std::size_t>(side)]; }

  PeerIndex peer_of(Side side) {
    const PeerIndex high[] = {kAlpha, kAmber};
    const PeerIndex low[] = {kBravo, kBeige};
    return side == Side::kHigh ? high[random_() % 2] : low[random_() % 2];
  }

  // What an edge says of a ticket does not change when it says it again.
  static PeerIndex sender_of(Side side, std::uint64_t number) {
    const PeerIndex high[] = {kAlpha, kAmber};
    const PeerIndex low[] = {kBravo, kBeige};
    return side == Side::kHigh ? high[number / 3 % 2] : low[number / 3 % 2];
  }
  static Lane lane_of(Side side, std::uint64_t number) {
    return lane_between(side, number * 5 % 7 < 3 ? side : other(side));
  }
  static wire::Ticket ticket_of(Side side, std::uint64_t number) {
    wire::Ticket made = ticket(number, sender_of(side, number), number * 7 % 5);
    made.lane = lane_of(side, number);
    return made;
  }
  // Somebody whom the lane leads to: within a side, the other one.
  PeerIndex receiver_of(Side side, std::uint64_t number) {
    if (is_across(lane_of(side, number))) return peer_of(other(side));
    return sender_of(side, number) ^ 1U;
  }

  void take_ticket(Side side) {
    announce(side, ++state(side).last);
    after_message(side);
  }

  void announce(Side side, std::uint64_t number) {
    edge(side, ticket_of(side, number));
    // NOTHING_SILENT: from here on it must end with a row.
    auto& announced = announced_[{state(side).epoch, side}];
    if (number == announced + 1) announced = number;
  }

  void judge_next(Side side) {
    EdgeState& self = state(side);
    std::uint64_t number = ++self.judged;
    if (random_() % 200 == 0) number += random_() % 3;  // a lie, or once more
    wire::Judgement judgement = refusal(number);
    switch (random_() % 4) {
      case 0:
        judgement = reply(number);
        break;
      case 1:
        judgement = close(number, wire::StreamCondition::kPolicyViolation);
        break;
      case 2:
        // Few exchanges, so that they meet: asked, asked again, answered, answered by another.
        if (random_() % 2 == 0) {
          judgement =
              request(number, receiver_of(side, number), static_cast<std::uint8_t>(random_() % 8));
        } else {
          judgement =
              answer(number, receiver_of(side, number), static_cast<std::uint8_t>(random_() % 8));
        }
        break;
      default:
        judgement =
            forward(number, receiver_of(side, number), "<to-" + std::to_string(number) + "/>",
                    random_() % 2 == 0 ? "<late/>" : "");
    }
    if (random_() % 200 == 0) judgement.input[3] ^= 1;
    if (random_() % 200 == 0) judgement.far_peer = static_cast<PeerIndex>(random_() % 6);
    if (random_() % 200 == 0) judgement.finding.allowed = !judgement.finding.allowed;
    judgement.peer = sender_of(side, judgement.ticket);
    judgement.lane = lane_of(side, judgement.ticket);
    if (random_() % 200 == 0) judgement.lane = kLanes[random_() % kLanes.size()];
    if (random_() % 200 == 0) judgement.peer = static_cast<PeerIndex>(random_() % 6);
    ledger->on_judgement(side, std::move(judgement), now);
  }

  void lie_of_edge(Side side) {
    switch (random_() % 7) {
      case 6: {
        wire::Ticket lie = ticket_of(side, ++state(side).last);
        lie.lane = lane_between(other(side), random_() % 2 == 0 ? side : other(side));
        edge(side, lie);
        break;
      }
      case 0:
        edge(side, ticket(state(side).last + 2, peer_of(side)));
        break;
      case 1:
        edge(side, ticket(++state(side).last, peer_of(other(side))));
        break;
      case 2:
        edge(side, wire::Killed{random_() % (state(side).last + 2)});
        break;
      case 3:
        edge(side, wire::Outcomes{++state(side).outcomes,
                                  wire::Delivery::kWritten,
                                  {random_() % (log.size() + 5), random_() % 7}});
        break;
      case 4:
        edge(side, wire::StreamEnded{random_() % 5});
        break;
      default:
        edge(side, wire::Hello{random_() % 4, 0, 0, {}});
    }
    after_message(side);
  }

  // A dropped edge is replaced by guardd, as a dead one is.
  void after_message(Side side) {
    settle();
    if (!dropped(side)) return;
    crash_of_edge(side);
  }

  void crash_of_edge(Side side) {
    settle();
    EdgeState& self = state(side);
    self = EdgeState{};
    self.epoch = ++epochs_;
    forget_drops();
    ledger->replace_edge(side, self.epoch, now);
    settle();
    edge(side, wire::Hello{self.epoch, 0, 0, {}});
    settle();
  }

  void crash_of_recorder() {
    // What was not committed is lost with it; the edges stay and keep what they have.
    // Sometimes it dies with rows on the disk whose effects nobody has seen.
    if (random_() % 2 == 0) {
      append();
    } else if (random_() % 2 == 0) {
      commit();
    }
    const std::uint64_t committed = log.empty() ? 0 : log.back().sequence;
    restart_recorder();
    EXPECT_GE(log.back().sequence, committed);
    forget_drops();
    for (const Side side : kSides) {
      EdgeState& self = state(side);
      self.settled.clear();
      ledger->replace_edge(side, self.epoch, now);
      settle();
      // Everything that the edge has is open again from its point of view.
      edge(side, wire::Hello{self.epoch, 1, self.last, self.held});
      const std::size_t before = effects.size();
      settle();
      std::uint64_t ended = 0;
      for (std::size_t i = before; i < effects.size(); ++i) {
        const auto* told = std::get_if<ToEdge>(&effects[i]);
        if (told == nullptr || told->side != side) continue;
        if (const auto* welcome = std::get_if<wire::Welcome>(&told->message)) {
          ended = welcome->ended;
        }
      }
      for (const wire::Outcomes& outcomes : self.unstored) edge(side, outcomes);
      if (dropped(side)) {
        crash_of_edge(side);
        continue;
      }
      for (std::uint64_t number = ended + 1; number <= self.last; ++number) {
        announce(side, number);
      }
      self.judged = ended;
      settle();
    }
  }

  // One edge dies with the recorder; the other lives.
  void crash_of_both(Side side) {
    settle();
    state(side) = EdgeState{};
    state(side).epoch = ++epochs_;
    crash_of_recorder();
  }

  void report_outcomes(Side side) {
    EdgeState& self = state(side);
    if (self.held.empty()) return;
    wire::Outcomes outcomes{++self.outcomes, static_cast<wire::Delivery>(random_() % 3), {}};
    const std::size_t count = 1 + random_() % self.held.size();
    outcomes.deliveries.assign(self.held.begin(),
                               self.held.begin() + static_cast<std::ptrdiff_t>(count));
    self.held.erase(self.held.begin(), self.held.begin() + static_cast<std::ptrdiff_t>(count));
    self.unstored.push_back(outcomes);
    edge(side, outcomes);
  }

  void seen(const Effect& effect) {
    const auto* told = std::get_if<ToEdge>(&effect);
    if (told == nullptr) return;
    EdgeState& self = state(told->side);
    if (const auto* stored = std::get_if<wire::OutcomesStored>(&told->message)) {
      std::erase_if(self.unstored, [&](const auto& each) { return each.number <= stored->number; });
    }
    if (const auto* settled = std::get_if<wire::Settled>(&told->message)) {
      for (const wire::TicketRun& run : settled->runs) {
        ASSERT_LE(run.first, run.last);
        for (std::uint64_t ticket = run.first; ticket <= run.last; ++ticket) {
          check_settled(told->side, ticket);
        }
      }
    }
    const auto* deliver = std::get_if<wire::Deliver>(&told->message);
    if (deliver == nullptr) return;
    self.held.push_back(deliver->delivery);
    // AUDIT_BEFORE_RELEASE: a durable row of that number says that these bytes go to that peer.
    ASSERT_GE(deliver->delivery, 1U);
    ASSERT_LE(deliver->delivery, log.size());
    const audit::Record& row = log[deliver->delivery - 1];
    ASSERT_EQ(row.sequence, deliver->delivery);
    ASSERT_TRUE(audit::releases(row.action));
    ASSERT_EQ(row.sent_hash, sha_.digest(as_bytes(deliver->bytes)));
    ASSERT_EQ(audit::delivered_to(row), configuration.peers[deliver->peer].name);
    // NO_OTHER_PATH: to an edge of the peer's own side, and that is what the lane leads to.
    ASSERT_EQ(configuration.peers[deliver->peer].side, told->side);
    ASSERT_TRUE(row.direction.has_value());
    ASSERT_EQ(told->side, row.action == audit::Action::kForward ? far_side(*row.direction)
                                                                : near_side(*row.direction));
    if (row.action == audit::Action::kForward) {
      ASSERT_NE(row.receiver, row.sender);
      ASSERT_EQ(row.verdict, audit::Verdict::kAllowed);
      ASSERT_EQ(row.row_class, audit::Class::kDecision);
    }
    ++delivered_;
  }

  // AUDIT_BEFORE_COUNT: what was refused, or goes up, is in the log; what was forwarded in another
  // lane has its end there. Each is told once.
  void check_settled(Side side, std::uint64_t ticket) {
    const std::uint64_t epoch = state(side).epoch;
    const auto found = forwarded_.find({epoch, side, ticket});
    if (found == forwarded_.end()) {
      ASSERT_LE(ticket, (ended_[{epoch, side}]));
    } else {
      ASSERT_TRUE(outcomes_.contains(found->second)) << ticket << " of epoch " << epoch;
    }
    ASSERT_TRUE(state(side).settled.insert(ticket).second) << ticket << " of epoch " << epoch;
  }

  // FAIL_CLOSED and form: sequences without a gap, times in order, one end for each ticket.
  void check() {
    for (; checked_ < log.size(); ++checked_) {
      const audit::Record& row = log[checked_];
      ASSERT_EQ(row.sequence, checked_ + 1);
      if (checked_ > 0) {
        ASSERT_GE(row.time, log[checked_ - 1].time);
      }
      check_answer(row);
      if (row.row_class == audit::Class::kOutcome) note_outcome(row);
      if (row.action == audit::Action::kForward && *row.direction != kUp) {
        forwarded_[{row.epoch, near_side(*row.direction), row.number}] = row.sequence;
      }
      if (row.row_class != audit::Class::kDecision) continue;
      ASSERT_FALSE(row.reason.empty());
      // NO_OTHER_PATH: the lane is the edge's, whatever has died or lied since.
      const Side near = near_side(*row.direction);
      ASSERT_EQ(*row.direction, lane_of(near, row.number));
      std::uint64_t& ended = ended_[{row.epoch, near}];
      ASSERT_EQ(row.number, ended + 1) << "of epoch " << row.epoch;
      ended = row.number;
      if (row.verdict == audit::Verdict::kWithheld) {
        ASSERT_FALSE(audit::releases(row.action));
      }
    }
  }

  void note_outcome(const audit::Record& row) {
    for (auto sequence = row.first_sequence; sequence <= row.last_sequence; ++sequence) {
      if (audit::delivered_to(log[sequence - 1]) == row.peer) outcomes_.insert(sequence);
    }
  }

  // ONE_ANSWER: iq results go by the request that they name, which has crossed the other way
  // between the same peers, and nothing else has answered it.
  void check_answer(const audit::Record& row) {
    const bool crossed = row.action == audit::Action::kForward && row.kind == "iq";
    if (crossed && row.type == "get") answers_[row.sequence] = 0;
    const std::uint64_t request = audit::answered_request(row);
    ASSERT_EQ(request != 0,
              (crossed && row.type == "result") || row.event == audit::event::kRequestUnanswered);
    if (request == 0) return;
    ASSERT_LT(request, row.sequence);
    ASSERT_TRUE(answers_.contains(request));
    ASSERT_EQ(++answers_[request], 1) << request;
    const audit::Record& asked = log[request - 1];
    if (!crossed) {
      ASSERT_EQ(asked.sender, row.sender);
      return;
    }
    ASSERT_EQ(*row.direction, reverse_of(*asked.direction));
    ASSERT_EQ(asked.sender, row.receiver);
    ASSERT_EQ(asked.receiver, row.sender);
  }

  void forget_drops() {
    std::erase_if(effects,
                  [](const Effect& effect) { return std::holds_alternative<DropEdge>(effect); });
  }

  std::mt19937 random_;
  EdgeState edges_[2];
  std::uint64_t epochs_ = 1;
  std::size_t checked_ = 0;
  std::map<std::pair<std::uint64_t, Side>, std::uint64_t> ended_;      // tickets, in the log
  std::map<std::pair<std::uint64_t, Side>, std::uint64_t> announced_;  // tickets
  std::map<std::tuple<std::uint64_t, Side, std::uint64_t>, std::uint64_t> forwarded_;  // to its row
  std::set<std::uint64_t> outcomes_;      // rows whose delivery ended
  std::map<std::uint64_t, int> answers_;  // by the request's row
  Sha256 sha_;

 public:
  std::size_t delivered_ = 0;
};

class InvariantsTest : public testing::TestWithParam<std::uint32_t> {};

TEST_P(InvariantsTest,
       AUDIT_BEFORE_RELEASE_AUDIT_BEFORE_COUNT_NO_OTHER_PATH_NOTHING_SILENT_FAIL_CLOSED) {
  Walk walk(GetParam());
  for (int i = 0; i < 10000; ++i) {
    walk.step();
    if (testing::Test::HasFatalFailure()) FAIL() << "at step " << i;
  }
  walk.end();
  EXPECT_GT(walk.delivered_, 100U);
}

constexpr unsigned kSeeds = kSanitized ? 8 : 40;
INSTANTIATE_TEST_SUITE_P(, InvariantsTest, testing::Range(1U, kSeeds + 1));

}  // namespace
}  // namespace guard::recorder
