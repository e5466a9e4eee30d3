#include "audit/request.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/log_bed.h"
#include "guard/base/cms_signature.h"
#include "guard/base/signer_for_test.h"

namespace audit {
namespace {

Request prune_up_to(std::uint64_t segment) {
  Request request{Request::What::kPrune, "xmpp-guard/2f1c8a90b3d4e5f6", segment, 4711, {}};
  request.root.fill(7);
  return request;
}

TEST(RequestText, ReadsWhatItWrites) {
  for (const Request& request :
       {prune_up_to(12), Request{Request::What::kSeal, "xmpp-guard/1", 0, 0, {}}}) {
    const auto read = parse_request(to_text(request));
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(read->request, request);
    EXPECT_EQ(read->text, to_text(request));
    EXPECT_TRUE(read->signatures.empty());
  }
}

TEST(RequestText, HasOneSpelling) {
  const std::string good = to_text(prune_up_to(12));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return parse_request(text).has_value();
  };
  EXPECT_TRUE(with("12", "13"));
  EXPECT_FALSE(with("v1", "v2"));
  EXPECT_FALSE(with("prune", "erase"));
  EXPECT_FALSE(with("12", "012"));
  EXPECT_FALSE(with("12", "0"));
  EXPECT_FALSE(with("4711", "-1"));
  EXPECT_FALSE(with("4711\n", "4711 \n"));
  EXPECT_FALSE(with("xmpp-guard/", "xmpp guard/"));
  EXPECT_FALSE(parse_request(good + "more\n").has_value());
  EXPECT_FALSE(parse_request(good.substr(0, good.size() - 1)).has_value());
  EXPECT_FALSE(parse_request("").has_value());
}

TEST(RequestText, HasBounds) {
  const std::string good = to_text(prune_up_to(12));
  const std::string block = "-----BEGIN CMS-----\n-----END CMS-----\n";
  std::string many = good;
  for (int i = 0; i < 16; ++i) many += block;
  ASSERT_TRUE(parse_request(many).has_value());
  EXPECT_EQ(parse_request(many)->signatures.size(), 16U);
  EXPECT_FALSE(parse_request(many + block).has_value());
  std::string large = good + "-----BEGIN CMS-----\n";
  large.resize(SignedRequest::kMostOctets, 'x');
  EXPECT_TRUE(parse_request(large).has_value());
  EXPECT_FALSE(parse_request(large + "x").has_value());
}

class Approval : public testing::Test {
 protected:
  using SignerForTest = guard::SignerForTest;
  static std::string signature(const SignerForTest& by, const Request& request) {
    return guard::sign_cms(to_text(request), by.certificate, by.key).value_or("");
  }
  const SignerForTest anna_ = SignerForTest::made("Anna");
  const SignerForTest bert_ = SignerForTest::made("Bert");
  const PruneRights two_{anna_.certificate + bert_.certificate, 2};
  const Request request_ = prune_up_to(12);
  [[nodiscard]] auto ask(const std::string& signatures, const PruneRights& rights) const {
    return approve(*parse_request(to_text(request_) + signatures), rights);
  }
};

TEST_F(Approval, TakesAsManySignersAsTheSiteDemands) {
  EXPECT_TRUE(ask("", {}).has_value());
  const auto both = ask(signature(anna_, request_) + signature(bert_, request_), two_);
  ASSERT_TRUE(both.has_value()) << both.error();
  EXPECT_EQ(both->size(), 2U);
}

TEST_F(Approval, OneIsNotTwoAndTheSameOneTwiceIsOne) {
  const std::string anna = signature(anna_, request_);
  EXPECT_EQ(ask("", two_).error(), "0 of 2 demanded signers have signed");
  EXPECT_EQ(ask(anna, two_).error(), "1 of 2 demanded signers have signed");
  EXPECT_EQ(ask(anna + anna, two_).error(), "1 of 2 demanded signers have signed");
}

TEST_F(Approval, ASignatureOfAnotherRequestOrPersonDoesNotCount) {
  const std::string anna = signature(anna_, request_);
  EXPECT_FALSE(ask(anna + signature(bert_, prune_up_to(13)), two_).has_value());
  EXPECT_FALSE(ask(anna + signature(SignerForTest::made("Carl"), request_), two_).has_value());
}

class RequestFile : public testing::Test, public LogBed {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder()); }
};

TEST_F(RequestFile, IsPlacedWholeAndOnlyOnce) {
  EXPECT_FALSE(read_waiting_request(folder())->has_value());
  ASSERT_TRUE(place_request(folder(), "one").has_value());
  EXPECT_NE(place_request(folder(), "two").error().what.find("waits"), std::string::npos);
  const auto waiting = read_waiting_request(folder());
  ASSERT_TRUE(waiting.has_value() && *waiting);
  EXPECT_EQ((*waiting)->file, "one");
  EXPECT_EQ((*waiting)->owner, ::getuid());
  remove_waiting_request(folder());
  EXPECT_FALSE(read_waiting_request(folder())->has_value());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder()), {}), 0);
}

TEST_F(RequestFile, MustBeAPlainFile) {
  std::ofstream(scratch() / "elsewhere") << "xmpp-guard log request v1\n";
  std::filesystem::create_symlink(scratch() / "elsewhere", folder() / kRequestName);
  EXPECT_FALSE(read_waiting_request(folder()).has_value());
  remove_waiting_request(folder());
  ASSERT_EQ(::mkfifo((folder() / kRequestName).c_str(), 0600), 0);
  EXPECT_FALSE(read_waiting_request(folder()).has_value());
}

}  // namespace
}  // namespace audit
