#include "guard/filter/far_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "guard/filter/closed_words.h"
#include "guard/filter/test_policy.h"
#include "policy/test_policy.h"
#include "schemas/xerces_platform.h"

namespace guard::filter::far_features_test {
namespace {

using policy::test::kHigh;
using policy::test::kHighToLow;
using policy::test::kLow;
using policy::test::kLowToHigh;
using Features = std::vector<std::string_view>;

// What low is shown of high.
Features shown(policy::PolicyContent content) {
  return carried_features(policy::test::make(std::move(content)), kHighToLow, kHigh, kLow);
}

bool has(const Features& features, std::string_view feature) {
  return std::ranges::binary_search(features, feature);
}

policy::Rule& rule_named(policy::PolicyContent& content, Lane lane, std::string_view id) {
  return *std::ranges::find(content.direction(lane).rules, id, &policy::Rule::id);
}

TEST(FarFeatures, AreNoneWithoutRulesAndAllWhereEverythingIsCarried) {
  EXPECT_EQ(shown(policy::test::empty()), Features{});
  const schemas::XercesPlatform xerces;
  const policy::Policy open = test::load(test::open_policy());
  EXPECT_EQ(carried_features(open, kHighToLow, 0, 1),
            Features(words::kFeatures.begin(), words::kFeatures.end()));
}

TEST(FarFeatures, AreThoseThatTheAskerMayUse) {
  EXPECT_EQ(shown(policy::test::full()),
            (Features{"urn:xmpp:ping", "urn:xmpp:sec-label:0", "urn:xmpp:sec-label:ess:0"}));
  // Pings of the other way are of no use.
  policy::PolicyContent content = policy::test::full();
  std::erase_if(content.direction(kLowToHigh).rules,
                [](const policy::Rule& r) { return r.id == "up-ping"; });
  EXPECT_FALSE(has(shown(content), "urn:xmpp:ping"));
  // Nor are those of other peers.
  content = policy::test::full();
  EXPECT_EQ(carried_features(policy::test::make(std::move(content)), kHighToLow, kHigh,
                             policy::test::kOther),
            Features{});
}

TEST(FarFeatures, WithinASideGoByTheRulesWithinIt) {
  policy::PolicyContent content = policy::test::full();
  const auto within = [&] {
    return carried_features(policy::test::make(content), Lane::kLowToLow, policy::test::kOther,
                            kLow);
  };
  EXPECT_EQ(within(), Features{});
  content.direction(Lane::kLowToLow).rules = {policy::test::allow_iq("ping", "urn:xmpp:ping")};
  EXPECT_EQ(within(), (Features{"urn:xmpp:ping"}));
}

TEST(FarFeatures, OfRoomsNeedARuleByWhichTheyAreJoined) {
  policy::PolicyContent content = policy::test::full();
  EXPECT_FALSE(has(shown(content), "muc_open"));
  rule_named(content, kHighToLow, "down-presence").elements = {
      {"http://jabber.org/protocol/muc", ""}};
  EXPECT_FALSE(has(shown(content), "muc_open")) << "high may join rooms of low, not the reverse";
  rule_named(content, kLowToHigh, "up-presence").elements = {
      {"http://jabber.org/protocol/muc", ""}};
  for (const std::string_view one : {"http://jabber.org/protocol/muc", "muc_open", "muc_public"}) {
    EXPECT_TRUE(has(shown(content), one)) << one;
  }
  rule_named(content, kLowToHigh, "up-presence").verdict = policy::Verdict::kRefuse;
  rule_named(content, kLowToHigh, "up-presence").parts = {};
  rule_named(content, kLowToHigh, "up-presence").implied_label.reset();
  rule_named(content, kLowToHigh, "up-presence").types =
      policy::TypeSet(policy::StanzaType::kSubscribe);
  EXPECT_FALSE(has(shown(content), "muc_open"));
}

TEST(FarFeatures, OfWhatTheFarSideWritesGoByItsOwnDirection) {
  policy::PolicyContent content = policy::test::full();
  rule_named(content, kLowToHigh, "up-chat").elements = {{"urn:xmpp:delay", ""},
                                                         {"urn:xmpp:receipts", ""}};
  EXPECT_FALSE(has(shown(content), "urn:xmpp:delay"));
  EXPECT_TRUE(has(shown(content), "urn:xmpp:receipts"));
  rule_named(content, kHighToLow, "down-chat").elements = {{"urn:xmpp:delay", ""}};
  EXPECT_TRUE(has(shown(content), "urn:xmpp:delay"));
}

TEST(FarFeatures, OfLabelsAreOfNoUseToWhoGetsNone) {
  policy::PolicyContent content = policy::test::full();
  content.peers[kHigh].labels = policy::Labels::kStrip;
  EXPECT_FALSE(has(shown(content), "urn:xmpp:sec-label:0"));
  EXPECT_FALSE(has(shown(content), "urn:xmpp:sec-label:ess:0"));
}

TEST(FarFeatures, OfCatalogsNeedARuleByWhichTheyAreAskedFor) {
  policy::PolicyContent content = policy::test::full();
  const std::string ns = "urn:xmpp:sec-label:catalog:2";
  EXPECT_FALSE(has(shown(content), ns));
  content.direction(kLowToHigh).rules.push_back(policy::test::allow_iq("up-catalog", ns));
  EXPECT_TRUE(has(shown(content), ns));
}

}  // namespace
}  // namespace guard::filter::far_features_test
