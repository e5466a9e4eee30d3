#include "guard/supervisor/operator_desk.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace {

using control::Command;
using control::Request;

constexpr uid_t kOwner = 77;
constexpr gid_t kAuditors = 400;
constexpr gid_t kViewers = 500;
constexpr gid_t kOperators = 600;
const UtcTime kNow{1'700'000'000'000'000};

class Desk : public testing::Test {
 protected:
  void open(OperatorState state = {}) {
    DeskLinks links;
    links.status = [] { return HouseStatus{}; };
    links.note = [this](const std::string& event, const std::string& detail) {
      happened.push_back("note " + event + " " + detail);
    };
    links.addresses = [](PeerIndex) {
      return std::vector<wire::Endpoint>{{"10.77.2.1", 5270, true}, {"10.77.2.1", 5269, false}};
    };
    links.tell = [this](const wire::Controls& controls) {
      happened.push_back("tell " + std::to_string(controls.number));
      told = controls;
    };
    links.confirm = [this](const wire::Controls& controls) {
      if (!recorder_ready) return false;
      happened.push_back("confirm " + std::to_string(controls.number));
      return true;
    };
    links.answer = [this](std::uint64_t asker, const control::Answer& answer) {
      answers[asker] = answer;
    };
    links.save = [this](const OperatorState& changed) -> std::expected<void, std::string> {
      happened.push_back("save");
      if (disk_broken) return std::unexpected("state: no space");
      saved = changed;
      return {};
    };
    links.reload = [this](std::uint64_t asker, const Request&, const std::string& who) {
      happened.push_back("reload " + std::to_string(asker) + " " + who);
    };
    desk.emplace(
        std::move(state),
        std::vector<wire::RecordedPeer>{{"high", Side::kHigh}, {"low", Side::kLow}},
        std::vector<wire::AbsentPeer>{},
        control::Rights{.auditors = kAuditors, .viewers = kViewers, .operators = kOperators},
        kOwner, std::move(links));
  }
  control::Asker in(gid_t group) { return {.user = 1000, .group = group}; }
  // ask asks as an operator, and gives the answer's status; -1 while there is none.
  int ask(Command command, const std::string& argument, std::string reason = {}) {
    return ask_as(in(kOperators),
                  Request{.command = command, .argument = argument, .reason = std::move(reason)});
  }
  int ask_as(const control::Asker& asker, const std::expected<Request, std::string>& request) {
    desk->asked(++asker_, asker, request, kNow, 0);
    return answers.contains(asker_) ? answers[asker_].status : -1;
  }

  std::optional<OperatorDesk> desk;
  std::vector<std::string> happened;
  std::optional<wire::Controls> told;
  std::map<std::uint64_t, control::Answer> answers;
  std::optional<OperatorState> saved;
  bool disk_broken = false;
  bool recorder_ready = true;
  std::uint64_t asker_ = 0;
};

TEST_F(Desk, ABlockIsSavedThenNotedThenToldAndAnsweredWhenItIsInForce) {
  open();
  EXPECT_EQ(ask(Command::kBlock, "low", "incident 42"), -1);
  EXPECT_EQ(happened, (std::vector<std::string>{
                          "save", "note operator-block low by uid 1000: incident 42", "tell 2"}));
  EXPECT_EQ(told->blocked, std::vector<PeerIndex>{1});
  EXPECT_EQ(saved->blocked.at("low").who, "uid 1000: incident 42");
  desk->in_force(1);
  EXPECT_FALSE(answers.contains(1));
  desk->in_force(2);
  EXPECT_EQ(answers.at(1), (control::Answer{0, "low is blocked\n"}));
}

// What the policy keeps out is told with every change, and an operator cannot let it in.
TEST_F(Desk, WhomThePolicyKeepsOutStaysOutWhateverTheOperatorDoes) {
  open();
  desk->keep_out({{.peer = 1}});
  EXPECT_EQ(happened, std::vector<std::string>{"tell 2"});
  EXPECT_EQ(told->absent, (std::vector<wire::AbsentPeer>{{.peer = 1}}));
  EXPECT_TRUE(told->blocked.empty());
  EXPECT_EQ(ask(Command::kUnblock, "low"), 1) << "no operator has blocked it";
  EXPECT_EQ(ask(Command::kBlock, "low"), -1);
  EXPECT_EQ(ask(Command::kUnblock, "low"), -1);
  EXPECT_EQ(told->absent, (std::vector<wire::AbsentPeer>{{.peer = 1}}));
  EXPECT_EQ(desk->controls().absent, told->absent);
  EXPECT_EQ(
      ask_as(in(kOperators), Request{.command = Command::kPeers, .argument = "", .reason = ""}), 0);
  EXPECT_NE(answers[asker_].text.find("low   low   not active by the policy"), std::string::npos)
      << answers[asker_].text;
  desk->go_over({{"high", Side::kHigh}, {"low", Side::kLow}}, {});
  EXPECT_TRUE(told->absent.empty());
  EXPECT_EQ(told->number, 5U);
}

TEST_F(Desk, AnUnblockUndoesABlock) {
  OperatorState state;
  state.blocked["low"] = {kNow, "uid 0"};
  open(state);
  EXPECT_EQ(desk->controls().blocked, std::vector<PeerIndex>{1});
  EXPECT_EQ(ask(Command::kUnblock, "low"), -1);
  EXPECT_TRUE(told->blocked.empty());
  EXPECT_TRUE(saved->blocked.empty());
  EXPECT_EQ(ask(Command::kUnblock, "low"), 1) << "nothing to undo";
}

TEST_F(Desk, AStopAndAResume) {
  open();
  EXPECT_EQ(ask(Command::kStop, "high-to-low"), -1);
  EXPECT_EQ(told->stopped, std::vector{Lane::kHighToLow});
  EXPECT_EQ(ask(Command::kResume, "low-to-high"), 1) << "not stopped";
  EXPECT_EQ(ask(Command::kResume, "high-to-low"), -1);
  EXPECT_TRUE(told->stopped.empty());
  EXPECT_EQ(ask(Command::kStop, "high-to-high"), -1);
  EXPECT_TRUE(told->stops(Lane::kHighToHigh));
  EXPECT_FALSE(told->stops(Lane::kLowToLow)) << "within a side each has its own";
  EXPECT_FALSE(told->stops(Lane::kHighToLow));
  EXPECT_EQ(ask(Command::kResume, "high-to-high"), -1);
}

TEST_F(Desk, WhatIsThereAlreadyIsDone) {
  open();
  (void)ask(Command::kBlock, "low");
  (void)ask(Command::kStop, "low-to-high");
  const auto before = happened.size();
  EXPECT_EQ(ask(Command::kBlock, "low"), 0);
  EXPECT_EQ(ask(Command::kStop, "low-to-high"), 0);
  EXPECT_EQ(happened.size(), before);
}

TEST_F(Desk, WhatDoesNotExistIsSaidSo) {
  open();
  EXPECT_EQ(ask(Command::kBlock, "lwo"), 2);
  EXPECT_EQ(ask(Command::kStop, "sideways"), 2);
  EXPECT_EQ(ask_as(in(kOperators), std::unexpected("no such command")), 3);
  EXPECT_TRUE(happened.empty());
}

TEST_F(Desk, AViewerMayLookAndNotAct) {
  open();
  EXPECT_EQ(ask_as(in(kViewers), Request{.command = Command::kStatus}), 0);
  EXPECT_EQ(ask_as(in(kViewers), Request{.command = Command::kPeers, .json = true}), 0);
  EXPECT_EQ(ask_as(in(kViewers), Request{.command = Command::kBlock, .argument = "low"}), 1);
  EXPECT_EQ(happened, std::vector<std::string>{"note operator-refused block low by uid 1000"});
  EXPECT_TRUE(desk->controls().blocked.empty());
}

TEST_F(Desk, AStrangerMayNotEvenLook) {
  open();
  EXPECT_EQ(ask_as(in(9), Request{.command = Command::kStatus}), 1);
  EXPECT_EQ(ask_as(in(9), Request{.command = Command::kBlock, .argument = "low"}), 1);
}

// INVARIANT(FAIL_CLOSED): what cannot be kept is not begun, in neither direction.
TEST_F(Desk, FAIL_CLOSED_WithoutAPlaceToKeepItNothingChanges) {
  OperatorState state;
  state.blocked["low"] = {kNow, "uid 0"};
  open(state);
  disk_broken = true;
  EXPECT_EQ(ask(Command::kUnblock, "low"), 1);
  EXPECT_EQ(desk->controls().blocked, std::vector<PeerIndex>{1});
  EXPECT_FALSE(told);
  EXPECT_EQ(happened.back(), "note operator-failed unblock low by uid 1000");
}

TEST_F(Desk, ABlockOfAPeerThatThePolicyNoLongerHasIsKept) {
  OperatorState state;
  state.blocked["gone"] = {kNow, "uid 0"};
  open(state);
  EXPECT_TRUE(desk->controls().blocked.empty());
  (void)ask(Command::kBlock, "low");
  EXPECT_EQ(saved->blocked.size(), 2U);
  EXPECT_EQ(ask(Command::kUnblock, "gone"), -1);
}

TEST_F(Desk, WhoIsNotConfirmedInTimeIsToldSo) {
  open();
  (void)ask(Command::kBlock, "low");
  desk->tick(OperatorDesk::kInForceWithin - 1);
  EXPECT_FALSE(answers.contains(1));
  desk->tick(OperatorDesk::kInForceWithin);
  EXPECT_EQ(answers.at(1).status, 1);
  EXPECT_EQ(desk->controls().blocked, std::vector<PeerIndex>{1}) << "it stands all the same";
}

TEST_F(Desk, CountsAreShownByPeerAndForgottenWithTheirProcess) {
  open();
  desk->counted(Side::kLow, wire::StreamCounts{{{1, 2, 3, 2}, {0, 8, 8, 1}, {99, 1, 1, 1}}});
  desk->counted(wire::QueueCounts{{{1, 4, 50}, {99, 1, 1}}});
  ASSERT_EQ(ask(Command::kPeers, ""), 0);
  EXPECT_EQ(answers.at(1).text,
            "PEER  SIDE  STATE      IN  OUT  QUEUED  OCTETS  ADDRESS\n"
            "high  high  no stream  0   0    0       0       -\n"
            "low   low   connected  2   3    4       50      10.77.2.1:5269\n"
            "What was tried for a peer without a stream, and why it failed: guard-audit query LOG "
            "--class event --peer NAME\n");
  desk->edge_gone(Side::kLow);
  desk->recorder_gone();
  (void)ask(Command::kPeers, "");
  EXPECT_NE(answers.at(2).text.find("low   low   no stream"), std::string::npos);
}

TEST_F(Desk, AnEdgeNamesNoAddressThatTheSiteFileDoesNot) {
  open();
  desk->counted(Side::kLow, wire::StreamCounts{{{1, 0, 1, 0xFFFF'FFFF}}});
  ASSERT_EQ(ask(Command::kPeers, ""), 0);
  EXPECT_NE(answers.at(1).text.find(" 10.77.2.1:5270 direct TLS, 10.77.2.1:5269\n"),
            std::string::npos);
  desk->counted(Side::kLow, wire::StreamCounts{{{1, 0, 1, 0xFFFF'FFFC}}});
  ASSERT_EQ(ask(Command::kPeers, ""), 0);
  EXPECT_NE(answers.at(2).text.find("low   low   connected  0   1    0       0       -\n"),
            std::string::npos)
      << answers.at(2).text;
}

TEST_F(Desk, AReloadIsNotedThenBegunAndNotAnsweredHere) {
  open();
  EXPECT_EQ(ask(Command::kReload, "", "change 17"), -1);
  EXPECT_EQ(happened, (std::vector<std::string>{"note operator-reload by uid 1000: change 17",
                                                "reload 1 uid 1000: change 17"}));
}

TEST_F(Desk, WhoMayOnlyLookMayNotReload) {
  open();
  for (const gid_t group : {kViewers, gid_t{1}}) {
    happened.clear();
    EXPECT_EQ(ask_as(in(group), Request{.command = Command::kReload}), 1);
    EXPECT_EQ(happened, std::vector<std::string>{"note operator-refused reload by uid 1000"});
  }
}

// ---------------------------------------------------------------- who reads the log

const Request kRead{.command = Command::kLogRead, .reason = "query --since 2h"};

TEST_F(Desk, AReadingIsNotedAndAnsweredWhenItsRowIsOnDisk) {
  open();
  EXPECT_EQ(ask_as(in(kAuditors), kRead), -1);
  EXPECT_EQ(happened,
            (std::vector<std::string>{"note log-read by uid 1000: query --since 2h", "confirm 2"}));
  desk->in_force(1);
  EXPECT_FALSE(answers.contains(1));
  desk->in_force(2);
  EXPECT_EQ(answers.at(1), (control::Answer{0, "recorded\n"}));
  EXPECT_FALSE(told) << "nobody else hears of it";
}

TEST_F(Desk, AnAuditorMayNeitherLookNorActAndAStrangerMayNotReadTheLog) {
  open();
  EXPECT_EQ(ask_as(in(kAuditors), Request{.command = Command::kStatus}), 1);
  EXPECT_EQ(ask_as(in(kAuditors), Request{.command = Command::kPeers}), 1);
  EXPECT_EQ(ask_as(in(kAuditors), Request{.command = Command::kBlock, .argument = "low"}), 1);
  EXPECT_EQ(happened, std::vector<std::string>{"note operator-refused block low by uid 1000"});
  EXPECT_EQ(ask_as(in(9), kRead), 1);
  EXPECT_EQ(happened.size(), 1U);
  EXPECT_EQ(ask_as(in(kViewers), kRead), -1);
  EXPECT_EQ(ask_as(in(kOperators), kRead), -1);
}

// Of a row that its recorder took with it, nobody is told that it is there.
TEST_F(Desk, AReadingIsNotRecordedByARecorderThatDiesOrIsLateOrNotThere) {
  open();
  EXPECT_EQ(ask_as(in(kAuditors), kRead), -1);
  EXPECT_EQ(ask(Command::kBlock, "low"), -1);
  desk->recorder_gone();
  EXPECT_EQ(answers.at(1), (control::Answer{1, "guardctl: the recorder has died: try again\n"}));
  EXPECT_FALSE(answers.contains(2)) << "the next recorder hears of a block";
  recorder_ready = false;
  EXPECT_EQ(ask_as(in(kAuditors), kRead), 1);
  recorder_ready = true;
  EXPECT_EQ(ask_as(in(kAuditors), kRead), -1);
  desk->tick(OperatorDesk::kInForceWithin);
  EXPECT_EQ(answers.at(4).text, "guardctl: the recorder has not confirmed it yet\n");
  EXPECT_EQ(answers.at(2).text, "guardctl: saved, but the recorder has not confirmed it yet\n");
}

// Nobody fills the log by looking at it; what is missing is said in it, once.
TEST_F(Desk, OneUserIsRecordedSoOftenInAMinuteAndNoMore) {
  open();
  for (unsigned i = 0; i < OperatorDesk::kMostReads; ++i) {
    ASSERT_EQ(ask_as(in(kAuditors), kRead), -1) << i;
  }
  happened.clear();
  EXPECT_EQ(ask_as(in(kAuditors), kRead), 1);
  EXPECT_EQ(ask_as(in(kAuditors), kRead), 1);
  EXPECT_EQ(happened, std::vector<std::string>{
                          "note log-read by uid 1000: more than 120 in this minute, which are not "
                          "here"});
  EXPECT_EQ(ask_as({.user = 1001, .group = kAuditors}, kRead), -1) << "another user";
  desk->asked(++asker_, in(kAuditors), kRead, kNow, 60'000);
  EXPECT_FALSE(answers.contains(asker_)) << "the next minute";
}

// A block is of a name: it goes over to the number that the name has then.
TEST_F(Desk, BlocksGoOverToAnotherPolicyByName) {
  open();
  (void)ask(Command::kBlock, "low");
  desk->go_over({{"high", Side::kHigh}, {"low", Side::kLow, true}, {"low", Side::kLow}}, {});
  EXPECT_EQ(told->number, 3U);
  EXPECT_EQ(told->blocked, (std::vector<PeerIndex>{1, 2}));
  EXPECT_EQ(desk->controls().blocked, told->blocked);
}

TEST_F(Desk, ARetiredPeerIsNotShownAndCannotBeBlocked) {
  open();
  desk->go_over({{"high", Side::kHigh}, {"low", Side::kLow, true}, {"new", Side::kLow}}, {});
  EXPECT_EQ(ask_as(in(kViewers), Request{.command = Command::kPeers, .json = true}), 0);
  EXPECT_EQ(answers[asker_].text.find("\"low\",\"side"), std::string::npos);
  EXPECT_NE(answers[asker_].text.find("\"new\",\"side"), std::string::npos);
  EXPECT_EQ(ask(Command::kBlock, "low"), 2);
  EXPECT_EQ(ask(Command::kBlock, "new"), -1);
}

}  // namespace
}  // namespace guard::supervisor
