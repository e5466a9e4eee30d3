// Lanes within a side, as the filter judges them: in the lane that the edge has fixed, by that
// lane's rules, and with no route where its own reading leads elsewhere.
#include "guard/filter/hops.h"
#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using wire::Outcome;

std::string with_neighbours(std::string text) {
  const std::string end = "</policy>";
  return text.insert(text.rfind(end), R"(
  <direction from="high" to="high">
    <allow id="next-chat" reason="test" from-peers="high other-high" to-peers="high other-high">
      <message types="chat" parts="body" others="refuse"/>
    </allow>
    <allow id="next-ping" reason="test" from-peers="high" to-peers="other-high">
      <iq types="get" namespace="urn:xmpp:ping" element="ping" implied-label="open"/>
    </allow>
  </direction>
)");
}

class JudgeWithinTest : public JudgeFixture {
 protected:
  JudgeWithinTest() : near_(test::load(with_neighbours(test::kPolicy)), Side::kHigh, {}) {}

  wire::Judgement in(Lane lane, const std::string& to, const std::string& label) {
    return near_.judge(&context_, {1, 1,
                                   "<message from='ann@high.example/desk' to='" + to +
                                       "' id='m1' type='chat'><body>hello</body>" +
                                       test::label_element(label) + "</message>",
                                   lane});
  }

  Judge near_;
};

TEST_F(JudgeWithinTest, ItsOwnRulesAllow) {
  const wire::Judgement judged = in(Lane::kHighToHigh, "max@other-high.example", open_);
  ASSERT_EQ(judged.outcome, Outcome::kForward) << judged.finding.reason;
  EXPECT_EQ(judged.lane, Lane::kHighToHigh);
  EXPECT_EQ(judged.far_peer, kOtherHigh);
  EXPECT_EQ(judged.finding.rule, "next-chat");
  EXPECT_NE(judged.finding.facts.find("\"lane\":\"high-to-high\""), std::string::npos);
  EXPECT_EQ(in(Lane::kHighToLow, "bob@low.example", open_).finding.rule, "down-chat");
}

// The edge reads `to` with other code. Where the two differ, nobody is there.
TEST_F(JudgeWithinTest, SIDE_BOUND_AnotherReadingThanTheEdgesFindsNoRoute) {
  for (const auto& [lane, to] : {std::pair{Lane::kHighToLow, "max@other-high.example"},
                                 std::pair{Lane::kHighToHigh, "bob@low.example"},
                                 std::pair{Lane::kHighToHigh, "who@nowhere.example"}}) {
    const wire::Judgement judged = in(lane, to, open_);
    EXPECT_EQ(judged.outcome, Outcome::kCloseStream) << to;
    EXPECT_EQ(judged.condition, wire::StreamCondition::kHostUnknown) << to;
    EXPECT_EQ(judged.far_peer, wire::kNoPeer) << to;
    EXPECT_EQ(judged.lane, lane);
  }
}

TEST_F(JudgeWithinTest, AClearanceHoldsWithinASideAsWell) {
  // other-high is cleared for UNCLASSIFIED alone.
  const wire::Judgement judged = in(Lane::kHighToHigh, "max@other-high.example", restricted_);
  EXPECT_EQ(judged.outcome, Outcome::kRefuseWithReply);
  EXPECT_EQ(judged.finding.reason, "receiver-clearance");
  EXPECT_EQ(judged.far_peer, kOtherHigh);
}

TEST_F(JudgeWithinTest, INVISIBLE_WithoutRulesForItNobodyOfTheSideIsThere) {
  const wire::Judgement judged = judge_.judge(
      &context_, {1, 1,
                  "<message from='ann@high.example/desk' to='max@other-high.example' type='chat'>"
                  "<body>b</body></message>",
                  Lane::kHighToHigh});
  EXPECT_EQ(judged.outcome, Outcome::kCloseStream);
  EXPECT_EQ(judged.condition, wire::StreamCondition::kHostUnknown);
}

TEST_F(JudgeWithinTest, OfARequestTheAnswerTakesTheSameLane) {
  const wire::Judgement asked =
      near_.judge(&context_, {1, 1,
                              "<iq from='ann@high.example/desk' to='other-high.example' id='m1' "
                              "type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
                              Lane::kHighToHigh});
  ASSERT_EQ(asked.outcome, Outcome::kForward) << asked.finding.reason;
  EXPECT_NE(asked.contingency.find("remote-server-timeout"), std::string::npos);
  const StreamContext other{.peer = kOtherHigh, .pairs = {{"other-high.example", "high.example"}}};
  const wire::Judgement answered =
      near_.judge(&other, {2, 2,
                           "<iq from='other-high.example' to='ann@high.example/desk' id='m1' "
                           "type='result'/>",
                           Lane::kHighToHigh});
  ASSERT_EQ(answered.outcome, Outcome::kForward) << answered.finding.reason;
  EXPECT_EQ(answered.exchange.key, asked.exchange.key);
  EXPECT_EQ(answered.exchange.part, wire::Exchange::Part::kAnswer);
}

TEST_F(JudgeWithinTest, GuardsOfOneSideCountTheirHops) {
  std::string text = with_neighbours(test::kPolicy);
  const std::string connection = "<connection ";
  for (std::size_t at = 0; (at = text.find(connection, at)) != std::string::npos; ++at) {
    text.insert(at + connection.size(), "guard='yes' ");
  }
  Judge trunk(test::load(text), Side::kHigh, {});
  const auto reason = [&](std::uint32_t passed) {
    std::string stanza =
        "<message from='ann@high.example/desk' to='max@other-high.example' type='chat'>"
        "<body>hello</body>" +
        test::label_element(open_) + "</message>";
    append_hops(stanza, passed);
    const wire::Judgement judged =
        trunk.judge(&context_, {1, 1, std::move(stanza), Lane::kHighToHigh});
    if (judged.outcome == Outcome::kForward) {
      EXPECT_EQ(take_hops(judged.bytes)->count, passed + 1);
    }
    return judged.finding.reason;
  };
  EXPECT_EQ(reason(kMaxHops - 1), "allowed");
  EXPECT_EQ(reason(kMaxHops), "hops-exceeded");
}

}  // namespace
}  // namespace guard::filter
