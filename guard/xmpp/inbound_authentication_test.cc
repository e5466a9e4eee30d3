// InboundStream: who the peer is, by its certificate (SASL EXTERNAL).
#include <gtest/gtest.h>

#include "guard/xmpp/inbound_fixture_for_test.h"

namespace guard::xmpp {
namespace {

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

}  // namespace
}  // namespace guard::xmpp
