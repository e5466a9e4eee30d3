// JudgeFixture: a Judge with the test policy, for the high side, and what is expected of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "guard/filter/judge.h"
#include "guard/filter/test_policy.h"
#include "schemas/xerces_platform.h"

namespace guard::filter {

inline constexpr PeerIndex kHigh = 0;
inline constexpr PeerIndex kOtherHigh = 1;
inline constexpr PeerIndex kLow = 2;
inline constexpr PeerIndex kHidden = 3;

class JudgeFixture : public ::testing::Test {
 protected:
  JudgeFixture()
      : policy_(test::load()),
        judge_(policy_, Side::kHigh, {}),
        open_(test::base64_label(policy_, "UNCLASSIFIED")),
        restricted_(test::base64_label(policy_, "RESTRICTED")),
        secret_(test::base64_label(policy_, "SECRET")) {
    context_ = {.peer = kHigh,
                .pairs = {{"high.example", "hidden.example"},
                          {"high.example", "low.example"},
                          {"high.example", "nowhere.example"},
                          {"high.example", "other-high.example"},
                          {"unclaimed.example", "low.example"}}};
  }

  wire::Judgement judge(const std::string& stanza) {
    return judge_.judge(&context_, {1, 1, stanza});
  }

  // The same, for a judge of the low side.
  static wire::Offer offer_up(std::string stanza) {
    return {1, 1, std::move(stanza), Lane::kLowToHigh};
  }

  // A chat message with this content, from ann to bob.
  static std::string chat(const std::string& content, const std::string& more = "") {
    return "<message from='ann@high.example/desk' to='bob@low.example' id='m1' type='chat'" + more +
           ">" + content + "</message>";
  }
  std::string labelled(const std::string& base64) {
    return chat("<body>hello</body>" + test::label_element(base64));
  }

  void expect_refused_with(const std::string& stanza, const std::string& reason,
                           const std::string& condition) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, reason) << stanza;
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, wire::Outcome::kRefuseWithReply) << stanza;
    const std::string kind = stanza.substr(1, stanza.find(' ') - 1);
    EXPECT_EQ(judgement.bytes,
              "<" + kind +
                  " from=\"bob@low.example\" id=\"m1\" to=\"ann@high.example/desk\" "
                  "type=\"error\"><error type=" +
                  condition + " xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></" + kind +
                  ">");
    EXPECT_EQ(judgement.pair, (wire::DomainPair{"low.example", "high.example"}));
    EXPECT_EQ(judgement.contingency, "");
    EXPECT_NE(judgement.far_peer, kHigh);  // for the record; never of the near side
  }
  void expect_silent(const std::string& stanza, const std::string& reason) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, reason) << stanza;
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, wire::Outcome::kRefuseSilently) << stanza;
    EXPECT_EQ(judgement.bytes, "");
    EXPECT_EQ(judgement.contingency, "");
  }
  void expect_closed(const std::string& stanza, const std::string& reason,
                     wire::StreamCondition condition) {
    const wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, reason) << stanza;
    EXPECT_FALSE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, wire::Outcome::kCloseStream) << stanza;
    EXPECT_EQ(judgement.condition, condition) << stanza;
    EXPECT_EQ(judgement.bytes, "");
    EXPECT_EQ(judgement.contingency, "");
  }
  wire::Judgement expect_forwarded(const std::string& stanza, const std::string& bytes) {
    wire::Judgement judgement = judge(stanza);
    EXPECT_EQ(judgement.finding.reason, "allowed") << stanza;
    EXPECT_TRUE(judgement.finding.allowed);
    EXPECT_EQ(judgement.outcome, wire::Outcome::kForward) << stanza;
    EXPECT_EQ(judgement.bytes, bytes);
    EXPECT_EQ(judgement.far_peer, kLow);
    EXPECT_EQ(judgement.pair, (wire::DomainPair{"high.example", "low.example"}));
    return judgement;
  }
  [[nodiscard]] std::string our_label(const std::string& marking, const std::string& background,
                                      const std::string& foreground,
                                      const std::string& base64) const {
    return "<securitylabel xmlns=\"urn:xmpp:sec-label:0\"><displaymarking bgcolor=\"" + background +
           "\" fgcolor=\"" + foreground + "\">" + marking +
           "</displaymarking><label><esssecuritylabel xmlns=\"urn:xmpp:sec-label:ess:0\">" +
           base64 + "</esssecuritylabel></label></securitylabel>";
  }

  static constexpr const char* kUniform = "\"modify\"><policy-violation";
  static constexpr const char* kBlockedIq = "\"cancel\"><service-unavailable";
  static constexpr const char* kHead =
      "<message from=\"ann@high.example/desk\" id=\"m1\" to=\"bob@low.example\" type=\"chat\">";

  schemas::XercesPlatform xerces_;
  policy::Policy policy_;
  Judge judge_;
  StreamContext context_;
  std::string open_;
  std::string restricted_;
  std::string secret_;
};

}  // namespace guard::filter
