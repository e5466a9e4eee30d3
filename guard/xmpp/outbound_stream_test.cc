// One outbound machine against a script: what a hostile or broken server may answer.
#include "guard/xmpp/outbound_stream.h"

#include <gtest/gtest.h>

#include "guard/xmpp/stream_link_for_test.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kTlsFeature =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
constexpr std::string_view kProceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
constexpr std::string_view kSuccess = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
constexpr std::string_view kExternal =
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism>"
    "</mechanisms>";
constexpr std::string_view kDialback = "<dialback xmlns='urn:xmpp:features:dialback'/>";

std::string header(std::string_view id = "i") {
  return write_stream_header("low.example", "high.example", id);
}

std::string features(std::string_view content) {
  return "<stream:features>" + std::string(content) + "</stream:features>";
}

class Outbound : public ::testing::Test {
 protected:
  Outbound() {
    config.pair = {.remote = "low.example", .local = "high.example"};
    config.demands.auth = AuthDemand::kDialbackAllowed;
    config.secret = &secret;
    config.have_certificate = true;
    restart();
  }
  void restart() {
    stream.emplace(config);
    actions.clear();
    hello = event(Connected{});
  }
  std::string event(const StreamEvent& it) {
    std::string sent;
    for (const StreamAction& action : stream->on(it)) {
      if (const auto* const send = std::get_if<Send>(&action)) {
        sent += send->bytes;
      } else {
        actions.push_back(action);
      }
    }
    return sent;
  }
  std::string say(std::string_view bytes) { return event(Received{bytes}); }
  std::string secure(const TlsFacts& facts = certificate_for("low.example")) {
    say(header());
    say(kTlsFeature);
    say(kProceed);
    return event(TlsEstablished{facts});
  }
  std::string offered(std::string_view content) {
    secure();
    return say(header("secure-id") + features(content));
  }
  void ready() {
    offered(kExternal);
    say(kSuccess);
    say(header("last-id") + features(""));
  }
  std::optional<StreamError> error() {
    const auto closing = actions_of<Closing>(actions);
    return closing.empty() ? std::nullopt : closing.front().error;
  }
  std::optional<RefusalCause> refusal() {
    const auto refused = actions_of<AuthenticationRefused>(actions);
    if (refused.empty()) return std::nullopt;
    return refused.front().cause;
  }

  OutboundConfig config;
  DialbackSecret secret{"secret"};
  std::optional<OutboundStream> stream;
  std::vector<StreamAction> actions;
  std::string hello;
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_F(Outbound, OpensWithBothNamesAndNoId) {
  EXPECT_TRUE(has(hello, "from='high.example'"));
  EXPECT_TRUE(has(hello, "to='low.example'"));
  EXPECT_TRUE(has(hello, "xmlns:db='jabber:server:dialback'"));
  EXPECT_TRUE(has(hello, "version='1.0'"));
  EXPECT_FALSE(has(hello, " id="));
}

TEST_F(Outbound, SaysWhoItIsByExternal) {
  EXPECT_EQ(offered(std::string(kExternal) + std::string(kDialback)),
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>"
            "aGlnaC5leGFtcGxl</auth>");
  EXPECT_TRUE(has(say(kSuccess), "<stream:stream"));
  EXPECT_FALSE(stream->may_send());
  say(header("last-id") + features(""));
  EXPECT_TRUE(stream->may_send());
}

TEST_F(Outbound, DialsBackWithTheIdOfTheSecureStream) {
  const std::string sent = offered(kDialback);
  EXPECT_TRUE(has(sent, secret.key("low.example", "high.example", "secure-id")));
  EXPECT_EQ(stream->dialback_id(), "secure-id");
  say("<db:result from='low.example' to='high.example' type='valid'/>");
  EXPECT_TRUE(stream->may_send());
  EXPECT_EQ(stream->dialback_id(), "");
}

TEST_F(Outbound, DoesNotDialBackWhereACertificateIsDemanded) {
  config.demands.auth = AuthDemand::kExternalOnly;
  restart();
  EXPECT_TRUE(has(offered(kDialback), "unsupported-feature"));
  EXPECT_EQ(refusal(), RefusalCause::kMechanism);
  EXPECT_EQ(stream->dialback_id(), "");
}

// SPEC: XEP-0344. Both have certificates; the server wants no SASL.
TEST_F(Outbound, MayBeKnownByItsCertificateInsteadOfExternal) {
  const std::string errors = "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>";
  config.demands.auth = AuthDemand::kExternalOnly;
  restart();
  EXPECT_TRUE(has(offered(errors), "<db:result"));
  EXPECT_FALSE(stream->may_send());
  say("<db:result from='low.example' to='high.example' type='valid'/>");
  EXPECT_TRUE(stream->may_send());
  EXPECT_EQ(actions_of<Authenticated>(actions)[0].method, AuthMethod::kCertificate);
  // EXTERNAL goes before it.
  restart();
  EXPECT_TRUE(has(offered(std::string(kExternal) + errors), "<auth"));
  // Without a certificate of ours it would be dialback alone.
  config.have_certificate = false;
  restart();
  EXPECT_TRUE(has(offered(errors), "unsupported-feature"));
  // And a server that is not who it should be is told nothing at all.
  config.have_certificate = true;
  restart();
  secure(certificate_for("evil.example"));
  EXPECT_EQ(refusal(), RefusalCause::kCertificate);
}

TEST_F(Outbound, DialsBackWhereCertificatesDoNotCount) {
  config.demands.auth = AuthDemand::kDialbackOnly;
  restart();
  const std::string sent = offered(std::string(kExternal) + std::string(kDialback));
  EXPECT_TRUE(has(sent, "<db:result")) << sent;
  EXPECT_FALSE(has(sent, "<auth")) << sent;
}

TEST_F(Outbound, DoesNotTryExternalWithoutACertificate) {
  config.have_certificate = false;
  restart();
  EXPECT_TRUE(has(offered(std::string(kExternal) + std::string(kDialback)), "<db:result"));
}

TEST_F(Outbound, GivesUpWhereTheServerHasNoTls) {
  say(header());
  EXPECT_TRUE(has(say(features(kExternal)), "policy-violation"));
  EXPECT_EQ(refusal(), RefusalCause::kTlsBelowFloor);
  restart();
  say(header());
  say(kTlsFeature);
  say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  EXPECT_EQ(refusal(), RefusalCause::kTlsBelowFloor);
}

TEST_F(Outbound, RefusesBytesBehindProceed) {
  say(header());
  say(kTlsFeature);
  say(std::string(kProceed) + header());
  EXPECT_EQ(actions_of<Closing>(actions).front().cause, CloseCause::kInjection);
  EXPECT_TRUE(actions_of<StartTls>(actions).empty());
  EXPECT_TRUE(stream->closed());
}

TEST_F(Outbound, HoldsTheFloor) {
  config.demands.pinned_keys = {Digest{7}};
  restart();
  const std::string sent = secure();
  EXPECT_EQ(refusal(), RefusalCause::kKeyNotPinned);
  EXPECT_TRUE(has(sent, "<stream:stream"));  // a header before the error (S10)
  EXPECT_TRUE(has(sent, "not-authorized"));
}

TEST_F(Outbound, RefusesABadHeader) {
  const std::vector<std::pair<std::string, StreamError>> cases = {
      {write_stream_header("low.example", "high.example", ""), StreamError::kBadFormat},
      {write_stream_header("evil.example", "high.example", "i"), StreamError::kInvalidFrom},
      {write_stream_header("low.example", "evil.example", "i"), StreamError::kHostUnknown},
      {"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
       "id='i' version='1.0'>",
       StreamError::kInvalidNamespace},
      {"<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
       "id='i'>",
       StreamError::kUnsupportedVersion},
      {"220 smtp.example ESMTP\r\n", StreamError::kBadFormat},
  };
  for (const auto& [bytes, expected] : cases) {
    restart();
    say(bytes);
    EXPECT_EQ(error(), expected) << bytes;
  }
}

TEST_F(Outbound, ToleratesAHeaderWithoutAddresses) {
  say("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
      "id='i' version='1.0' from='' to=''>");
  EXPECT_TRUE(has(say(kTlsFeature), "<starttls"));
}

TEST_F(Outbound, IsNotAuthenticatedByAResultForAnotherPair) {
  offered(kDialback);
  say("<db:result from='low.example' to='rooms.high.example' type='valid'/>");
  EXPECT_FALSE(stream->may_send());
  EXPECT_EQ(error(), StreamError::kInvalidFrom);
}

TEST_F(Outbound, IsNotAuthenticatedOutOfTurn) {
  const std::vector<std::string> elements = {
      std::string(kSuccess), "<db:result from='low.example' to='high.example' type='valid'/>"};
  for (const std::string& element : elements) {
    restart();
    say(header() + element);
    EXPECT_FALSE(stream->may_send());
    EXPECT_EQ(error(), StreamError::kUnsupportedStanzaType);
    restart();
    secure();
    say(header() + element);
    EXPECT_FALSE(stream->may_send());
    EXPECT_EQ(error(), StreamError::kUnsupportedStanzaType);
  }
  restart();
  offered(kDialback);
  say(kSuccess);
  EXPECT_FALSE(stream->may_send());
  restart();
  offered(kExternal);
  say("<db:result from='low.example' to='high.example' type='valid'/>");
  EXPECT_FALSE(stream->may_send());
  EXPECT_TRUE(actions_of<Authenticated>(actions).empty());
}

TEST_F(Outbound, GivesUpWhenRefused) {
  offered(kExternal);  // no dialback feature; the namespace in the header says enough
  EXPECT_TRUE(has(say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), "<db:result"));
  say("<db:result from='low.example' to='high.example' type='error'/>");
  EXPECT_EQ(refusal(), RefusalCause::kDialbackError);

  config.demands.auth = AuthDemand::kExternalOnly;
  restart();
  offered(kExternal);
  EXPECT_EQ(say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), "</stream:stream>");
  EXPECT_EQ(refusal(), RefusalCause::kRefusedByPeer);
}

TEST_F(Outbound, TakesNoStanza) {
  ready();
  EXPECT_TRUE(has(say("<message/>"), "not-authorized"));
  EXPECT_FALSE(stream->may_send());
}

TEST_F(Outbound, TakesRepeatedFeaturesUpToTheCeiling) {
  ready();
  for (unsigned i = 0; i < kFeaturesCeiling; ++i) say(features(""));
  EXPECT_EQ(error(), std::nullopt);
  EXPECT_TRUE(stream->may_send());
  say(features(""));
  EXPECT_EQ(error(), StreamError::kPolicyViolation);
}

TEST_F(Outbound, ReportsTheServersLimits) {
  offered(std::string(kExternal) +
          "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>524288</max-bytes>"
          "<idle-seconds>840</idle-seconds></limits>");
  const auto limits = actions_of<PeerLimits>(actions);
  ASSERT_EQ(limits.size(), 1U);
  EXPECT_EQ(limits.front().max_bytes, 524'288U);
  EXPECT_EQ(limits.front().idle_seconds, 840U);
}

TEST_F(Outbound, CorrelatesVerify) {
  config.purpose = OutboundPurpose::kVerifyOnly;
  restart();
  const VerifyRequested request{.pair = config.pair, .stream_id = "ours", .key = "k"};
  event(request);  // waits for the stream
  EXPECT_EQ(offered(kExternal),
            "<db:verify from='high.example' to='low.example' id='ours'>k</db:verify>");
  say("<db:verify from='low.example' to='high.example' id='ours' type='valid'/>");
  const auto verified = actions_of<Verified>(actions);
  ASSERT_EQ(verified.size(), 1U);
  EXPECT_EQ(verified.front().verdict, DialbackVerdict::kValid);
  EXPECT_EQ(verified.front().stream_id, "ours");
  EXPECT_FALSE(stream->may_send());
  // The same answer once more belongs to nothing.
  say("<db:verify from='low.example' to='high.example' id='ours' type='valid'/>");
  EXPECT_EQ(error(), StreamError::kInvalidFrom);
  EXPECT_EQ(actions_of<Verified>(actions).size(), 1U);
}

TEST_F(Outbound, TakesNoVerifyAnswerForAnotherIdOrPair) {
  for (const std::string_view answer :
       {"<db:verify from='low.example' to='high.example' id='other' type='valid'/>",
        "<db:verify from='evil.example' to='high.example' id='ours' type='valid'/>",
        "<db:verify from='low.example' to='evil.example' id='ours' type='valid'/>",
        "<db:verify from='low.example' to='high.example' id='ours'>k</db:verify>"}) {
    config.purpose = OutboundPurpose::kVerifyOnly;
    restart();
    offered("");
    event(VerifyRequested{.pair = config.pair, .stream_id = "ours", .key = "k"});
    say(answer);
    const auto verified = actions_of<Verified>(actions);
    ASSERT_EQ(verified.size(), 1U) << answer;
    EXPECT_EQ(verified.front().verdict, DialbackVerdict::kError) << answer;
  }
}

TEST_F(Outbound, AnswersEveryVerifyOnce) {
  ready();
  event(VerifyRequested{.pair = config.pair, .stream_id = "a", .key = "k"});
  event(Disconnected{});
  EXPECT_EQ(actions_of<Verified>(actions).size(), 1U);
  event(VerifyRequested{.pair = config.pair, .stream_id = "b", .key = "k"});
  EXPECT_EQ(actions_of<Verified>(actions).size(), 2U);

  restart();
  for (std::size_t i = 0; i < kPendingVerifyCeiling; ++i) {
    EXPECT_TRUE(stream->may_verify());
    event(VerifyRequested{.pair = config.pair, .stream_id = std::to_string(i), .key = "k"});
  }
  EXPECT_FALSE(stream->may_verify());
  EXPECT_TRUE(actions_of<Verified>(actions).empty());
  event(VerifyRequested{.pair = config.pair, .stream_id = "past", .key = "k"});
  EXPECT_EQ(actions_of<Verified>(actions).size(), 1U);
  event(Timeout{TimeoutKind::kAuthentication});
  EXPECT_EQ(actions_of<Verified>(actions).size(), 1U + kPendingVerifyCeiling);
}

TEST_F(Outbound, ObeysTheClock) {
  EXPECT_TRUE(has(event(Timeout{TimeoutKind::kAuthentication}), "connection-timeout"));
  restart();
  ready();
  EXPECT_EQ(event(Timeout{TimeoutKind::kAuthentication}), "");
  EXPECT_EQ(event(Timeout{TimeoutKind::kKeepalive}), " ");
  EXPECT_EQ(event(Timeout{TimeoutKind::kIdle}), "</stream:stream>");
  EXPECT_FALSE(stream->may_send());
  say("</stream:stream>");
  EXPECT_TRUE(stream->closed());
}

TEST_F(Outbound, TellsOfTheServersError) {
  say(header() +
      "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
  EXPECT_EQ(error(), StreamError::kHostUnknown);
  EXPECT_EQ(refusal(), RefusalCause::kRefusedByPeer);
  EXPECT_TRUE(stream->closed());
}

}  // namespace
}  // namespace guard::xmpp
