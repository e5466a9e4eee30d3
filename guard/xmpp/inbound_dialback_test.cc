// InboundStream: who the peer is, by dialback; how much it may ask for.
#include <gtest/gtest.h>

#include "guard/xmpp/inbound_fixture_for_test.h"

namespace guard::xmpp {
namespace {

TEST_F(Inbound, DoesNotOfferDialbackWhereACertificateIsDemanded) {
  policy.wants[1].auth = AuthDemand::kExternalOnly;
  EXPECT_FALSE(has(secure(), "urn:xmpp:features:dialback"));
}

TEST_F(Inbound, TakesSoManyElementsAtOnceAndOneMoreForEachAllowance) {
  constexpr std::string_view kVerify =
      "<db:verify from='low.example' to='high.example' id='x'>k</db:verify>";
  constexpr std::string_view kStanza = "<message from='a@low.example' to='b@high.example'/>";
  for (const bool logged_in : {true, false}) {
    restart();
    logged_in ? authenticated() : secure();
    unsigned taken = 0;
    while (taken < kElementsAtOnce && has(say(kVerify), "type='invalid'")) ++taken;
    // <starttls/> and <auth/> have counted.
    EXPECT_EQ(taken, kElementsAtOnce - (logged_in ? 2 : 1));
    EXPECT_EQ(error(), StreamError::kPolicyViolation);
  }
  restart();
  authenticated();
  for (unsigned i = 0; i < kElementsAtOnce - 2; ++i) say(kVerify);
  say(kStanza);  // is no such element
  EXPECT_EQ(stanzas.size(), 1U);
  for (int i = 0; i < 10; ++i) {
    stream->allow_element();
    EXPECT_TRUE(has(say(kVerify), "type='invalid'"));
  }
  EXPECT_TRUE(has(say(kVerify), "policy-violation"));
}

TEST_F(Inbound, AllowanceDoesNotGrowInSilence) {
  authenticated();
  for (unsigned i = 0; i < 2 * kElementsAtOnce; ++i) stream->allow_element();
  unsigned taken = 0;
  while (!error()) {
    say("<db:verify from='low.example' to='high.example' id='x'>k</db:verify>");
    ++taken;
  }
  EXPECT_EQ(taken, kElementsAtOnce + 1);
}

TEST_F(Inbound, AnswersVerifyForStreamsThatWeOpenedOnly) {
  policy.is_open = [](std::string_view local, std::string_view remote, std::string_view id) {
    return local == "high.example" && remote == "low.example" && id == "their-id";
  };
  const auto verify = [this](std::string_view to, std::string_view id, std::string_view key) {
    return say("<db:verify from='low.example' to='" + std::string(to) + "' id='" + std::string(id) +
               "'>" + std::string(key) + "</db:verify>");
  };
  secure();
  const std::string key = secret.key("low.example", "high.example", "their-id");
  EXPECT_EQ(verify("high.example", "their-id", key),
            "<db:verify from='high.example' to='low.example' id='their-id' type='valid'>"
            "</db:verify>");
  EXPECT_TRUE(has(verify("high.example", "their-id", "no key"), "type='invalid'"));
  // The right key of a stream that nobody opened.
  const std::string other = secret.key("low.example", "high.example", "other-id");
  EXPECT_TRUE(has(verify("high.example", "other-id", other), "type='invalid'"));
  EXPECT_TRUE(has(verify("secret.example", "their-id", key), "item-not-found"));
  EXPECT_TRUE(has(verify("nothing.example", "their-id", key), "item-not-found"));
  EXPECT_TRUE(has(verify("high.example", "&lt;&apos;", key), "id='&lt;&apos;'"));
  EXPECT_FALSE(stream->closed());
  EXPECT_TRUE(stream->pairs().empty());  // answering proves nothing about the peer
}

TEST_F(Inbound, RefusesDialbackWithoutAddressesAndAnswersThatNobodyAskedFor) {
  const std::vector<std::pair<std::string, StreamError>> cases = {
      {"<db:result to='high.example'>k</db:result>", StreamError::kImproperAddressing},
      {"<db:result from='low.example'>k</db:result>", StreamError::kImproperAddressing},
      {"<db:verify from='a@b' to='high.example' id='x'>k</db:verify>",
       StreamError::kImproperAddressing},
      {"<db:result from='low.example' to='high.example' type='valid'/>",
       StreamError::kUnsupportedStanzaType},
      {"<db:verify from='low.example' to='high.example' id='x' type='valid'/>",
       StreamError::kUnsupportedStanzaType},
      {"<db:result from='low.example' to='high.example' type='perhaps'/>",
       StreamError::kUnsupportedStanzaType},
      {"<db:else from='low.example' to='high.example'/>", StreamError::kUnsupportedStanzaType},
      {"<compress xmlns='http://jabber.org/protocol/compress'/>",
       StreamError::kUnsupportedStanzaType},
      {"<message xmlns:a='b'></message>", StreamError::kNotAuthorized},
      {"<u:x/>", StreamError::kNotWellFormed},
  };
  for (const auto& [bytes, expected] : cases) {
    restart();
    secure();
    say(bytes);
    EXPECT_EQ(error(), expected) << bytes;
    EXPECT_TRUE(stream->pairs().empty());
  }
}

TEST_F(Inbound, BoundsWhatIsAsked) {
  for (std::size_t i = 0; i <= kPendingDialbackCeiling; ++i) {
    policy.peers["d" + std::to_string(i) + ".example"] = 1;
  }
  secure();
  const auto ask = [this](std::size_t i) {
    return say("<db:result from='d" + std::to_string(i) +
               ".example' to='high.example'>k</db:result>");
  };
  for (std::size_t i = 0; i < kPendingDialbackCeiling; ++i) EXPECT_EQ(ask(i), "");
  EXPECT_EQ(actions_of<AskAuthoritative>(actions).size(), kPendingDialbackCeiling);
  EXPECT_TRUE(has(ask(kPendingDialbackCeiling), "resource-constraint"));
  EXPECT_EQ(ask(0), "");  // asked already
  EXPECT_EQ(actions_of<AskAuthoritative>(actions).size(), kPendingDialbackCeiling);
}

TEST_F(Inbound, BoundsThePairs) {
  for (std::size_t i = 0; i <= kPairsCeiling; ++i) {
    policy.visible.insert({1, "d" + std::to_string(i) + ".example"});
  }
  authenticated();  // one
  for (std::size_t i = 0; i + 1 < kPairsCeiling; ++i) {
    EXPECT_TRUE(has(
        say("<db:result from='low.example' to='d" + std::to_string(i) + ".example'>k</db:result>"),
        "type='valid'"));
  }
  EXPECT_EQ(stream->pairs().size(), kPairsCeiling);
  EXPECT_TRUE(has(say("<db:result from='low.example' to='d" + std::to_string(kPairsCeiling) +
                      ".example'>k</db:result>"),
                  "resource-constraint"));
  EXPECT_EQ(stream->pairs().size(), kPairsCeiling);
}

}  // namespace
}  // namespace guard::xmpp
