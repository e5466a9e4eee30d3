#include "guard/supervisor/policy_signers.h"

#include <gtest/gtest.h>

#include "guard/base/cms_signature.h"
#include "guard/base/signer_for_test.h"
#include "guard/supervisor/test_plan.h"
#include "policy/signature.h"

namespace guard::supervisor {
namespace {

class PolicySigners : public testing::Test {
 protected:
  PolicySigners() { digest_.fill(7); }
  // Puts a signature over the digest beside the policy.
  void sign(const SignerForTest& by, const std::string& file, const Digest* other = nullptr) {
    const auto made = sign_cms(policy::statement(other == nullptr ? digest_ : *other, nullptr),
                               by.certificate, by.key);
    ASSERT_TRUE(made) << made.error();
    folder_.write(file, *made);
  }
  [[nodiscard]] auto signers(std::uint64_t require = 1) const {
    return policy_signers(folder_.path() / "policy.xml", digest_,
                          {folder_.path() / "signers.pem", require});
  }
  [[nodiscard]] std::string fault(std::uint64_t require = 1) const {
    const auto found = signers(require);
    return found ? "" : found.error().to_string();
  }
  void list(const std::vector<SignerForTest>& known) {
    std::string text;
    for (const SignerForTest& one : known) text += one.certificate;
    folder_.write("signers.pem", text);
  }

  TestFolder folder_;
  Digest digest_{};
  const SignerForTest alice_ = SignerForTest::made("alice");
  const SignerForTest bob_ = SignerForTest::made("bob");
};

TEST_F(PolicySigners, AreThoseOfTheList) {
  list({alice_, bob_});
  sign(alice_, "policy.xml.alice.p7s");
  sign(bob_, "policy.xml.p7s");
  const auto found = signers(2);
  ASSERT_TRUE(found) << fault(2);
  EXPECT_EQ(found->size(), 2U);
}

TEST_F(PolicySigners, WithoutASignatureThereIsNone) {
  list({alice_});
  EXPECT_NE(fault().find("policy.xml: is signed by 0 of 1"), std::string::npos) << fault();
}

TEST_F(PolicySigners, ASignatureOverAnotherPolicyDoesNotCount) {
  list({alice_});
  Digest other = digest_;
  other[31] ^= 1;
  sign(alice_, "policy.xml.alice.p7s", &other);
  EXPECT_NE(fault().find("policy.xml.alice.p7s does not count"), std::string::npos) << fault();
}

TEST_F(PolicySigners, SomebodyElsesSignatureDoesNotCount) {
  list({alice_});
  sign(bob_, "policy.xml.bob.p7s");
  EXPECT_NE(fault(), "");
}

TEST_F(PolicySigners, TheSameOneTwiceIsOne) {
  list({alice_, bob_});
  sign(alice_, "policy.xml.a.p7s");
  sign(alice_, "policy.xml.b.p7s");
  EXPECT_TRUE(signers(1));
  EXPECT_NE(fault(2).find("is signed by 1 of 2"), std::string::npos) << fault(2);
}

TEST_F(PolicySigners, WhoseCertificateHasEndedDoesNotCount) {
  const SignerForTest late = SignerForTest::made("late", -1);
  list({late});
  sign(late, "policy.xml.late.p7s");
  EXPECT_NE(fault().find("is not valid now"), std::string::npos) << fault();
}

TEST_F(PolicySigners, ASignatureWithAReportDoesNotCount) {
  list({alice_});
  const auto made = sign_cms(policy::statement(digest_, &digest_), alice_.certificate, alice_.key);
  ASSERT_TRUE(made);
  folder_.write("policy.xml.alice.p7s", *made);
  EXPECT_NE(fault(), "");
}

TEST_F(PolicySigners, OtherFilesAreNotLookedAt) {
  list({alice_});
  sign(alice_, "policy.xml.p7s.old");
  sign(alice_, "other.xml.p7s");
  EXPECT_NE(fault().find("is signed by 0 of 1, expected"), std::string::npos) << fault();
}

TEST_F(PolicySigners, AreBounded) {
  list({alice_});
  sign(alice_, "policy.xml.zz.p7s");
  for (std::size_t i = 1; i < kMostSignatures; ++i) {
    folder_.write("policy.xml." + std::to_string(i) + ".p7s", "x");
  }
  EXPECT_TRUE(signers()) << fault();
  folder_.write("policy.xml.0.p7s", "x");
  EXPECT_NE(fault().find("has more than 64 signatures"), std::string::npos) << fault();
}

TEST_F(PolicySigners, AListThatIsTooShortIsAFaultOfTheList) {
  list({alice_});
  EXPECT_NE(fault(2).find("signers.pem: holds certificates of 1 signers"), std::string::npos);
  folder_.write("signers.pem", "nothing");
  EXPECT_NE(fault().find("signers.pem"), std::string::npos);
}

// ---------------------------------------------------------------- where the site file demands them

class SignedPolicy : public PlanTest {
 protected:
  SignedPolicy() {
    site_ = replaced(site_, "<policy file=\"policy.xml\"/>",
                     "<policy file=\"policy.xml\" signers=\"signers.pem\"/>");
    folder_.write("signers.pem", alice_.certificate);
  }
  void sign(const Digest& digest) {
    const auto made = sign_cms(policy::statement(digest, nullptr), alice_.certificate, alice_.key);
    ASSERT_TRUE(made) << made.error();
    folder_.write("policy.xml.alice.p7s", *made);
  }

  const SignerForTest alice_ = SignerForTest::made("alice");
};

TEST_F(SignedPolicy, IsTakenAndNamesItsSigners) {
  const std::string demanding = site_;
  site_ = replaced(site_, " signers=\"signers.pem\"", "");
  const auto unsigned_one = plan();
  ASSERT_TRUE(unsigned_one) << faults();
  EXPECT_TRUE(unsigned_one->signers.empty());
  site_ = demanding;
  EXPECT_NE(faults().find("is signed by 0 of 1"), std::string::npos) << faults();
  sign(unsigned_one->recorder.policy_digest);
  const auto made = plan();
  ASSERT_TRUE(made) << faults();
  EXPECT_EQ(made->signers, std::vector<std::string>{"CN=alice"});
  EXPECT_NE(made->summary.find("signed by CN=alice\n"), std::string::npos);
  // Another policy is another digest; so is another security policy.
  folder_.write("spif.xml", example("spif.xml") + "\n");
  EXPECT_NE(faults().find("is signed by 0 of 1"), std::string::npos) << faults();
}

TEST_F(SignedPolicy, ANumberWithoutAListIsRefused) {
  site_ = replaced(site_, " signers=\"signers.pem\"", " require=\"2\"");
  EXPECT_NE(faults().find("require without signers"), std::string::npos) << faults();
}

TEST_F(SignedPolicy, TheNumberIsBounded) {
  const std::string one = site_;
  site_ = replaced(one, "signers.pem\"", "signers.pem\" require=\"17\"");
  EXPECT_NE(faults().find("guard.xml:"), std::string::npos) << faults();
  site_ = replaced(one, "signers.pem\"", "signers.pem\" require=\"0\"");
  EXPECT_NE(faults().find("guard.xml:"), std::string::npos) << faults();
  site_ = replaced(one, "signers.pem\"", "signers.pem\" require=\"16\"");
  EXPECT_NE(faults().find("holds certificates of 1 signers"), std::string::npos) << faults();
}

}  // namespace
}  // namespace guard::supervisor
