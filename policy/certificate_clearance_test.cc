// The clearance in the certificate of a stream: it narrows what its peer may send, and nothing
// else.
#include "policy/certificate_clearance.h"

#include <gtest/gtest.h>

#include "policy/decide_bed.h"
#include "policy/facts_json.h"

namespace policy::test {
namespace {

using State = CertificateClearance::State;

// SEQUENCE OF Attribute { 2.5.4.55, SET { clearance } }; lengths are under 128.
std::string der(char tag, const std::string& content) {
  return std::string{tag, static_cast<char>(content.size())} + content;
}
std::string attributes(const std::string& clearances) {
  return der(0x30, der(0x30, std::string("\x06\x03\x55\x04\x37", 5) + der(0x31, clearances)));
}
std::string attributes(const labels::Clearance& clearance) {
  const auto written = record_of(security_policy(), clearance);
  return attributes(std::string(guard::as_text(*written)));
}
CertificateClearance read(const std::string& octets) {
  return read_certificate_clearance(security_policy(), guard::as_bytes(octets));
}
CertificateClearance holding(const labels::Clearance& clearance) {
  return {.state = State::kRead, .clearance = clearance};
}
labels::Clearance nations(std::vector<std::string> values) {
  return clearance({"UNCLASSIFIED", "RESTRICTED"},
                   {{.tag_set = "Releasable to", .tag = "", .values = std::move(values)}});
}
labels::Label for_nations(std::vector<std::string> values) {
  return label("UNCLASSIFIED",
               {{.tag_set = "Releasable to", .tag = "", .values = std::move(values)}});
}

// The policy asks for the certificate of low.
Policy asking() {
  PolicyContent content = full();
  content.peers[kLow].connection.certificate_clearance = true;
  return make(std::move(content));
}
Decision from_low(const Policy& policy, const CertificateClearance& certificate,
                  const labels::Label& own) {
  StanzaFacts facts = chat(kLowToHigh, own);
  facts.certificate = certificate;
  return decide(policy, facts);
}

TEST(CertificateClearance, IsReadFromTheAttributes) {
  EXPECT_EQ(read(attributes(up_to_restricted())), holding(up_to_restricted()));
  EXPECT_EQ(read(attributes(nations({"ALPHA"}))), holding(nations({"ALPHA"})));
  EXPECT_EQ(read("").state, State::kAbsent);
}

TEST(CertificateClearance, WhatCannotBeReadIsNone) {
  const std::string good = attributes(up_to_restricted());
  const std::string one(guard::as_text(*record_of(security_policy(), up_to_restricted())));
  const std::pair<const char*, std::string> cases[] = {
      {"cut off", good.substr(0, good.size() - 1)},
      {"octets behind it", good + '\0'},
      {"another attribute",
       der(0x30, der(0x30, std::string("\x06\x03\x55\x04\x03", 5) + der(0x31, one)))},
      {"two values", attributes(one + one)},
      {"two attributes", der(0x30, good.substr(2) + good.substr(2))},
      {"no values", attributes(std::string())},
      {"no DER", "clearance"},
  };
  for (const auto& [name, octets] : cases)
    EXPECT_EQ(read(octets).state, State::kUnreadable) << name;
  const CertificateClearance foreign =
      read_certificate_clearance(security_policy("2.999.2"), guard::as_bytes(good));
  EXPECT_EQ(foreign.state, State::kUnreadable);
}

TEST(CertificateClearance, NarrowsWhatItsPeerMaySend) {
  const Policy policy = asking();
  EXPECT_TRUE(from_low(policy, holding(up_to_secret()), label("RESTRICTED")).allowed());
  EXPECT_TRUE(
      from_low(policy, holding(clearance({"UNCLASSIFIED"})), label("UNCLASSIFIED")).allowed());
  expect_refused(from_low(policy, holding(clearance({"UNCLASSIFIED"})), label("RESTRICTED")),
                 Reason::kSenderClearance);
}

TEST(CertificateClearance, WidensNothing) {
  PolicyContent content = full();
  content.peers[kLow].connection.certificate_clearance = true;
  content.peers[kLow].send = clearance({"UNCLASSIFIED"});
  const Policy policy = make(std::move(content));
  EXPECT_TRUE(from_low(policy, holding(up_to_secret()), label("UNCLASSIFIED")).allowed());
  expect_refused(from_low(policy, holding(up_to_secret()), label("RESTRICTED")),
                 Reason::kSenderClearance);
}

// INVARIANT(FAIL_CLOSED): what was not seen or not understood grants nothing.
TEST(CertificateClearance, FAIL_CLOSED_WithoutOneNothingIsGranted) {
  const Policy policy = asking();
  for (const State state : {State::kNone, State::kAbsent, State::kUnreadable}) {
    expect_refused(from_low(policy, {.state = state}, label("UNCLASSIFIED")),
                   Reason::kCertificateClearance);
    StanzaFacts implied = presence(kLowToHigh);
    implied.certificate.state = state;
    expect_refused(decide(policy, implied), Reason::kCertificateClearance);
  }
  // The analysis asks what the widest could do.
  EXPECT_TRUE(from_low(policy, {.state = State::kAssumed}, label("RESTRICTED")).allowed());
  expect_refused(from_low(policy, {.state = State::kAssumed}, label("SECRET")),
                 Reason::kSenderClearance);
}

// A label for ALPHA or BRAVO is for neither where the file says one and the certificate the other.
TEST(CertificateClearance, IsNotAskedBesideTheFileButIntersectedWithIt) {
  PolicyContent content = full();
  content.peers[kLow].connection.certificate_clearance = true;
  content.peers[kLow].send = nations({"ALPHA"});
  content.peers[kHigh].receive = nations({"ALPHA", "BRAVO"});
  const Policy policy = make(std::move(content));
  EXPECT_TRUE(
      from_low(policy, holding(nations({"ALPHA"})), for_nations({"ALPHA", "BRAVO"})).allowed());
  expect_refused(from_low(policy, holding(nations({"BRAVO"})), for_nations({"ALPHA", "BRAVO"})),
                 Reason::kSenderClearance);
}

TEST(CertificateClearance, IsNothingToAPeerThatIsNotAskedForOneNorToItsReceivers) {
  const Policy policy = asking();
  StanzaFacts facts = chat(kHighToLow, label("RESTRICTED"));
  EXPECT_TRUE(decide(policy, facts).allowed());
  facts.certificate = holding(clearance({"UNCLASSIFIED"}));
  EXPECT_TRUE(decide(policy, facts).allowed());
}

TEST(CertificateClearance, TheRecordHoldsWhatWasJudgedBy) {
  const Policy policy = asking();
  for (const CertificateClearance& certificate :
       {holding(clearance({"UNCLASSIFIED"})), holding(nations({"BRAVO"})),
        CertificateClearance{.state = State::kAbsent},
        CertificateClearance{.state = State::kUnreadable}}) {
    StanzaFacts facts = chat(kLowToHigh, label("RESTRICTED"));
    facts.certificate = certificate;
    const std::string json = to_json(policy, facts);
    EXPECT_NE(json.find("\"certificate\":\""), std::string::npos) << json;
    const auto again = from_json(policy, json);
    ASSERT_TRUE(again) << again.error() << json;
    EXPECT_EQ(again->certificate, certificate);
    EXPECT_EQ(decide(policy, *again).reason, decide(policy, facts).reason);
  }
  EXPECT_FALSE(from_json(policy, R"({"v":1,"lane":"low-to-high","peer":"low",)"
                                 R"("from":["bob","low.example","tent"],)"
                                 R"("to":["ann","high.example","desk"],"kind":"message",)"
                                 R"("type":"chat","octets":300,"parts":{"body":[1,10]},)"
                                 R"("elements":[],"more":0,"certificate":"MAA=",)"
                                 R"("label":{"present":false}})"));
}

}  // namespace
}  // namespace policy::test
