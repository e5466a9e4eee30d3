// What addresses refuse, from stanza to judgement.
#include <gtest/gtest.h>

#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using wire::Outcome;
using wire::StreamCondition;

using JudgeAddressTest = JudgeFixture;

TEST_F(JudgeAddressTest, ForeignFromClosesTheStream) {
  for (const char* from :
       {"ann@low.example", "ann@evil.example", "ann@sub.high.example", "", "@"}) {
    expect_closed("<message from='" + std::string(from) + "' to='bob@low.example'><body>b</body>" +
                      test::label_element(open_) + "</message>",
                  "from-not-authenticated", StreamCondition::kInvalidFrom);
  }
  // Authenticated as far as the edge says, but no domain of this peer by the policy.
  expect_closed("<message from='ann@unclaimed.example' to='bob@low.example'><body>b</body>" +
                    test::label_element(open_) + "</message>",
                "from-not-of-peer", StreamCondition::kInvalidFrom);
  // Whatever else is wrong with it.
  expect_closed("<message from='ann@evil.example' to='bob@low.example'><unknown/></message>",
                "from-not-authenticated", StreamCondition::kInvalidFrom);
}

// Named after INVISIBLE: not authenticated, no route, no rule and within the side look alike.
TEST_F(JudgeAddressTest, InvisibleDomainsLookLikeThoseThatDoNotExist) {
  const auto to = [&](const std::string& domain, const std::string& content) {
    return "<message from='ann@high.example/desk' to='bob@" + domain + "' type='chat'>" + content +
           "</message>";
  };
  const std::string good = "<body>b</body>" + test::label_element(open_);
  const std::pair<const char*, const char*> rows[] = {{"unknown.example", "pair-not-authenticated"},
                                                      {"nowhere.example", "no-route"},
                                                      {"hidden.example", "not-visible"},
                                                      {"other-high.example", "within-side"}};
  for (const auto& [domain, reason] : rows) {
    for (const std::string& content :
         {good, std::string("<body>b</body>"), std::string("<unknown/>"),
          std::string("<thread>a b</thread>")}) {
      expect_closed(to(domain, content), reason, StreamCondition::kHostUnknown);
    }
  }
  EXPECT_EQ(judge(to("low.example", good)).outcome, Outcome::kForward);
}

TEST_F(JudgeAddressTest, MissingAddressesCloseTheStream) {
  for (const char* stanza :
       {"<message to='bob@low.example'/>", "<message from='ann@high.example'/>", "<message/>",
        "<iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<presence><unknown/></presence>"}) {
    expect_closed(stanza, "address-missing", StreamCondition::kImproperAddressing);
  }
}

TEST_F(JudgeAddressTest, MalformedAddresses) {
  const wire::Judgement to = judge(
      "<message from='ann@high.example' to='@low.example' id='m1' type='chat'><body>b</body>"
      "</message>");
  EXPECT_EQ(to.outcome, Outcome::kRefuseWithReply);
  EXPECT_EQ(to.finding.reason, "jid-malformed");
  EXPECT_EQ(to.bytes,
            "<message from=\"low.example\" id=\"m1\" to=\"ann@high.example\" type=\"error\"><error "
            "type=\"modify\"><jid-malformed xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error>"
            "</message>");
  expect_silent("<message from='@high.example' to='bob@low.example'><body>b</body></message>",
                "from-malformed");
  expect_silent("<presence from='ann@high.example' to='bob@low.example/'/>", "jid-malformed");
  // Not told even that its address is malformed: the domain does not exist for this peer.
  expect_closed("<message from='ann@high.example' to='@hidden.example'><body>b</body></message>",
                "not-visible", StreamCondition::kHostUnknown);
}

TEST_F(JudgeAddressTest, StreamWithoutAContextIsNotAuthorized) {
  const wire::Judgement judgement = judge_.judge(nullptr, {5, 9, labelled(open_)});
  EXPECT_EQ(judgement.ticket, 5U);
  EXPECT_EQ(judgement.outcome, Outcome::kCloseStream);
  EXPECT_EQ(judgement.condition, StreamCondition::kNotAuthorized);
  EXPECT_EQ(judgement.finding.reason, "stream-not-authenticated");
}

}  // namespace
}  // namespace guard::filter
