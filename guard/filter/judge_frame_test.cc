// What an edge that lies offers, and what no parser takes.
#include <gtest/gtest.h>

#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using wire::Outcome;
using wire::StreamCondition;

using JudgeFrameTest = JudgeFixture;

TEST_F(JudgeFrameTest, FramesAgain) {
  const std::string good = labelled(open_);
  expect_closed(good + good, "frame-trailing-bytes", StreamCondition::kNotWellFormed);
  expect_closed("<?xml version='1.1'?>" + good, "frame-processing-instruction",
                StreamCondition::kRestrictedXml);
}

TEST_F(JudgeFrameTest, MarkupThatRfc6120BansClosesTheStream) {
  const std::pair<std::string, StreamCondition> rows[] = {
      {chat("<!-- x -->"), StreamCondition::kRestrictedXml},
      {chat("<?php x ?>"), StreamCondition::kRestrictedXml},
      {chat("<!DOCTYPE x>"), StreamCondition::kRestrictedXml},
      {chat("<body>&custom;</body>"), StreamCondition::kRestrictedXml},
      {chat("<body>&#0;</body>"), StreamCondition::kNotWellFormed},
      {chat("<body>&#xFFFE;</body>"), StreamCondition::kNotWellFormed},
      {chat("<body>\xc0\xaf</body>"), StreamCondition::kUnsupportedEncoding},
      {chat("<body>x</bodi>"), StreamCondition::kNotWellFormed},
      {chat("<u:body>x</u:body>"), StreamCondition::kNotWellFormed},
      {chat("", " type='chat'"), StreamCondition::kNotWellFormed},
      {chat("", " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"),
       StreamCondition::kInvalidNamespace},
      {chat("", " xmlns='jabber:client'"), StreamCondition::kInvalidNamespace},
      {"<s:message xmlns:s='jabber:server'/>", StreamCondition::kUnsupportedStanzaType},
      {"<other/>", StreamCondition::kUnsupportedStanzaType},
      {"", StreamCondition::kUnsupportedStanzaType},
      {"<message", StreamCondition::kNotWellFormed},
  };
  for (const auto& [stanza, condition] : rows) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.outcome, Outcome::kCloseStream) << stanza;
    EXPECT_EQ(judgement.condition, condition) << stanza << ' ' << judgement.finding.reason;
    EXPECT_EQ(judgement.bytes, "");
  }
  // And the next one is judged as if nothing had been.
  EXPECT_EQ(judge(labelled(open_)).outcome, Outcome::kForward);
}

TEST_F(JudgeFrameTest, LimitsCloseTheStream) {
  std::string body = "<body>" + std::string(400, 'x') + "</body>";
  const auto at = [&](std::size_t size) {
    std::string stanza = chat(body);
    return chat("<body>" + std::string(400 + size - stanza.size(), 'x') + "</body>");
  };
  ASSERT_EQ(at(1000).size(), 1000U);
  Judge limited(policy_, Side::kHigh, {.stanza_bytes = 1000, .depth = 4});
  EXPECT_EQ(limited.judge(&context_, {1, 1, at(1000)}).finding.reason, "label-missing");
  const wire::Judgement large = limited.judge(&context_, {1, 1, at(1001)});
  EXPECT_EQ(large.finding.reason, "frame-too-many-bytes");
  EXPECT_EQ(large.outcome, Outcome::kCloseStream);
  EXPECT_EQ(large.condition, StreamCondition::kPolicyViolation);
  const wire::Judgement deep = limited.judge(&context_, {1, 1, chat("<a><b><c><d/></c></b></a>")});
  EXPECT_EQ(deep.finding.reason, "frame-too-deep");
  EXPECT_EQ(deep.condition, StreamCondition::kPolicyViolation);
}

// Named after FAIL_CLOSED: no prefix, no damage of a good stanza ever crosses as something else.
TEST_F(JudgeFrameTest, FailClosedOnEveryDamagedStanza) {
  const std::string good = labelled(open_);
  const std::string written = judge(good).bytes;
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(judge(good.substr(0, size)).outcome, Outcome::kForward);
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string damaged = good;
    damaged[at] = '<';
    const wire::Judgement judgement = judge(damaged);
    EXPECT_TRUE(judgement.outcome != Outcome::kForward || judgement.bytes == written) << damaged;
    EXPECT_FALSE(judgement.finding.reason.empty());
  }
}

// Named after DENY_BY_DEFAULT.
TEST_F(JudgeFrameTest, DenyByDefaultAPolicyWithoutRulesForwardsNothing) {
  std::string text = test::kPolicy;
  text.erase(text.find("<direction from=\"high\""),
             text.find("</policy>") - text.find("<direction from=\"high\""));
  Judge empty(test::load(text.c_str()), Side::kHigh, {});
  const std::string stanzas[] = {
      labelled(open_),
      chat("<active xmlns='http://jabber.org/protocol/chatstates'/>"),
      "<presence from='ann@high.example/desk' to='bob@low.example'/>",
      "<presence from='ann@high.example/desk' to='bob@low.example' type='unavailable'/>",
      "<iq from='ann@high.example/desk' to='bob@low.example' id='1' type='get'>"
      "<ping xmlns='urn:xmpp:ping'/></iq>",
      "<iq from='ann@high.example/desk' to='bob@low.example' id='1' type='result'/>"};
  for (const std::string& stanza : stanzas) {
    const wire::Judgement judgement = empty.judge(&context_, {1, 1, stanza});
    EXPECT_EQ(judgement.outcome, Outcome::kCloseStream) << stanza;
    EXPECT_EQ(judgement.condition, StreamCondition::kHostUnknown) << stanza;
  }
}

}  // namespace
}  // namespace guard::filter
