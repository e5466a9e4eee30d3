// One inbound machine against a script: what a hostile or broken peer may say, state by state.
#include "guard/xmpp/inbound_stream.h"

#include <gtest/gtest.h>

#include "guard/base/base64.h"
#include "guard/base/bytes.h"
#include "guard/xmpp/stream_link_for_test.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kStartTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

std::string header(std::string_view from = "low.example", std::string_view to = "high.example") {
  return write_stream_header(from, to, "");
}

std::string auth(std::string_view content) {
  return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>" +
         std::string(content) + "</auth>";
}

class Inbound : public ::testing::Test {
 protected:
  Inbound() {
    policy.peers = {{"low.example", 1}, {"other.example", 2}};
    policy.wants[1].auth = AuthDemand::kDialbackAllowed;
    policy.wants[2].auth = AuthDemand::kDialbackAllowed;
    policy.visible = {{1, "high.example"}, {2, "secret.example"}};
    config.lookup = &policy;
    config.secret = &secret;
    restart();
  }
  void restart() {
    stream.emplace(config);
    actions.clear();
    event(Connected{});
  }
  // event gives what was sent to the peer; everything else is kept in `actions`.
  std::string event(const StreamEvent& it) {
    std::string sent;
    for (const StreamAction& action : stream->on(it)) {
      if (const auto* const send = std::get_if<Send>(&action)) {
        sent += send->bytes;
      } else if (const auto* const stanza = std::get_if<Stanza>(&action)) {
        stanzas.emplace_back(stanza->bytes);
      } else {
        actions.push_back(action);
      }
    }
    return sent;
  }
  std::string say(std::string_view bytes) { return event(Received{bytes}); }
  // secure goes through STARTTLS up to the second header.
  std::string secure(const TlsFacts& facts) {
    say(header());
    say(kStartTls);
    event(TlsEstablished{facts});
    return say(header());
  }
  std::string secure() { return secure(certificate_for("low.example")); }
  // authenticated goes up to the features behind EXTERNAL.
  std::string authenticated() {
    secure();
    say(auth(to_base64(as_bytes("low.example"))));
    return say(header());
  }
  std::optional<StreamError> error() {
    const auto closing = actions_of<Closing>(actions);
    return closing.empty() ? std::nullopt : closing.front().error;
  }
  std::optional<CloseCause> cause() {
    const auto closing = actions_of<Closing>(actions);
    if (closing.empty()) return std::nullopt;
    return closing.front().cause;
  }
  std::size_t refused() { return actions_of<AuthenticationRefused>(actions).size(); }

  TestLookup policy;
  DialbackSecret secret{"s3cr3tf0rd14lb4ck"};
  InboundConfig config;
  std::optional<InboundStream> stream;
  std::vector<StreamAction> actions;
  std::vector<std::string> stanzas;
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

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

TEST_F(Inbound, OffersExternalDialbackAndLimitsUnderTls) {
  const std::string sent = secure();
  EXPECT_TRUE(has(sent, "<mechanism>EXTERNAL</mechanism>"));
  EXPECT_TRUE(has(sent, "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>"));
  EXPECT_TRUE(has(sent, "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>262144</max-bytes>"));
  EXPECT_FALSE(has(sent, "starttls"));
}

TEST_F(Inbound, CertificateDoesNotCountUnderDialbackOnly) {
  policy.wants[1].auth = AuthDemand::kDialbackOnly;
  const std::string sent = secure();  // with a good certificate
  EXPECT_FALSE(has(sent, "EXTERNAL"));
  EXPECT_TRUE(has(sent, "urn:xmpp:features:dialback"));
  EXPECT_TRUE(has(say(auth("=")), "<invalid-mechanism/>"));
  EXPECT_EQ(say("<db:result from='low.example' to='high.example'>key</db:result>"), "");
  EXPECT_EQ(actions_of<AskAuthoritative>(actions).size(), 1U);
  EXPECT_TRUE(stream->pairs().empty());
  DialbackAnswered answer;
  answer.pair = {.remote = "low.example", .local = "high.example"};
  answer.verdict = DialbackVerdict::kValid;
  EXPECT_TRUE(has(event(answer), "type='valid'"));
  EXPECT_EQ(stream->pairs().size(), 1U);
  // The floor holds all the same.
  policy.wants[1].pinned_keys = {Digest{}};
  restart();
  EXPECT_TRUE(has(secure(), "not-authorized"));
}

TEST_F(Inbound, DoesNotOfferExternalWithoutACertificateThatNamesThePeer) {
  const std::string sent = secure(certificate_for("evil.example"));
  EXPECT_FALSE(has(sent, "EXTERNAL"));
  EXPECT_TRUE(has(sent, "dialback"));
  EXPECT_TRUE(has(say(auth("=")), "<invalid-mechanism/>"));
  EXPECT_TRUE(stream->pairs().empty());
}

// What the certificate is worth is asked again wherever something depends on it.
TEST_F(Inbound, JudgesTheCertificateAsThatOfThePeerWhomTheHeaderNames) {
  policy.wants[1].auth = AuthDemand::kExternalOnly;
  std::vector<PeerId> asked;
  config.judge = [&asked](PeerId peer) {
    asked.push_back(peer);
    return certificate_for("low.example").certificate;
  };
  restart();
  TlsFacts unjudged{.version = TlsVersion::kTls13};
  EXPECT_TRUE(has(secure(unjudged), "EXTERNAL"));
  EXPECT_EQ(asked, std::vector<PeerId>{1});
  EXPECT_TRUE(has(say(auth("=")), "<success"));
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(Inbound, CertificateThatIsRevokedBetweenOfferAndUseIsRefused) {
  CertificateFacts facts = certificate_for("low.example").certificate;
  config.judge = [&facts](PeerId) { return facts; };
  restart();
  EXPECT_TRUE(has(secure(), "EXTERNAL"));
  facts.chain_valid = false;
  facts.chain_fault = CertificateFault::kRevoked;
  EXPECT_TRUE(has(say(auth("=")), "<not-authorized/>"));
  ASSERT_EQ(actions_of<AuthenticationRefused>(actions).size(), 1U);
  EXPECT_EQ(actions_of<AuthenticationRefused>(actions)[0].fault, CertificateFault::kRevoked);
  // Neither does it answer a db:result: that is asked about elsewhere.
  EXPECT_EQ(say("<db:result from='low.example' to='high.example'>key</db:result>"), "");
  EXPECT_EQ(actions_of<AskAuthoritative>(actions).size(), 1U);
  EXPECT_TRUE(stream->pairs().empty());
}

TEST_F(Inbound, CertificateThatIsRevokedLaterProvesNoFurtherDomain) {
  policy.peers["rooms.low.example"] = 1;
  CertificateFacts facts = certificate_for("low.example").certificate;
  facts.dns_names.emplace_back("rooms.low.example");
  config.judge = [&facts](PeerId) { return facts; };
  const std::string more = "<db:result from='rooms.low.example' to='high.example'>key</db:result>";
  for (const bool good : {true, false}) {
    restart();
    facts.chain_valid = true;
    secure();
    say(auth("="));
    say(header());
    ASSERT_EQ(stream->pairs().size(), 1U);
    facts.chain_valid = good;
    EXPECT_EQ(has(say(more), "type='valid'"), good);
    EXPECT_EQ(stream->pairs().size(), good ? 2U : 1U);
  }
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

TEST_F(Inbound, DoesNotOfferDialbackWhereACertificateIsDemanded) {
  policy.wants[1].auth = AuthDemand::kExternalOnly;
  EXPECT_FALSE(has(secure(), "urn:xmpp:features:dialback"));
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

TEST_F(Inbound, RefusesAuthenticationInTheClear) {
  for (const std::string& element :
       {auth("="), std::string("<db:result from='low.example' to='high.example'>k</db:result>")}) {
    restart();
    say(header());
    say(element);
    EXPECT_EQ(error(), StreamError::kPolicyViolation);
    EXPECT_TRUE(actions_of<AskAuthoritative>(actions).empty());
  }
}

TEST_F(Inbound, RefusesStanzasBeforeAuthentication) {
  for (const std::string_view stanza : {"<message/>", "<presence/>", "<iq/>"}) {
    restart();
    say(header());
    EXPECT_TRUE(has(say(stanza), "not-authorized"));
    EXPECT_EQ(error(), StreamError::kNotAuthorized);
    restart();
    secure();
    say(stanza);
    EXPECT_EQ(error(), StreamError::kNotAuthorized);
    EXPECT_TRUE(stanzas.empty());
  }
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

TEST_F(Inbound, TakesTheThreeSpellingsOfTheAuthzid) {
  for (const std::string& content :
       {to_base64(as_bytes("low.example")), std::string("="), to_base64(as_bytes("LOW.example"))}) {
    restart();
    secure();
    EXPECT_EQ(say(auth(content)), "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    EXPECT_TRUE(stream->pairs().empty());  // not before the new header
    const std::string sent = say(header());
    EXPECT_TRUE(has(sent, "<stream:features>"));
    EXPECT_FALSE(has(sent, "EXTERNAL"));
    EXPECT_EQ(stream->pairs().size(), 1U);
  }
}

TEST_F(Inbound, ChallengesAnEmptyAuth) {
  secure();
  EXPECT_EQ(say(auth("")), "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  EXPECT_TRUE(has(say("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), "<success"));
}

TEST_F(Inbound, RefusesOtherAuthzids) {
  secure();
  EXPECT_TRUE(has(say(auth(to_base64(as_bytes("other.example")))), "<invalid-authzid/>"));
  EXPECT_TRUE(has(say(auth("!!")), "<incorrect-encoding/>"));
  EXPECT_FALSE(stream->closed());
  say(auth(to_base64(as_bytes("low.example.evil"))));
  EXPECT_EQ(error(), StreamError::kPolicyViolation);  // the third attempt
  EXPECT_EQ(refused(), 3U);
  EXPECT_TRUE(stream->pairs().empty());
}

TEST_F(Inbound, RefusesAResponseWithoutAChallenge) {
  secure();
  EXPECT_TRUE(
      has(say("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), "<malformed-request/>"));
  EXPECT_TRUE(has(say("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), "<aborted/>"));
}

TEST_F(Inbound, RefusesOtherMechanisms) {
  secure();
  EXPECT_TRUE(
      has(say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AA==</auth>"),
          "<invalid-mechanism/>"));
  EXPECT_TRUE(
      has(say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</auth>"), "<invalid-mechanism/>"));
}

// What was asked for behind <auth/> in the same bytes is read as the next stream, not as stanzas.
TEST_F(Inbound, TakesNoStanzaBetweenSuccessAndTheNewHeader) {
  secure();
  say(auth("=") + "<message/>");
  EXPECT_TRUE(stanzas.empty());
  EXPECT_TRUE(actions_of<Authenticated>(actions).empty());
  EXPECT_TRUE(error().has_value());
}

TEST_F(Inbound, RefusesAnotherPairAfterSasl) {
  secure();
  say(auth("="));
  policy.peers["chat.low.example"] = 1;
  say(header("chat.low.example"));
  EXPECT_EQ(error(), StreamError::kInvalidFrom);
  EXPECT_TRUE(stream->pairs().empty());
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
