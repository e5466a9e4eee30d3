// The two machines joined: "low.example" opens a stream to "high.example", for which the guard
// stands, and the guard asks back where dialback is needed.
#include <gtest/gtest.h>

#include "guard/xmpp/stream_link_for_test.h"

namespace guard::xmpp {
namespace {

// StreamPair holds both sides' policies and secrets and the stream under test. The guard's side is
// `guard_policy`; `low_policy` is what the server of low.example thinks.
class StreamPair : public ::testing::Test {
 protected:
  StreamPair() {
    guard_policy.peers = {{"low.example", 1}, {"chat.low.example", 1}, {"other.example", 2}};
    guard_policy.wants[1].auth = AuthDemand::kDialbackAllowed;
    guard_policy.wants[2].auth = AuthDemand::kDialbackAllowed;
    guard_policy.visible = {{1, "high.example"}, {1, "rooms.high.example"}, {2, "secret.example"}};
    low_policy.peers = {{"high.example", 9}};
    low_policy.wants[9].auth = AuthDemand::kDialbackAllowed;
    low_policy.visible = {{9, "low.example"}, {9, "chat.low.example"}};
    inbound.lookup = &guard_policy;
    inbound.secret = &guard_secret;
    inbound.id_seed = Digest{1};
    outbound.pair = {.remote = "high.example", .local = "low.example"};
    outbound.secret = &low_secret;
    outbound.demands.auth = AuthDemand::kDialbackAllowed;
  }

  void open(bool with_certificate) {
    link.emplace(outbound, inbound);
    link->split = split;
    link->facts_of_receiver = certificate_for("high.example");
    if (with_certificate) link->facts_of_initiator = certificate_for("low.example");
    low_policy.is_open = [this](std::string_view local, std::string_view remote,
                                std::string_view id) {
      return local == outbound.pair.local && remote == outbound.pair.remote && !id.empty() &&
             id == link->out.dialback_id();
    };
    link->connect();
  }

  // ask carries out the one AskAuthoritative: a verify-only stream of the guard to low.example.
  Verified ask() {
    const auto asked = actions_of<AskAuthoritative>(link->in_actions);
    EXPECT_EQ(asked.size(), 1U);
    const OutboundConfig config{.pair = asked.front().pair,
                                .demands = guard_policy.wants[1],
                                .secret = &guard_secret,
                                .purpose = OutboundPurpose::kVerifyOnly};
    StreamLink back(config, {.lookup = &low_policy, .secret = &low_secret, .id_seed = Digest{2}});
    back.facts_of_initiator = certificate_for("high.example");
    back.out_event(VerifyRequested{
        .pair = asked.front().pair, .stream_id = asked.front().stream_id, .key = asked_key()});
    back.connect();
    const auto verified = actions_of<Verified>(back.out_actions);
    EXPECT_EQ(verified.size(), 1U);
    return verified.empty() ? Verified{} : verified.front();
  }
  std::string asked_key() { return actions_of<AskAuthoritative>(link->in_actions).front().key; }

  void answer(const Verified& verified) {
    link->in_event(DialbackAnswered{.pair = verified.pair, .verdict = verified.verdict});
    link->run();
  }

  std::vector<Authenticated> authenticated_in() {
    return actions_of<Authenticated>(link->in_actions);
  }
  std::vector<RefusalCause> refusals_in() {
    std::vector<RefusalCause> causes;
    for (const auto& it : actions_of<AuthenticationRefused>(link->in_actions)) {
      causes.push_back(it.cause);
    }
    return causes;
  }
  std::vector<Closing> closing_in() { return actions_of<Closing>(link->in_actions); }
  std::vector<Closing> closing_out() { return actions_of<Closing>(link->out_actions); }

  TestLookup guard_policy;
  TestLookup low_policy;
  DialbackSecret guard_secret{"the guard's"};
  DialbackSecret low_secret{"low's"};
  InboundConfig inbound;
  OutboundConfig outbound;
  std::optional<StreamLink> link;
  bool split = false;
};

TEST_F(StreamPair, AuthenticatesByExternal) {
  outbound.have_certificate = true;
  open(true);
  ASSERT_EQ(authenticated_in().size(), 1U);
  EXPECT_EQ(authenticated_in().front().pair, kPair);
  EXPECT_EQ(authenticated_in().front().method, AuthMethod::kExternal);
  EXPECT_TRUE(link->out.may_send());
  EXPECT_EQ(actions_of<Authenticated>(link->out_actions).size(), 1U);
  const auto limits = actions_of<PeerLimits>(link->out_actions);
  ASSERT_FALSE(limits.empty());
  EXPECT_EQ(limits.back().max_bytes, FrameLimits{}.bytes);
  link->say("<message to='a@high.example'/> <iq/>");
  EXPECT_EQ(link->stanzas, (std::vector<std::string>{"<message to='a@high.example'/>", "<iq/>"}));
}

TEST_F(StreamPair, AuthenticatesByExternalByteByByte) {
  split = true;
  outbound.have_certificate = true;
  open(true);
  ASSERT_EQ(authenticated_in().size(), 1U);
  link->say("<presence/>");
  EXPECT_EQ(link->stanzas.size(), 1U);
}

TEST_F(StreamPair, AuthenticatesByExternalWhereNothingElseWillDo) {
  guard_policy.wants[1].auth = AuthDemand::kExternalOnly;
  outbound.demands.auth = AuthDemand::kExternalOnly;
  outbound.have_certificate = true;
  open(true);
  EXPECT_EQ(authenticated_in().size(), 1U);
  EXPECT_TRUE(link->out.may_send());
}

TEST_F(StreamPair, AuthenticatesByExternalUnderDirectTls) {
  outbound.have_certificate = outbound.direct_tls = inbound.direct_tls = true;
  open(true);
  EXPECT_EQ(authenticated_in().size(), 1U);
  EXPECT_TRUE(link->out.may_send());
}

TEST_F(StreamPair, RefusesACertificateOfAnotherDomain) {
  guard_policy.wants[1].auth = AuthDemand::kExternalOnly;
  outbound.have_certificate = true;
  link.emplace(outbound, inbound);
  link->facts_of_receiver = certificate_for("high.example");
  link->facts_of_initiator = certificate_for("evil.example");
  link->connect();
  EXPECT_TRUE(authenticated_in().empty());
  EXPECT_EQ(refusals_in(), std::vector{RefusalCause::kCertificate});
  ASSERT_EQ(closing_in().size(), 1U);
  EXPECT_EQ(closing_in().front().error, StreamError::kNotAuthorized);
  EXPECT_FALSE(link->out.may_send());
  ASSERT_EQ(closing_out().size(), 1U);
  EXPECT_EQ(closing_out().front().cause, CloseCause::kPeerError);
  EXPECT_EQ(closing_out().front().error, StreamError::kNotAuthorized);
}

TEST_F(StreamPair, RefusesAChainThatDoesNotValidate) {
  guard_policy.wants[1].auth = AuthDemand::kExternalOnly;
  link.emplace(outbound, inbound);
  link->facts_of_initiator = certificate_for("low.example");
  link->facts_of_initiator.certificate.chain_valid = false;
  link->connect();
  EXPECT_TRUE(authenticated_in().empty());
  EXPECT_EQ(refusals_in(), std::vector{RefusalCause::kCertificate});
}

TEST_F(StreamPair, RefusesAnOlderTlsThanDemanded) {
  guard_policy.wants[1].minimum_tls = TlsVersion::kTls13;
  link.emplace(outbound, inbound);
  link->facts_of_initiator = certificate_for("low.example");
  link->facts_of_initiator.version = TlsVersion::kTls12;
  link->connect();
  EXPECT_EQ(refusals_in(), std::vector{RefusalCause::kTlsBelowFloor});
  EXPECT_TRUE(link->in.pairs().empty());
}

TEST_F(StreamPair, RefusesAServerThatDoesNotProveItselfWhereThatIsDemanded) {
  outbound.demands.auth = AuthDemand::kExternalOnly;
  outbound.have_certificate = true;
  link.emplace(outbound, inbound);
  link->facts_of_initiator = certificate_for("low.example");
  link->facts_of_receiver = certificate_for("evil.example");
  link->connect();
  EXPECT_FALSE(link->out.may_send());
  const auto refused = actions_of<AuthenticationRefused>(link->out_actions);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused.front().cause, RefusalCause::kCertificate);
  EXPECT_TRUE(link->in.pairs().empty());
}

TEST_F(StreamPair, AuthenticatesByDialback) {
  open(false);
  EXPECT_TRUE(authenticated_in().empty());
  const Verified verified = ask();
  EXPECT_EQ(verified.verdict, DialbackVerdict::kValid);
  EXPECT_FALSE(link->out.may_send());
  answer(verified);
  ASSERT_EQ(authenticated_in().size(), 1U);
  EXPECT_EQ(authenticated_in().front().pair, kPair);
  EXPECT_EQ(authenticated_in().front().method, AuthMethod::kDialback);
  EXPECT_TRUE(link->out.may_send());
  EXPECT_TRUE(link->out.dialback_id().empty());
  link->say("<iq/>");
  EXPECT_EQ(link->stanzas.size(), 1U);
}

TEST_F(StreamPair, RefusesDialbackWithTheWrongSecret) {
  const DialbackSecret other("another");
  outbound.secret = &other;
  open(false);
  const Verified verified = ask();
  EXPECT_EQ(verified.verdict, DialbackVerdict::kInvalid);
  answer(verified);
  EXPECT_TRUE(authenticated_in().empty());
  EXPECT_EQ(refusals_in(), std::vector{RefusalCause::kDialbackInvalid});
  EXPECT_FALSE(link->out.may_send());
  const auto refused = actions_of<AuthenticationRefused>(link->out_actions);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused.front().cause, RefusalCause::kDialbackInvalid);
}

// The key is right, but low.example never opened such a stream (a replayed key).
TEST_F(StreamPair, RefusesDialbackOfAStreamThatWasNotOpened) {
  open(false);
  low_policy.is_open = [](auto, auto, auto) { return false; };
  const Verified verified = ask();
  EXPECT_EQ(verified.verdict, DialbackVerdict::kInvalid);
}

TEST_F(StreamPair, SaysWhenTheAuthoritativeServerCannotBeAsked) {
  open(false);
  link->in_event(DialbackAnswered{.pair = kPair, .verdict = DialbackVerdict::kError});
  EXPECT_NE(link->to_out.find("remote-server-not-found"), std::string::npos);
  link->run();
  EXPECT_EQ(refusals_in(), std::vector{RefusalCause::kDialbackError});
  EXPECT_TRUE(authenticated_in().empty());
  // The guard's end left the stream open; it was the initiator that gave up.
  ASSERT_FALSE(closing_in().empty());
  EXPECT_EQ(closing_in().front().cause, CloseCause::kPeerClosed);
}

TEST_F(StreamPair, RefusesDialbackWhereThePolicyDemandsACertificate) {
  guard_policy.wants[1].auth = AuthDemand::kExternalOnly;
  open(false);
  EXPECT_TRUE(actions_of<AskAuthoritative>(link->in_actions).empty());
  EXPECT_EQ(refusals_in(), std::vector{RefusalCause::kCertificate});
}

TEST_F(StreamPair, IgnoresAnAnswerThatNobodyAskedFor) {
  open(false);
  link->in_event(DialbackAnswered{.pair = {.remote = "chat.low.example", .local = "high.example"},
                                  .verdict = DialbackVerdict::kValid});
  EXPECT_TRUE(link->in.pairs().empty());
}

TEST_F(StreamPair, DropsAnAnswerThatThePolicyNoLongerAllows) {
  open(false);
  const Verified verified = ask();
  guard_policy.visible.erase({1, "high.example"});
  answer(verified);
  EXPECT_TRUE(link->in.pairs().empty());
  EXPECT_EQ(refusals_in(), std::vector{RefusalCause::kUnknownHost});
}

TEST_F(StreamPair, PiggybacksAnotherDomainOfTheSamePeer) {
  outbound.have_certificate = true;
  open(true);
  link->drop_everything = true;  // the initiating machine does not know of these
  // Not named by the certificate: dialback.
  link->in_event(Received{"<db:result from='chat.low.example' to='high.example'>k</db:result>"});
  auto asked = actions_of<AskAuthoritative>(link->in_actions);
  ASSERT_EQ(asked.size(), 1U);
  const DomainPair chat{.remote = "chat.low.example", .local = "high.example"};
  EXPECT_EQ(asked.front().pair, chat);
  EXPECT_EQ(asked.front().stream_id, link->in.stream_id());
  link->in_event(DialbackAnswered{.pair = chat, .verdict = DialbackVerdict::kValid});
  EXPECT_EQ(link->in.pairs(), (std::set<DomainPair>{kPair, chat}));
  // Named by the certificate: no need to ask (XEP-0344).
  link->in_event(Received{"<db:result from='low.example' to='rooms.high.example'>k</db:result>"});
  EXPECT_EQ(link->in.pairs().size(), 3U);
  EXPECT_EQ(authenticated_in().back().method, AuthMethod::kCertificate);
}

TEST_F(StreamPair, RefusesToPiggybackADomainOfAnotherPeer) {
  outbound.have_certificate = true;
  open(true);
  link->drop_everything = true;
  link->to_out.clear();
  link->in_event(Received{"<db:result from='other.example' to='secret.example'>k</db:result>"});
  const std::string other = std::exchange(link->to_out, {});
  link->in_event(Received{"<db:result from='nowhere.example' to='nothing.example'>k</db:result>"});
  const std::string nowhere = std::exchange(link->to_out, {});
  link->in_event(Received{"<db:result from='low.example' to='secret.example'>k</db:result>"});
  const std::string secret = std::exchange(link->to_out, {});
  EXPECT_NE(other.find("item-not-found"), std::string::npos);
  EXPECT_NE(nowhere.find("item-not-found"), std::string::npos);
  EXPECT_NE(secret.find("item-not-found"), std::string::npos);
  EXPECT_EQ(link->in.pairs(), std::set<DomainPair>{kPair});
  EXPECT_TRUE(actions_of<AskAuthoritative>(link->in_actions).empty());
  EXPECT_FALSE(link->in.closed());  // S18: the stream stays open
}

TEST_F(StreamPair, FallsBackToDialbackAfterAFailure) {
  outbound.have_certificate = true;
  open(true);
  // A fresh outbound machine against a script: EXTERNAL is offered and then refused.
  OutboundStream out(outbound);
  static_cast<void>(out.on(Connected{}));
  const std::string header = write_stream_header("high.example", "low.example", "i1");
  static_cast<void>(out.on(
      Received{header + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
                        "</stream:features>"}));
  static_cast<void>(out.on(Received{"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"}));
  static_cast<void>(out.on(TlsEstablished{}));
  static_cast<void>(
      out.on(Received{write_stream_header("high.example", "low.example", "i2") +
                      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                      "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>"}));
  const auto actions = out.on(
      Received{"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"});
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_NE(
      std::get<Send>(actions[0]).bytes.find(low_secret.key("high.example", "low.example", "i2")),
      std::string::npos);
  EXPECT_EQ(out.dialback_id(), "i2");
}

TEST_F(StreamPair, ClosesInOrderAndStillTakesWhatWasOnItsWay) {
  // By dialback: nothing counts the stanzas there.
  open(false);
  answer(ask());
  ASSERT_TRUE(link->out.may_send());
  link->in_event(CloseRequested{});
  link->to_in += "<message/>";
  link->run();
  EXPECT_EQ(link->stanzas.size(), 1U);
  EXPECT_TRUE(link->in.closed());
  EXPECT_TRUE(link->out.closed());
  ASSERT_EQ(closing_in().size(), 1U);
  EXPECT_EQ(closing_in().front().cause, CloseCause::kRequested);
  EXPECT_EQ(closing_out().front().cause, CloseCause::kPeerClosed);
}

TEST_F(StreamPair, WhatComesUncountedBehindOurEndIsTheSenders) {
  outbound.have_certificate = true;
  open(true);
  ASSERT_TRUE(link->in.managed());
  link->in_event(CloseRequested{});
  link->to_in += "<message/>";
  link->run();
  EXPECT_TRUE(link->stanzas.empty());
}

TEST_F(StreamPair, TakesNothingMoreAfterAnError) {
  outbound.have_certificate = true;
  open(true);
  link->in_event(CloseRequested{.error = StreamError::kResourceConstraint});
  link->to_in += "<message/>";
  link->run();
  EXPECT_TRUE(link->stanzas.empty());
  EXPECT_TRUE(link->out.closed());
  EXPECT_EQ(closing_out().front().error, StreamError::kResourceConstraint);
}

TEST_F(StreamPair, GivesANewIdAtEachRestart) {
  outbound.have_certificate = true;
  open(true);
  const std::string first = link->in.stream_id();
  StreamIds ids(inbound.id_seed);
  std::set<std::string> seen;
  for (int i = 0; i < 3; ++i) seen.insert(ids.next());
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_TRUE(seen.contains(first));
}

}  // namespace
}  // namespace guard::xmpp
