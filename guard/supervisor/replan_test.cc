#include "guard/supervisor/replan.h"

#include <gtest/gtest.h>

#include "guard/supervisor/test_plan.h"

namespace guard::supervisor {
namespace {

class ReplanTest : public PlanTest {
 protected:
  void SetUp() override {
    running_ = site();
    const auto made = plan();
    ASSERT_TRUE(made) << faults();
    in_force_ = *made;
  }
  [[nodiscard]] Site site() const {
    const auto read = parse_site(folder_.path() / "guard.xml", site_);
    EXPECT_TRUE(read) << read.error().to_string();
    return read ? *read : Site{};
  }
  [[nodiscard]] auto again() const { return replan(running_, in_force_, site(), now_utc()); }
  // What the first fault says; empty where there is none.
  [[nodiscard]] std::string fault() const {
    const auto made = again();
    return made ? "" : made.error().front().to_string();
  }

  Site running_;
  Plan in_force_;
};

TEST_F(ReplanTest, FilesThatAreTheSameGiveTheSamePlan) {
  const auto made = again();
  ASSERT_TRUE(made) << fault();
  EXPECT_EQ(made->recorder.policy_digest, in_force_.recorder.policy_digest);
  EXPECT_EQ(made->recorder.configuration_digest, in_force_.recorder.configuration_digest);
  EXPECT_EQ(made->recorder.peers, in_force_.recorder.peers);
}

TEST_F(ReplanTest, AnotherPolicyIsAnotherDigest) {
  folder_.write("policy.xml", replaced(example("policy.xml"), "id=\"up-chat\"", "id=\"up-talk\""));
  const auto made = again();
  ASSERT_TRUE(made) << fault();
  EXPECT_NE(made->recorder.policy_digest, in_force_.recorder.policy_digest);
  EXPECT_EQ(made->recorder.configuration_digest, in_force_.recorder.configuration_digest);
}

TEST_F(ReplanTest, APeerAtAnotherAddressHasANewNumber) {
  site_ = replaced(site_, "10.77.2.1\" port=\"5269\"", "10.77.2.1\" port=\"5280\"");
  const auto made = again();
  ASSERT_TRUE(made) << fault();
  ASSERT_EQ(made->recorder.peers.size(), 3U);
  EXPECT_TRUE(made->recorder.peers[1].retired);
  EXPECT_EQ(made->edges[1].near_peers.at(0).index, 2U);
}

// A certificate that the old policy had no use for may be what the new one needs.
TEST_F(ReplanTest, CertificatesAreReadAgain) {
  show(high_, "certificates-high/low.pem", {"low.example"});
  const auto made = again();
  ASSERT_TRUE(made) << fault();
  ASSERT_EQ(made->edges[0].certificates.size(), 1U);
  EXPECT_NE(made->edges[0].certificates[0].key, in_force_.edges[0].certificates[0].key);
  EXPECT_EQ(made->certificates[0].credentials.size(), 1U);
}

// What the guard looks at by itself while it runs is what it was last seen to be.
TEST_F(ReplanTest, ListsInForceStay) {
  in_force_.edges[0].trust.lists = {"newer"};
  const auto made = again();
  ASSERT_TRUE(made) << fault();
  EXPECT_EQ(made->edges[0].trust.lists, std::vector<std::string>{"newer"});
}

TEST_F(ReplanTest, ABadPolicyIsNamedWithItsLine) {
  folder_.write("policy.xml",
                replaced(example("policy.xml"), "name=\"RESTRICTED\"", "name=\"NOBODY\""));
  EXPECT_NE(fault().find("policy.xml:54:38: "), std::string::npos) << fault();
}

TEST_F(ReplanTest, WhatOnlyAStartReadsIsRefusedByName) {
  const std::string before = site_;
  const std::pair<std::string, std::string> changes[] = {
      {"10.77.1.2\" port=\"5269\"", "10.77.1.2\" port=\"5299\""},
      {"trust file=\"trust-low.pem\"", "trust file=\"trust-high.pem\""},
      {"dialback-low.secret", "dialback-high.secret"},
      {"directory=\"certificates-low\"", "directory=\"certificates-high\""},
      {"<trust file=\"trust-low.pem\"/>",
       "<trust file=\"trust-low.pem\"/><revocation><list file=\"x.crl\"/></revocation>"},
      {"/var/lib/xmpp-guard/log", "/var/lib/xmpp-guard/other"},
      {"guardd.sock", "other.sock"},
      {"<control socket", "<control operators=\"wheel\" socket"},
  };
  for (const auto& [what, with] : changes) {
    site_ = replaced(before, what, with);
    EXPECT_NE(fault().find("has changed, expected what guardd was started with"), std::string::npos)
        << what << ": " << fault();
  }
  site_ = before;
  EXPECT_EQ(fault(), "");
}

TEST_F(ReplanTest, FilesThatOnlyAStartReadsAreRefusedByName) {
  folder_.write("dialback-low.secret", "another secret of the low side");
  EXPECT_NE(fault().find("dialback-low.secret"), std::string::npos) << fault();
  folder_.write("dialback-low.secret", "fedcba9876543210");
  folder_.write("trust-low.pem", low_.authority() + low_.authority());
  EXPECT_NE(fault().find("trust-low.pem"), std::string::npos) << fault();
}

TEST_F(ReplanTest, OtherLimitsNeedARestart) {
  folder_.write("policy.xml", replaced(example("policy.xml"), "stanza-bytes=\"65536\"",
                                       "stanza-bytes=\"65537\""));
  EXPECT_NE(fault().find("the limits in force would change"), std::string::npos) << fault();
}

}  // namespace
}  // namespace guard::supervisor
