// Stream management on the two machines: what each says, and what a hostile other end may not.
#include <gtest/gtest.h>

#include "guard/xmpp/inbound_fixture_for_test.h"
#include "guard/xmpp/stream_link_for_test.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kEnable = "<enable xmlns='urn:xmpp:sm:3'/>";
constexpr std::string_view kEnabled = "<enabled xmlns='urn:xmpp:sm:3'/>";
constexpr std::string_view kRequest = "<r xmlns='urn:xmpp:sm:3'/>";

std::string counted(std::uint32_t h, std::string_view version = "3") {
  return "<a xmlns='urn:xmpp:sm:" + std::string(version) + "' h='" + std::to_string(h) + "'/>";
}

// ---------------------------------------------------------------- inbound

class ManagedInbound : public Inbound {
 protected:
  void enabled() {
    authenticated();
    ASSERT_EQ(say(kEnable), kEnabled);
  }
};

TEST_F(ManagedInbound, IsOfferedBehindExternalAndNowhereElse) {
  EXPECT_FALSE(has(say(header()), "urn:xmpp:sm"));
  restart();
  EXPECT_FALSE(has(secure(), "urn:xmpp:sm"));
  restart();
  const std::string features = authenticated();
  EXPECT_TRUE(has(features, "<sm xmlns='urn:xmpp:sm:2'/><sm xmlns='urn:xmpp:sm:3'/>"));
}

TEST_F(ManagedInbound, IsEnabledOnceAndOnlyAfterAuthentication) {
  secure();
  EXPECT_TRUE(has(say(kEnable), "unsupported-stanza-type"));
  restart();
  enabled();
  EXPECT_TRUE(stream->managed());
  EXPECT_TRUE(has(say(kEnable), "<failed xmlns='urn:xmpp:sm:3'><unexpected-request"));
  EXPECT_FALSE(stream->closed());
}

TEST_F(ManagedInbound, IsRefusedWhereItWasNotOffered) {
  secure();
  EXPECT_TRUE(has(say("<db:result from='low.example' to='high.example'>k</db:result>"), "'valid'"));
  EXPECT_TRUE(has(say(kEnable), "<failed xmlns='urn:xmpp:sm:3'><service-unavailable"));
  EXPECT_FALSE(stream->managed());
  EXPECT_TRUE(has(say(kRequest), "unsupported-stanza-type"));
}

TEST_F(ManagedInbound, SpeaksTheVersionThatThePeerHasChosen) {
  authenticated();
  EXPECT_EQ(say("<enable xmlns='urn:xmpp:sm:2' resume='true'/>"),
            "<enabled xmlns='urn:xmpp:sm:2'/>");
  EXPECT_EQ(say("<r xmlns='urn:xmpp:sm:2'/>"), counted(0, "2"));
  EXPECT_TRUE(has(say(kRequest), "unsupported-stanza-type"));
}

TEST_F(ManagedInbound, ResumesNothing) {
  authenticated();
  EXPECT_TRUE(has(say("<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>"),
                  "<failed xmlns='urn:xmpp:sm:3'><item-not-found"));
  EXPECT_EQ(say(kEnable), kEnabled);
}

TEST_F(ManagedInbound, AnswersWithWhatIsHandledAndNotOneMore) {
  enabled();
  say("<message/><presence/><iq/>");
  EXPECT_EQ(say(kRequest), counted(0));
  EXPECT_EQ(event(StanzasHandled{2}), counted(2));
  EXPECT_EQ(say(kRequest), counted(2));
  EXPECT_EQ(stream->unhandled(), 1U);
  EXPECT_EQ(event(StanzasHandled{0}), "");
  EXPECT_EQ(event(StanzasHandled{1}), counted(3));
}

TEST_F(ManagedInbound, DoesNotCountWhatCameBeforeItWasEnabled) {
  authenticated();
  say("<message/><message/>");
  say(kEnable);
  say("<message/>");
  EXPECT_EQ(event(StanzasHandled{1}), "");
  EXPECT_EQ(say(kRequest), counted(0));
  EXPECT_EQ(event(StanzasHandled{2}), counted(1));
}

TEST_F(ManagedInbound, CountsStanzasOnly) {
  enabled();
  say("<message/> ");
  say("<db:result from='low.example' to='high.example'>k</db:result>");
  EXPECT_EQ(stream->unhandled(), 1U);
}

TEST_F(ManagedInbound, TakesNoAcknowledgementOfWhatItNeverSent) {
  enabled();
  EXPECT_EQ(say(counted(0)), "");
  EXPECT_EQ(say(counted(1)),
            counted(0) +
                "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='1' send-count='0'/>"
                "</stream:error></stream:stream>");
  EXPECT_EQ(error(), StreamError::kUndefinedCondition);
  restart();
  enabled();
  EXPECT_TRUE(has(say("<a xmlns='urn:xmpp:sm:3' h='4294967296'/>"), "bad-format"));
}

TEST_F(ManagedInbound, SaysALastTimeWhatIsHandledBeforeItsEnd) {
  for (int how = 0; how < 3; ++how) {
    restart();
    enabled();
    say("<message/><message/>");
    event(StanzasHandled{1});
    const std::string last = how == 0   ? event(CloseRequested{StreamError::kReset})
                             : how == 1 ? event(CloseRequested{})
                                        : say("</stream:stream>");
    EXPECT_EQ(last.find(counted(1)), 0U) << last;
    EXPECT_EQ(event(StanzasHandled{1}), "");
  }
}

TEST_F(ManagedInbound, EachStanzaBringsAFreeRequestAndNoMore) {
  enabled();
  for (unsigned i = 0; i < 3 * kElementsAtOnce; ++i) {
    say("<message/>");
    ASSERT_EQ(say(kRequest), counted(0));
  }
  // <starttls/>, <auth/> and <enable/> have taken theirs.
  for (unsigned i = 3; i < kElementsAtOnce; ++i) ASSERT_EQ(say(kRequest), counted(0)) << i;
  EXPECT_TRUE(has(say(kRequest), "policy-violation"));
}

// ---------------------------------------------------------------- outbound

class ManagedOutbound : public ::testing::Test {
 protected:
  ManagedOutbound() {
    config_.pair = kPair;
    config_.demands.auth = AuthDemand::kExternalOnly;
    config_.secret = &secret_;
    config_.have_certificate = true;
    config_.direct_tls = true;
    begin();
  }
  void begin() {
    stream_.emplace(config_);
    actions_.clear();
    event(Connected{});
    event(TlsEstablished{certificate_for("low.example")});
    const std::string opened = write_stream_header("low.example", "high.example", "i");
    say(opened +
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
        "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>");
    say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    said_ = say(opened +
                "<stream:features><sm xmlns='urn:xmpp:sm:2'/><sm xmlns='urn:xmpp:sm:3'/>"
                "</stream:features>");
  }
  void enabled() {
    say(kEnabled);
    ASSERT_TRUE(stream_->may_send());
    ASSERT_TRUE(stream_->managed());
  }
  std::string event(const StreamEvent& it) {
    std::string sent;
    for (const StreamAction& action : stream_->on(it)) {
      if (const auto* const send = std::get_if<Send>(&action)) {
        sent += send->bytes;
      } else {
        actions_.push_back(action);
      }
    }
    return sent;
  }
  std::string say(std::string_view bytes) { return event(Received{bytes}); }
  std::uint64_t acknowledged() {
    std::uint64_t all = 0;
    for (const Acknowledged& one : actions_of<Acknowledged>(actions_))
      all += one.run.last - one.run.first + 1;
    return all;
  }

  OutboundConfig config_;
  DialbackSecret secret_{"secret"};
  std::optional<OutboundStream> stream_;
  std::vector<StreamAction> actions_;
  std::string said_;
};

TEST_F(ManagedOutbound, EnablesTheBestVersionAndSendsNothingBefore) {
  EXPECT_EQ(said_, kEnable);
  EXPECT_FALSE(stream_->may_send());
  EXPECT_TRUE(actions_of<Authenticated>(actions_).empty());
  enabled();
  EXPECT_EQ(actions_of<Authenticated>(actions_).size(), 1U);
}

TEST_F(ManagedOutbound, GoesOnWithoutWhereThePeerFails) {
  say("<failed xmlns='urn:xmpp:sm:3'><service-unavailable "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
  EXPECT_TRUE(stream_->may_send());
  EXPECT_FALSE(stream_->managed());
  EXPECT_EQ(event(StanzasSent{1}), "");
  EXPECT_TRUE(has(say(counted(1)), "unsupported-stanza-type"));
}

TEST_F(ManagedOutbound, TakesNoOtherAnswer) {
  for (const std::string_view wrong :
       {std::string_view("<enabled xmlns='urn:xmpp:sm:2'/>"), kRequest, kEnable,
        std::string_view("<enabled xmlns='urn:xmpp:other'/>")}) {
    begin();
    EXPECT_TRUE(has(say(wrong), "unsupported-stanza-type")) << wrong;
    EXPECT_TRUE(actions_of<Authenticated>(actions_).empty());
  }
  begin();
  EXPECT_TRUE(has(event(Timeout{TimeoutKind::kAuthentication}), "connection-timeout"));
}

TEST_F(ManagedOutbound, AsksOnceBehindABurstAndAgainForWhatIsNewer) {
  enabled();
  EXPECT_EQ(event(StanzasSent{3}), kRequest);
  EXPECT_EQ(event(StanzasSent{2}), "");
  EXPECT_EQ(say(counted(3)), kRequest);  // two came after it had asked
  EXPECT_EQ(acknowledged(), 3U);
  EXPECT_EQ(say(counted(4)), "");  // it knows that one is missing, and will say so
  EXPECT_EQ(stream_->unacknowledged(), 1U);
  EXPECT_EQ(event(Timeout{TimeoutKind::kAcknowledgement}), kRequest);
  EXPECT_EQ(event(Timeout{TimeoutKind::kAcknowledgement}), "");  // it is asked already
  EXPECT_EQ(say(counted(5)), "");
  EXPECT_EQ(acknowledged(), 5U);
  EXPECT_EQ(event(Timeout{TimeoutKind::kAcknowledgement}), "");
}

TEST_F(ManagedOutbound, TakesACountUpToWhatItHasSentAndNotOneMore) {
  enabled();
  event(StanzasSent{2});
  EXPECT_EQ(say(counted(2)), "");
  EXPECT_EQ(say(counted(3)),
            "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
            "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='3' send-count='2'/>"
            "</stream:error></stream:stream>");
  EXPECT_EQ(acknowledged(), 2U);
  EXPECT_FALSE(stream_->may_send());
}

TEST_F(ManagedOutbound, TakesNoCountBackAndNoneThatIsNoNumber) {
  enabled();
  event(StanzasSent{2});
  say(counted(2));
  EXPECT_TRUE(has(say(counted(1)), "handled-count-too-high"));
  begin();
  enabled();
  EXPECT_TRUE(has(say("<a xmlns='urn:xmpp:sm:3'/>"), "bad-format"));
  EXPECT_EQ(acknowledged(), 0U);
}

TEST_F(ManagedOutbound, HearsWhatIsAcknowledgedBeforeThePeersEnd) {
  enabled();
  event(StanzasSent{2});
  event(CloseRequested{});
  say(counted(9));  // of no consequence now
  EXPECT_EQ(acknowledged(), 0U);
  say(counted(1) + "</stream:stream>");
  EXPECT_EQ(acknowledged(), 1U);
}

TEST_F(ManagedOutbound, EveryRequestAllowsAnAnswerWithoutNewsAndNoMore) {
  enabled();
  EXPECT_EQ(say(kRequest), counted(0));
  for (unsigned i = 1; i < 3 * kUnaskedAtOnce; ++i) {
    event(StanzasSent{1});
    say(counted(i));  // of itself
    say(counted(i));  // and the answer
    ASSERT_TRUE(stream_->may_send()) << i;
  }
  for (unsigned i = 1; i < kUnaskedAtOnce; ++i) say(kRequest);
  ASSERT_TRUE(stream_->may_send());
  EXPECT_TRUE(has(say(kRequest), "policy-violation"));
  begin();
  enabled();
  for (unsigned i = 0; i < kUnaskedAtOnce; ++i) ASSERT_EQ(say(counted(0)), "");
  stream_->allow_element();
  EXPECT_EQ(say(counted(0)), "");
  EXPECT_TRUE(has(say(counted(0)), "policy-violation"));
}

// ---------------------------------------------------------------- both

TEST(ManagedPair, CountsAlike) {
  TestLookup policy;
  policy.peers = {{"low.example", 1}};
  policy.wants[1].auth = AuthDemand::kExternalOnly;
  policy.visible = {{1, "high.example"}};
  const DialbackSecret secret("s");
  // The initiator is the server of low.example.
  StreamLink link({.pair = {.remote = "high.example", .local = "low.example"},
                   .demands = {.auth = AuthDemand::kExternalOnly},
                   .secret = &secret,
                   .have_certificate = true},
                  {.lookup = &policy, .secret = &secret});
  link.facts_of_initiator = certificate_for("low.example");
  link.facts_of_receiver = certificate_for("high.example");
  link.connect();
  ASSERT_TRUE(link.out.may_send());
  ASSERT_TRUE(link.out.managed() && link.in.managed());
  for (std::uint32_t i = 1; i <= 5; ++i) {
    link.to_in += "<message/>";
    link.out_event(StanzasSent{1});
    link.run();
    EXPECT_EQ(link.out.unacknowledged(), 1U);
    link.in_event(StanzasHandled{1});
    link.run();
    EXPECT_EQ(link.out.unacknowledged(), 0U);
  }
  EXPECT_EQ(link.stanzas.size(), 5U);
  EXPECT_EQ(actions_of<Acknowledged>(link.out_actions).size(), 5U);
  EXPECT_TRUE(actions_of<Closing>(link.in_actions).empty());
}

}  // namespace
}  // namespace guard::xmpp
