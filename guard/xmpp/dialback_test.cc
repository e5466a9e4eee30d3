#include "guard/xmpp/dialback.h"

#include <gtest/gtest.h>

namespace guard::xmpp {
namespace {

// The keys that XEP-0185 and XEP-0220 print, both from this secret.
constexpr std::string_view kSecret = "s3cr3tf0rd14lb4ck";
constexpr std::string_view kXep0185Key =
    "37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643";
constexpr std::string_view kXep0220Key =
    "b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3";

TEST(DialbackSecret, MakesTheKeysThatTheStandardsPrint) {
  const DialbackSecret secret(kSecret);
  EXPECT_EQ(secret.key("xmpp.example.com", "example.org", "D60000229F"), kXep0185Key);
  EXPECT_EQ(secret.key("montague.example", "capulet.example", "D60000229F"), kXep0220Key);
}

TEST(DialbackSecret, MatchesItsOwnKeyOnly) {
  const DialbackSecret secret(kSecret);
  EXPECT_TRUE(secret.matches(kXep0185Key, "xmpp.example.com", "example.org", "D60000229F"));
  EXPECT_FALSE(secret.matches(kXep0220Key, "xmpp.example.com", "example.org", "D60000229F"));
  EXPECT_FALSE(secret.matches("", "xmpp.example.com", "example.org", "D60000229F"));
  EXPECT_FALSE(
      secret.matches(kXep0185Key.substr(1), "xmpp.example.com", "example.org", "D60000229F"));
}

// Every input is bound: the roles swapped, another stream, another secret.
TEST(DialbackSecret, BindsEveryInput) {
  const DialbackSecret secret(kSecret);
  EXPECT_FALSE(secret.matches(kXep0185Key, "example.org", "xmpp.example.com", "D60000229F"));
  EXPECT_FALSE(secret.matches(kXep0185Key, "xmpp.example.com", "example.org", "D60000229E"));
  EXPECT_FALSE(DialbackSecret("other").matches(kXep0185Key, "xmpp.example.com", "example.org",
                                               "D60000229F"));
}

}  // namespace
}  // namespace guard::xmpp
