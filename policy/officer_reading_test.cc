// Whose content a policy keeps, and who can open it.
#include <gtest/gtest.h>

#include <map>

#include "guard/base/signer_for_test.h"
#include "policy/analysis/difference.h"
#include "policy/test_files.h"

namespace policy::test {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

std::string with(const std::string& content, const std::string& officers) {
  return "<policy name='t' " + content +
         " xmlns='urn:xmpp-guard:policy:1'>\n<security-policy file='spif.xml'/>\n" + officers +
         "</policy>";
}

std::expected<Policy, std::vector<guard::FileError>> load_with(const std::string& text,
                                                               const Files& files) {
  const schemas::XercesPlatform platform;
  return load({.name = "p.xml", .text = text}, example_spif, {},
              [&](std::string_view name) -> std::expected<NamedText, std::string> {
                const auto found = files.find(name);
                if (found == files.end()) return std::unexpected(std::string("cannot be read"));
                return NamedText{found->first, found->second};
              });
}

std::string fault(const std::string& text, const Files& files) {
  const auto made = load_with(text, files);
  return made ? "none" : made.error().front().to_string();
}

class OfficerReading : public testing::Test {
 protected:
  const guard::SignerForTest anna_ = guard::SignerForTest::made("anna");
  const guard::SignerForTest bert_ = guard::SignerForTest::rsa("bert", 2048);
  const Files files_{
      {"anna.pem", anna_.certificate},
      {"bert.pem", bert_.certificate},
      {"key.pem", anna_.key},
      {"signs.pem", guard::SignerForTest::made("s", 1, "digitalSignature").certificate}};
};

TEST_F(OfficerReading, NothingIsKeptUnlessThePolicySaysSo) {
  for (const char* none : {"", "content='none'"}) {
    const auto policy = load_with(with(none, ""), files_);
    ASSERT_TRUE(policy.has_value());
    EXPECT_EQ(policy->content().kept.of, ContentOf::kNone);
    EXPECT_TRUE(policy->content().kept.officers.empty());
  }
}

TEST_F(OfficerReading, OfficersAreReadInTheOrderOfTheFile) {
  const auto policy = load_with(with("content='refused'",
                                     "<officers content-octets='1048576'>"
                                     "<officer file='bert.pem'/><officer file='anna.pem'/>"
                                     "</officers>"),
                                files_);
  ASSERT_TRUE(policy.has_value()) << policy.error().front().to_string();
  const KeptContent& kept = policy->content().kept;
  EXPECT_EQ(kept.of, ContentOf::kRefused);
  EXPECT_EQ(kept.octets_per_minute, 1'048'576U);
  ASSERT_EQ(kept.officers.size(), 2U);
  EXPECT_EQ(kept.officers[0].file, "bert.pem");
  EXPECT_EQ(kept.officers[1].certificate, anna_.certificate);
}

TEST_F(OfficerReading, WhoOpensIsPartOfTheDigest) {
  const std::string text = with("content='all'", "<officers><officer file='o.pem'/></officers>");
  const auto one = load_with(text, {{"o.pem", anna_.certificate}});
  const auto other = load_with(text, {{"o.pem", bert_.certificate}});
  ASSERT_TRUE(one.has_value() && other.has_value());
  EXPECT_NE(one->digest(), other->digest());
  const std::string spif = contents(kPair + "spif.xml");
  const std::vector<std::string_view> texts{spif, anna_.certificate};
  EXPECT_EQ(one->digest(), policy_digest(text, texts));
  EXPECT_EQ(difference(*one, *other).others,
            (std::vector<std::string>{"whoever has the key of o.pem can open content",
                                      "content is no longer sealed to o.pem"}));
}

TEST_F(OfficerReading, FaultsAreSaidAtTheirPlace) {
  EXPECT_TRUE(fault(with("content='all'", ""), files_)
                  .contains("content is \"all\", and there are no officers to open it"));
  const std::string anna = "<officer file='anna.pem'/>";
  EXPECT_TRUE(fault(with("", "<officers>" + anna + "</officers>"), files_)
                  .contains("p.xml:3:11: there are officers, and no content is kept"));
  const auto of = [&](const std::string& officers) {
    return fault(with("content='all'", officers), files_);
  };
  EXPECT_EQ(of("<officers>" + anna + "</officers>"), "none");
  const std::string missing = of("<officers>" + anna + "\n<officer file='none.pem'/></officers>");
  EXPECT_TRUE(missing.starts_with("p.xml:4:27: the certificate \"none.pem\" cannot be read"))
      << missing;
  const std::string key = of("<officers>" + anna + "\n<officer file='key.pem'/></officers>");
  EXPECT_TRUE(key.starts_with("p.xml:4:26: \"key.pem\": it holds no certificate")) << key;
  EXPECT_TRUE(of("<officers><officer file='signs.pem'/></officers>")
                  .contains("\"signs.pem\": its key is not for keyAgreement"));
  EXPECT_TRUE(of("<officers>" + anna + anna + "</officers>").contains("is there twice"));
  EXPECT_TRUE(of("<officers/>").contains("officer"));
  for (const auto& [octets, good] : {std::pair{"1048575", false},
                                     {"1048576", true},
                                     {"1073741824", true},
                                     {"1073741825", false}}) {
    const std::string found =
        of("<officers content-octets='" + std::string(octets) + "'>" + anna + "</officers>");
    EXPECT_EQ(found == "none", good) << found;
  }
}

}  // namespace
}  // namespace policy::test
