// InboundStream: what a hostile or broken peer may say to it, state by state.
#include "guard/xmpp/inbound_stream.h"

#include <gtest/gtest.h>

#include "guard/xmpp/inbound_fixture_for_test.h"

namespace guard::xmpp {
namespace {

TEST_F(Inbound, OffersNothingButStartTlsInTheClear) {
  const std::string sent = say(header());
  EXPECT_TRUE(has(sent, "from='high.example'"));
  EXPECT_TRUE(has(sent, "to='low.example'"));
  EXPECT_TRUE(has(sent, " id='"));
  EXPECT_TRUE(has(sent, "<required/>"));
  EXPECT_FALSE(has(sent, "mechanisms"));
  EXPECT_FALSE(has(sent, "urn:xmpp:features:dialback"));
  const std::string proceed = say(kStartTls);
  EXPECT_EQ(proceed, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  ASSERT_EQ(actions_of<StartTls>(actions).size(), 1U);
  EXPECT_EQ(actions_of<StartTls>(actions).front().pair.local, "high.example");
}

TEST_F(Inbound, DirectTlsBeginsWithTheHandshakeAndKnowsThePeerFromTheHeader) {
  config.direct_tls = true;
  config.judge = [](PeerId peer) {
    return peer == 1 ? certificate_for("low.example").certificate : CertificateFacts{};
  };
  restart();
  EXPECT_EQ(actions_of<StartTls>(actions).size(), 1U);
  event(TlsEstablished{{.version = TlsVersion::kTls13}});
  const std::string sent = say(header());
  EXPECT_TRUE(has(sent, "EXTERNAL"));
  EXPECT_FALSE(has(sent, "starttls"));
}

TEST_F(Inbound, RefusesBytesBehindStartTls) {
  say(header());
  const std::string sent = say(std::string(kStartTls) + "<iq/>");
  EXPECT_FALSE(has(sent, "proceed"));
  EXPECT_EQ(cause(), CloseCause::kInjection);
  EXPECT_TRUE(actions_of<StartTls>(actions).empty());
  restart();
  say(header());
  say(std::string(kStartTls) + "\n");
  EXPECT_EQ(cause(), CloseCause::kInjection);
}

TEST_F(Inbound, RefusesPlaintextBehindProceed) {
  say(header());
  say(kStartTls);
  EXPECT_EQ(say("<iq/>"), "");
  EXPECT_EQ(cause(), CloseCause::kInjection);
  EXPECT_TRUE(stream->closed());
}

TEST_F(Inbound, AnswersABadHeaderWithAHeaderAndTheError) {
  const std::string xmlns = "xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'";
  const std::string names = " from='low.example' to='high.example' version='1.0'>";
  const std::vector<std::pair<std::string, StreamError>> cases = {
      {"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'" +
           names,
       StreamError::kInvalidNamespace},
      {"<stream:stream xmlns='jabber:server' xmlns:stream='http://example.org/'" + names,
       StreamError::kInvalidNamespace},
      {"<s:stream xmlns='jabber:server' xmlns:s='http://etherx.jabber.org/streams'" + names,
       StreamError::kBadNamespacePrefix},
      {"<stream:flow " + xmlns + names, StreamError::kInvalidNamespace},
      {"<stream:stream " + xmlns + " from='low.example' to='high.example'>",
       StreamError::kUnsupportedVersion},
      {"<stream:stream " + xmlns + " from='low.example' to='high.example' version='0.9'>",
       StreamError::kUnsupportedVersion},
      {"<stream:stream " + xmlns + " from='low.example' to='high.example' version='x'>",
       StreamError::kUnsupportedVersion},
      {"<stream:stream " + xmlns + " to='high.example' version='1.0'>", StreamError::kInvalidFrom},
      {"<stream:stream " + xmlns + " from='a@low.example' to='high.example' version='1.0'>",
       StreamError::kInvalidFrom},
      {"<stream:stream " + xmlns + " from='low.example' version='1.0'>", StreamError::kHostUnknown},
      {"<stream:stream " + xmlns + " from='low.example' from='x' version='1.0'>",
       StreamError::kNotWellFormed},
      {"<x:stream>", StreamError::kNotWellFormed},
      {"GET / HTTP/1.1\r\n", StreamError::kBadFormat},
      {"<?xml version='1.1'?>", StreamError::kNotWellFormed},
      {"<!DOCTYPE x>", StreamError::kRestrictedXml},
      {std::string("<\xFF"), StreamError::kUnsupportedEncoding},
  };
  for (const auto& [bytes, expected] : cases) {
    restart();
    const std::string sent = say(bytes);
    EXPECT_EQ(error(), expected) << bytes;
    EXPECT_TRUE(sent.starts_with("<?xml version='1.0'?><stream:stream ")) << bytes;
    EXPECT_TRUE(sent.ends_with("</stream:error></stream:stream>")) << bytes;
    EXPECT_TRUE(has(sent, to_string(expected))) << bytes;
  }
}

TEST_F(Inbound, TakesALaterMinorVersion) {
  const std::string sent =
      say("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
          "from='LOW.example' to='High.Example' version='1.1'>");
  EXPECT_TRUE(has(sent, "starttls"));
}

// A domain that the peer may not see answers like one that does not exist, but for its name.
TEST_F(Inbound, HidesWhatThePeerMayNotSee) {
  const auto answer = [this](std::string_view from, std::string_view to) {
    restart();
    std::string sent = say(header(from, to));
    EXPECT_EQ(error(), StreamError::kHostUnknown) << from << " " << to;
    for (const std::string_view name : {from, to}) {
      for (std::size_t at = sent.find(name); at != std::string::npos; at = sent.find(name, at)) {
        sent.replace(at, name.size(), "?");
      }
    }
    return sent;
  };
  const std::string missing = answer("low.example", "nothing.example");
  EXPECT_EQ(answer("low.example", "secret.example"), missing);
  EXPECT_EQ(answer("stranger.example", "high.example"), missing);
  EXPECT_EQ(answer("stranger.example", "nothing.example"), missing);
}

TEST_F(Inbound, HoldsThePairThroughTheHandshake) {
  policy.visible.insert({1, "rooms.high.example"});
  say(header());
  say(kStartTls);
  event(TlsEstablished{certificate_for("low.example")});
  say(header("low.example", "rooms.high.example"));
  EXPECT_EQ(error(), StreamError::kHostUnknown);
  restart();
  say(header());
  say(kStartTls);
  event(TlsEstablished{certificate_for("low.example")});
  say(header("other.example"));
  EXPECT_EQ(error(), StreamError::kInvalidFrom);
}

TEST_F(Inbound, WidensTheLimitsForStanzasOnly) {
  config.limits.bytes = 20'000;
  restart();
  authenticated();
  const std::string large(12'000, 'x');
  say("<message><body>" + large + "</body></message>");
  EXPECT_EQ(stanzas.size(), 1U);
  say("<a xmlns='b'>" + large + "</a>");
  EXPECT_EQ(error(), StreamError::kPolicyViolation);
  restart();
  authenticated();
  say("<message><body>" + std::string(20'000, 'x') + "</body></message>");
  EXPECT_EQ(error(), StreamError::kPolicyViolation);
  EXPECT_EQ(actions_of<Closing>(actions).front().fault, FrameFault::kTooManyBytes);
  EXPECT_EQ(stanzas.size(), 1U);
}

TEST_F(Inbound, APeersOwnLimitIsLowerAndAdvertised) {
  config.limits.bytes = 20'000;
  policy.wants[1].stanza_bytes = 10'000;
  restart();
  EXPECT_TRUE(has(secure(), "<max-bytes>10000</max-bytes>"));
  restart();
  authenticated();
  const std::string around = "<message><body></body></message>";
  const auto stanza = [&](std::size_t octets) {
    return "<message><body>" + std::string(octets - around.size(), 'x') + "</body></message>";
  };
  say(stanza(10'000));
  EXPECT_EQ(stanzas.size(), 1U);
  say(stanza(10'001));
  EXPECT_EQ(error(), StreamError::kPolicyViolation);
  EXPECT_EQ(stanzas.size(), 1U);
}

TEST_F(Inbound, APeersOwnLimitDoesNotWidenTheLimitOfAll) {
  config.limits.bytes = 20'000;
  policy.wants[1].stanza_bytes = 30'000;
  restart();
  authenticated();
  say("<message><body>" + std::string(20'000, 'x') + "</body></message>");
  EXPECT_EQ(error(), StreamError::kPolicyViolation);
}

TEST_F(Inbound, RefusesLargeElementsBeforeAuthentication) {
  secure();
  say(auth(std::string(9'000, 'A')));
  EXPECT_EQ(error(), StreamError::kPolicyViolation);
  EXPECT_EQ(actions_of<Closing>(actions).front().fault, FrameFault::kTooManyBytes);
}

TEST_F(Inbound, ObeysTheClock) {
  secure();
  EXPECT_TRUE(has(event(Timeout{TimeoutKind::kAuthentication}), "connection-timeout"));
  EXPECT_EQ(cause(), CloseCause::kTimeout);
  EXPECT_FALSE(stream->closed());
  event(Timeout{TimeoutKind::kClose});
  EXPECT_TRUE(stream->closed());
  EXPECT_EQ(actions_of<Disconnect>(actions).size(), 1U);

  restart();
  authenticated();
  EXPECT_EQ(event(Timeout{TimeoutKind::kAuthentication}), "");
  EXPECT_EQ(event(Timeout{TimeoutKind::kKeepalive}), " ");
  EXPECT_TRUE(has(event(Timeout{TimeoutKind::kIdle}), "connection-timeout"));
}

TEST_F(Inbound, EndsWithTheConnection) {
  authenticated();
  event(Disconnected{});
  EXPECT_EQ(cause(), CloseCause::kDisconnected);
  EXPECT_TRUE(stream->closed());
  EXPECT_EQ(say("<message/>"), "");
  EXPECT_TRUE(stanzas.empty());
}

TEST_F(Inbound, AnswersThePeersErrorWithItsEndTag) {
  authenticated();
  const std::string sent =
      say("<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
  EXPECT_EQ(sent, "</stream:stream>");
  EXPECT_EQ(cause(), CloseCause::kPeerError);
  EXPECT_EQ(error(), StreamError::kReset);
  EXPECT_TRUE(stream->closed());
}

TEST_F(Inbound, AnswersTheEndTag) {
  authenticated();
  EXPECT_EQ(say("<message/></stream:stream>"), "</stream:stream>");
  EXPECT_EQ(stanzas.size(), 1U);
  EXPECT_EQ(cause(), CloseCause::kPeerClosed);
  EXPECT_TRUE(stream->closed());
}

TEST_F(Inbound, RefusesBannedXmlAfterAuthentication) {
  const std::vector<std::pair<std::string, StreamError>> cases = {
      {"<!-- -->", StreamError::kRestrictedXml},
      {"<message>&x;</message>", StreamError::kRestrictedXml},
      {"<message></presence>", StreamError::kNotWellFormed},
      {"<message>\xFF</message>", StreamError::kUnsupportedEncoding},
      {"x", StreamError::kBadFormat},
      {"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>",
       StreamError::kUnsupportedStanzaType},
      {std::string(kStartTls), StreamError::kUnsupportedStanzaType},
  };
  for (const auto& [bytes, expected] : cases) {
    restart();
    authenticated();
    say("<presence/>" + bytes);
    EXPECT_EQ(error(), expected) << bytes;
    EXPECT_EQ(stanzas.size(), 1U);  // what came before the fault was whole
    stanzas.clear();
  }
}

}  // namespace
}  // namespace guard::xmpp
