// Streams on which stanzas go both ways (XEP-0288) and which several pairs share (XEP-0220): two of
// our machines against each other, and each against an end that does not keep to the rules.
#include <gtest/gtest.h>

#include "guard/xmpp/inbound_fixture_for_test.h"
#include "guard/xmpp/stream_link_for_test.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kBidi = "<bidi xmlns='urn:xmpp:bidi'/>";
constexpr std::string_view kEnable = "<enable xmlns='urn:xmpp:sm:3'/>";
// As the receiving side (high.example's guard) sees it, and as the initiating side does.
const DomainPair kChat{.remote = "chat.low.example", .local = "high.example"};
const DomainPair kOurs{.remote = "high.example", .local = "low.example"};
const DomainPair kOurChat{.remote = "high.example", .local = "chat.low.example"};
const DomainPair kOurRoom{.remote = "rooms.high.example", .local = "low.example"};
const DomainPair kRoom{.remote = "low.example", .local = "rooms.high.example"};

// low.example's guard opens a stream to high.example's.
class Bidi : public ::testing::Test {
 protected:
  Bidi() {
    receiver.peers = {{"low.example", 1}, {"chat.low.example", 1}, {"other.example", 2}};
    receiver.visible = {{1, "high.example"}, {1, "rooms.high.example"}, {2, "high.example"}};
    receiver.wants[1] = {.both_ways = true, .guard = true};
    initiator.peers = {{"high.example", 7}, {"rooms.high.example", 7}};
    initiator.visible = {{7, "low.example"}, {7, "chat.low.example"}};
    demands = {.both_ways = true, .guard = true};
    of_initiator = certificate_for("low.example");
    of_receiver = certificate_for("high.example");
  }
  StreamLink& connect() {
    std::function<CertificateFacts()> judge;
    if (now_shown) judge = [this] { return *now_shown; };
    link.emplace(OutboundConfig{.pair = kOurs,
                                .demands = demands,
                                .secret = &secret,
                                .have_certificate = true,
                                .lookup = &initiator,
                                .peer = 7,
                                .judge = judge},
                 InboundConfig{.lookup = &receiver, .secret = &secret});
    link->facts_of_initiator = of_initiator;
    link->facts_of_receiver = of_receiver;
    link->connect();
    return *link;
  }
  // send writes a stanza for the receiving side, as its shell would.
  void send_back(std::string_view stanza) {
    link->to_out += stanza;
    link->in_event(StanzasSent{1});
    link->run();
  }
  void send(std::string_view stanza) {
    link->to_in += stanza;
    link->out_event(StanzasSent{1});
    link->run();
  }
  template <typename Kind>
  std::size_t of_out() {
    return actions_of<Kind>(link->out_actions).size();
  }
  template <typename Kind>
  std::size_t of_in() {
    return actions_of<Kind>(link->in_actions).size();
  }

  TestLookup receiver;
  TestLookup initiator;
  PeerDemands demands;
  TlsFacts of_initiator;
  TlsFacts of_receiver;
  std::optional<CertificateFacts> now_shown;  // what the judge says of the receiver's certificate
  DialbackSecret secret{"secret"};
  std::optional<StreamLink> link;
};

TEST_F(Bidi, StanzasGoBothWaysAndEachIsAcknowledged) {
  connect();
  EXPECT_TRUE(link->out.may_send());
  EXPECT_TRUE(link->in.may_send());
  ASSERT_EQ(of_out<Admitted>(), 1U);
  EXPECT_EQ(actions_of<Admitted>(link->out_actions)[0].pair, kOurs);
  send("<message id='1'/>");
  send_back("<message id='a'/>");
  send_back("<message id='b'/>");
  EXPECT_EQ(link->stanzas, (std::vector<std::string>{"<message id='1'/>"}));
  EXPECT_EQ(link->out_stanzas,
            (std::vector<std::string>{"<message id='a'/>", "<message id='b'/>"}));
  EXPECT_TRUE(link->out.tells_each());
  EXPECT_TRUE(link->in.tells_each());
  link->out_event(StanzasHandled{.runs = {{2, 2}}});
  link->run();
  ASSERT_EQ(of_in<Acknowledged>(), 1U);
  EXPECT_EQ(actions_of<Acknowledged>(link->in_actions)[0].run, (PlaceRun{2, 2}));
  EXPECT_EQ(link->in.unacknowledged(), 1U);
  link->in_event(StanzasHandled{.runs = {{1, 1}}});
  link->run();
  EXPECT_EQ(link->out.unacknowledged(), 0U);
}

TEST_F(Bidi, AServerThatIsNoGuardCountsInOrder) {
  receiver.wants[1].guard = demands.guard = false;
  connect();
  EXPECT_FALSE(link->in.tells_each());
  send_back("<message/>");
  EXPECT_EQ(link->in.unacknowledged(), 1U);
  link->out_event(StanzasHandled{1});
  link->run();
  EXPECT_EQ(link->in.unacknowledged(), 0U);
  EXPECT_EQ(actions_of<Acknowledged>(link->in_actions)[0].run, (PlaceRun{1, 1}));
}

TEST_F(Bidi, NeedsTheWordOfBothPolicies) {
  receiver.wants[1].both_ways = false;
  connect();
  EXPECT_TRUE(link->out.may_send());
  EXPECT_FALSE(link->in.may_send());
  EXPECT_EQ(of_out<Admitted>(), 0U);
  receiver.wants[1].both_ways = true;
  demands.both_ways = false;
  connect();
  EXPECT_TRUE(link->out.may_send());
  EXPECT_FALSE(link->in.may_send());
  send_back("<message/>");
  EXPECT_TRUE(link->out_stanzas.empty());
  EXPECT_EQ(actions_of<Closing>(link->out_actions)[0].error, StreamError::kNotAuthorized);
}

TEST_F(Bidi, IsNotAskedForWhereTheServersCertificateDoesNotNameIt) {
  demands.auth = AuthDemand::kDialbackAllowed;
  of_receiver = certificate_for("elsewhere.example");
  connect();
  EXPECT_TRUE(link->out.may_send());
  EXPECT_FALSE(link->out.both_ways());
  EXPECT_EQ(of_out<Admitted>(), 0U);
}

TEST_F(Bidi, DialbackIsNeverBothWays) {
  receiver.wants[1].auth = demands.auth = AuthDemand::kDialbackAllowed;
  of_initiator = certificate_for("elsewhere.example");
  connect();
  ASSERT_EQ(of_in<AskAuthoritative>(), 1U);
  link->in_event(DialbackAnswered{.pair = kPair, .verdict = DialbackVerdict::kValid});
  link->run();
  EXPECT_TRUE(link->out.may_send());
  EXPECT_FALSE(link->in.may_send());
  EXPECT_FALSE(link->out.both_ways());
}

TEST_F(Bidi, NothingGoesOutBeforeThePeerCounts) {
  // A server that asks for both ways and enables no stream management gets nothing back.
  connect();
  InboundStream stream({.lookup = &receiver, .secret = &secret});
  const auto say = [&stream](std::string_view bytes) {
    static_cast<void>(stream.on(Received{bytes}));
  };
  static_cast<void>(stream.on(Connected{}));
  say(header());
  say(kStartTls);
  static_cast<void>(stream.on(TlsEstablished{of_initiator}));
  say(header());
  say(kBidi);
  say(auth(to_base64(as_bytes("low.example"))));
  say(header());
  EXPECT_TRUE(stream.pairs().contains(kPair));
  EXPECT_FALSE(stream.may_send());
  say(kEnable);
  EXPECT_TRUE(stream.may_send());
}

TEST_F(Bidi, AnInitiatingServerAddsAPairThatItsCertificateProves) {
  of_initiator.certificate.dns_names.push_back("chat.low.example");
  connect();
  EXPECT_TRUE(link->out.may_add());
  link->out_event(PairWanted{kOurChat});
  link->run();
  ASSERT_EQ(of_out<PairAdded>(), 1U);
  EXPECT_EQ(actions_of<PairAdded>(link->out_actions)[0].pair, kOurChat);
  EXPECT_TRUE(link->in.pairs().contains(kChat));
  EXPECT_TRUE(link->out.pairs().contains(kOurChat));
}

TEST_F(Bidi, AnInitiatingServerAddsNoPairThatItsCertificateDoesNotProve) {
  connect();
  link->out_event(PairWanted{kOurChat});
  link->run();
  ASSERT_EQ(of_out<PairRefused>(), 1U);
  EXPECT_FALSE(link->in.pairs().contains(kChat));
  EXPECT_TRUE(link->out.may_send());  // the stream goes on
}

TEST_F(Bidi, AnotherDomainOfTheServerIsAddedOnlyIfItsCertificateNamesIt) {
  connect();
  link->out_event(PairWanted{kOurRoom});
  link->run();
  EXPECT_EQ(of_out<PairRefused>(), 1U);
  EXPECT_EQ(of_in<Authenticated>(), 1U);  // it was not even asked
  of_receiver.certificate.dns_names.push_back("rooms.high.example");
  connect();
  link->out_event(PairWanted{kOurRoom});
  link->run();
  EXPECT_EQ(of_out<PairAdded>(), 1U);
  EXPECT_TRUE(link->in.pairs().contains(kRoom));
}

TEST_F(Bidi, TheReceivingServerAddsAPairToo) {
  of_receiver.certificate.dns_names.push_back("rooms.high.example");
  connect();
  link->in_event(PairWanted{kRoom});
  link->run();
  ASSERT_EQ(of_in<PairAdded>(), 1U);
  EXPECT_EQ(actions_of<PairAdded>(link->in_actions)[0].pair, kRoom);
  ASSERT_EQ(of_out<Admitted>(), 2U);
  EXPECT_EQ(actions_of<Admitted>(link->out_actions)[1].pair, kOurRoom);
}

TEST_F(Bidi, TheReceivingServerAddsNoneThatItsCertificateDoesNotProve) {
  connect();
  link->in_event(PairWanted{kRoom});
  link->run();
  EXPECT_EQ(of_in<PairRefused>(), 1U);
  EXPECT_EQ(of_out<Admitted>(), 1U);
  EXPECT_EQ(of_out<AuthenticationRefused>(), 1U);
}

TEST_F(Bidi, APairThatThePeerMayNotSeeIsAnsweredLikeOneThatDoesNotExist) {
  of_receiver.certificate.dns_names.push_back("rooms.high.example");
  connect();
  const auto answer_to = [this](const std::string& from, const std::string& to) {
    link->to_in.clear();
    const auto actions =
        link->out.on(Received{"<db:result from='" + from + "' to='" + to + "'>k</db:result>"});
    std::string sent;
    for (const StreamAction& action : actions) {
      if (const auto* const it = std::get_if<Send>(&action)) sent += it->bytes;
    }
    return sent;
  };
  initiator.visible.erase({7, "chat.low.example"});
  std::string hidden = answer_to("rooms.high.example", "chat.low.example");
  const std::string none = answer_to("rooms.high.example", "none.low.example");
  EXPECT_TRUE(has(hidden, "item-not-found"));
  hidden.replace(hidden.find("chat"), 4, "none");
  EXPECT_EQ(hidden, none);
  EXPECT_TRUE(has(answer_to("other.example", "low.example"), "item-not-found"));
  EXPECT_EQ(of_out<Admitted>(), 1U);
}

TEST_F(Bidi, ACertificateThatDoesNotHoldAnyMoreAddsNoPair) {
  of_receiver.certificate.dns_names = {"high.example", "rooms.high.example"};
  now_shown = of_receiver.certificate;
  connect();
  EXPECT_TRUE(link->out.both_ways());
  now_shown->chain_valid = false;  // revoked, or past its time
  link->in_event(PairWanted{kRoom});
  link->run();
  EXPECT_EQ(of_in<PairRefused>(), 1U);
  EXPECT_EQ(of_out<Admitted>(), 1U);
  link->out_event(PairWanted{kOurRoom});
  link->run();
  EXPECT_EQ(of_out<PairRefused>(), 1U);
  EXPECT_FALSE(link->out.pairs().contains(kOurRoom));
}

TEST_F(Bidi, APairThatIsAnsweredWhenItIsNoMoreIsNotAdded) {
  of_initiator.certificate.dns_names.push_back("chat.low.example");
  connect();
  link->out_event(PairWanted{kOurChat});
  initiator.visible.erase({7, "chat.low.example"});
  link->run();
  EXPECT_EQ(of_out<PairRefused>(), 1U);
  EXPECT_FALSE(link->out.pairs().contains(kOurChat));
  link->out_event(PairWanted{kOurChat});
  EXPECT_EQ(of_out<PairRefused>(), 2U);
}

TEST_F(Bidi, IsNotAskedForWhereThePeerMayNotSeeTheDomain) {
  // What is owed in the name of an absent domain goes out, and nothing comes in for it.
  initiator.visible.erase({7, "low.example"});
  connect();
  EXPECT_TRUE(link->out.may_send());
  EXPECT_FALSE(link->out.both_ways());
}

TEST_F(Bidi, OnAStreamForOneDirectionNobodyAsksBack) {
  demands.both_ways = false;
  connect();
  link->reply("<db:result from='high.example' to='low.example'>k</db:result>");
  EXPECT_EQ(actions_of<Closing>(link->out_actions)[0].error, StreamError::kUnsupportedStanzaType);
}

TEST_F(Bidi, AnAnswerThatNobodyAskedForEndsTheStream) {
  for (const char* type : {"valid", "invalid", "error"}) {
    connect();
    link->reply("<db:result from='rooms.high.example' to='low.example' type='" + std::string(type) +
                "'/>");
    EXPECT_EQ(actions_of<Closing>(link->out_actions)[0].error, StreamError::kUnsupportedStanzaType);
    EXPECT_FALSE(link->out.pairs().contains(kOurRoom));
    connect();
    link->say("<db:result from='chat.low.example' to='high.example' type='" + std::string(type) +
              "'/>");
    EXPECT_EQ(actions_of<Closing>(link->in_actions)[0].error, StreamError::kUnsupportedStanzaType);
    EXPECT_FALSE(link->in.pairs().contains(kChat));
  }
}

TEST_F(Bidi, APairThatIsWantedIsAnsweredWhateverHappens) {
  of_initiator.certificate.dns_names.push_back("chat.low.example");
  of_receiver.certificate.dns_names.push_back("rooms.high.example");
  for (int how = 0; how < 4; ++how) {
    connect();
    link->drop_everything = true;
    link->out_event(PairWanted{kOurChat});
    link->in_event(PairWanted{kRoom});
    const StreamEvent event = how == 0   ? StreamEvent(Disconnected{})
                              : how == 1 ? StreamEvent(CloseRequested{})
                              : how == 2 ? StreamEvent(CloseRequested{StreamError::kReset})
                                         : StreamEvent(Received{"</stream:stream>"});
    link->out_event(event);
    link->in_event(event);
    EXPECT_EQ(of_out<PairRefused>(), 1U) << how;
    EXPECT_EQ(of_in<PairRefused>(), 1U) << how;
    link->out_event(PairWanted{kOurChat});  // too late
    link->in_event(PairWanted{kRoom});
    EXPECT_EQ(of_out<PairRefused>(), 2U) << how;
    EXPECT_EQ(of_in<PairRefused>(), 2U) << how;
  }
}

TEST_F(Bidi, NothingGoesBackForAPairThatDialbackHasLetIn) {
  receiver.wants[1].auth = AuthDemand::kDialbackAllowed;
  connect();
  link->say("<db:result from='chat.low.example' to='high.example'>k</db:result>");
  link->in_event(DialbackAnswered{.pair = kChat, .verdict = DialbackVerdict::kValid});
  ASSERT_TRUE(link->in.pairs().contains(kChat));
  EXPECT_FALSE(link->in.may_send(kChat));
  EXPECT_TRUE(link->in.may_send(kPair));
  link->in_event(PairWanted{kChat});
  EXPECT_EQ(of_in<PairRefused>(), 1U);
}

TEST_F(Bidi, PairsAreBounded) {
  for (std::size_t i = 0; i <= kPairsOfStream; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".low.example";
    receiver.peers[domain] = 1;
    initiator.visible.insert({7, domain});
    of_initiator.certificate.dns_names.push_back(domain);
  }
  connect();
  for (std::size_t i = 1; i < kPairsOfStream; ++i) {
    EXPECT_TRUE(link->out.may_add());
    link->out_event(PairWanted{{"high.example", "d" + std::to_string(i) + ".low.example"}});
    link->run();
  }
  EXPECT_EQ(link->out.pairs().size(), kPairsOfStream);
  EXPECT_EQ(of_out<PairRefused>(), 0U);
  EXPECT_FALSE(link->out.may_add());
  link->out_event(PairWanted{{"high.example", "d0.low.example"}});
  link->run();
  EXPECT_EQ(of_out<PairRefused>(), 1U);
}

TEST_F(Bidi, WantedPairsCountTowardsTheBound) {
  for (std::size_t i = 0; i <= kPairsOfStream; ++i) {
    initiator.visible.insert({7, "d" + std::to_string(i) + ".low.example"});
  }
  connect();
  link->drop_everything = true;
  for (std::size_t i = 1; i < kPairsOfStream; ++i) {
    link->out_event(PairWanted{{"high.example", "d" + std::to_string(i) + ".low.example"}});
  }
  EXPECT_EQ(of_out<PairRefused>(), 0U);
  link->out_event(PairWanted{{"high.example", "d0.low.example"}});
  EXPECT_EQ(of_out<PairRefused>(), 1U);
}

TEST_F(Bidi, AServerThatDoesNotAnswerErrorsIsAskedForNoMore) {
  // COMPAT(prosody 0.12): it offers dialback without <errors/>, and closes where it knows no host.
  receiver.wants[1].guard = false;
  connect();
  EXPECT_FALSE(link->out.may_add());
  link->out_event(PairWanted{kOurChat});
  EXPECT_EQ(of_out<PairRefused>(), 1U);
}

TEST_F(Bidi, TheCountThatComesBackMayNotBeTooHigh) {
  connect();
  send_back("<message/>");
  link->say("<handled xmlns='urn:xmpp-guard:handled:1' first='1' last='2'/>");
  EXPECT_EQ(actions_of<Closing>(link->in_actions)[0].error, StreamError::kUndefinedCondition);
  connect();
  send_back("<message/>");
  link->say("<a xmlns='urn:xmpp:sm:3' h='2'/>");
  EXPECT_EQ(actions_of<Closing>(link->in_actions)[0].error, StreamError::kUndefinedCondition);
  connect();
  send("<message/>");
  link->reply("<handled xmlns='urn:xmpp-guard:handled:1' first='2' last='2'/>");
  EXPECT_EQ(actions_of<Closing>(link->out_actions)[0].error, StreamError::kUndefinedCondition);
}

TEST_F(Bidi, WhatIsSaidAgainAndAgainIsTakenFromABudget) {
  connect();
  send_back("<message/>");
  std::string told = "<handled xmlns='urn:xmpp-guard:handled:1' first='1' last='1'/>";
  link->say(told);  // this is new, and free
  for (unsigned i = 0; i < kElementsAtOnce; ++i) link->in.allow_element();
  for (unsigned i = 0; i < kElementsAtOnce; ++i) link->say(told);
  EXPECT_EQ(of_in<Closing>(), 0U);
  link->say(told);
  ASSERT_EQ(of_in<Closing>(), 1U);
  EXPECT_EQ(actions_of<Closing>(link->in_actions)[0].error, StreamError::kPolicyViolation);
}

TEST_F(Bidi, LargeStanzasComeInAndNothingElseIsLarge) {
  connect();
  const std::string large(kLimitsBeforeAuthentication.bytes + 100, 'x');
  send_back("<message><body>" + large + "</body></message>");
  EXPECT_EQ(link->out_stanzas.size(), 1U);
  link->reply("<x>" + large + "</x>");
  ASSERT_EQ(of_out<Closing>(), 1U);
  EXPECT_EQ(actions_of<Closing>(link->out_actions)[0].error, StreamError::kPolicyViolation);
}

TEST_F(Bidi, BehindAnEndTagOfOursCountsStillComeAndStanzasAreTheSenders) {
  connect();
  send_back("<message/>");
  send("<message/>");
  link->drop_everything = true;
  link->in_event(CloseRequested{});
  link->out_event(CloseRequested{});
  link->drop_everything = false;
  link->to_in.clear();
  link->to_out.clear();
  link->say("<handled xmlns='urn:xmpp-guard:handled:1' first='1' last='1'/><message id='late'/>");
  link->reply("<handled xmlns='urn:xmpp-guard:handled:1' first='1' last='1'/><message id='late'/>");
  EXPECT_EQ(of_in<Acknowledged>(), 1U);
  EXPECT_EQ(of_out<Acknowledged>(), 1U);
  // They would not be counted any more, and whoever sent them sends them again.
  EXPECT_EQ(link->stanzas.size(), 1U);
  EXPECT_EQ(link->out_stanzas.size(), 1U);
}

}  // namespace
}  // namespace guard::xmpp
