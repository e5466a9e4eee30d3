#include "guard/filter/catalogs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/test_policy.h"

namespace guard::filter::catalogs_test {
namespace {

using policy::test::kHigh;
using policy::test::kHighToLow;
using policy::test::kLow;
using policy::test::kLowToHigh;

constexpr std::size_t kRoom = 131'072;  // octets
constexpr UtcTime kNow{.microseconds = 1'800'000'000'000'000};

policy::StanzaFacts request(Lane lane = kHighToLow, UtcTime at = kNow) {
  policy::StanzaFacts facts =
      policy::test::stanza(lane, policy::StanzaKind::kIq, policy::StanzaType::kGet);
  facts.elements.push_back({.ns = "urn:xmpp:sec-label:catalog:2", .name = "catalog"});
  facts.at = at;
  return facts;
}

// The selectors of the items, in their order.
std::vector<std::string> selectors(const Catalogs::Items& items) {
  const std::string before = "selector=\"";
  std::vector<std::string> all;
  for (std::size_t at = 0; (at = items.xml.find(before, at)) != std::string::npos;) {
    at += before.size();
    all.push_back(items.xml.substr(at, items.xml.find('"', at) - at));
  }
  EXPECT_EQ(all.size(), items.labels);
  return all;
}

std::vector<std::string> offered(policy::PolicyContent content, Lane lane = kHighToLow,
                                 std::size_t room = kRoom) {
  Catalogs catalogs(policy::test::make(std::move(content)), room);
  const policy::StanzaFacts facts = request(lane);
  return selectors(catalogs.items(facts, facts.to.domain));
}

using Names = std::vector<std::string>;

policy::PolicyContent with_clearances(const labels::Clearance& high, const labels::Clearance& low) {
  policy::PolicyContent content = policy::test::full();
  content.peers[kHigh].send = high;
  content.peers[kLow].receive = low;
  return content;
}

TEST(Catalogs, HoldWhatOneMaySendAndTheOtherReceive) {
  using policy::test::clearance;
  EXPECT_EQ(offered(policy::test::full()), (Names{"UNCLASSIFIED", "RESTRICTED"}));
  EXPECT_EQ(offered(policy::test::full(), kLowToHigh), (Names{"UNCLASSIFIED", "RESTRICTED"}));
  EXPECT_EQ(
      offered(with_clearances(clearance({"RESTRICTED", "SECRET"}), clearance({"RESTRICTED"}))),
      (Names{"RESTRICTED"}));
  EXPECT_EQ(offered(with_clearances(clearance({"SECRET"}), clearance({"RESTRICTED"}))), Names{});
  // What a domain may receive narrows what its peer may.
  policy::PolicyContent content = policy::test::full();
  content.peers[kLow].domains[0].receive = clearance({"UNCLASSIFIED"});
  EXPECT_EQ(offered(content), (Names{"UNCLASSIFIED"}));
  content.peers[kLow].receive.reset();  // the nil clearance
  EXPECT_EQ(offered(content), Names{});
}

TEST(Catalogs, AreThereWithinASideAsAcross) {
  policy::PolicyContent content = policy::test::full();
  content.peers[policy::test::kOther].receive = policy::test::clearance({"RESTRICTED"});
  content.direction(Lane::kLowToLow).rules = {policy::test::allow_chat("within")};
  Catalogs catalogs(policy::test::make(std::move(content)), kRoom);
  policy::StanzaFacts facts = request(kLowToHigh);
  facts.lane = Lane::kLowToLow;
  facts.to.domain = "other.example";
  EXPECT_EQ(selectors(catalogs.items(facts, facts.to.domain)), (Names{"RESTRICTED"}));
}

TEST(Catalogs, OfferValuesThatBothHold) {
  const auto nations = [](std::vector<std::string> values) {
    return policy::test::clearance(
        {"SECRET"}, {{.tag_set = "Releasable to", .tag = "Nations", .values = std::move(values)}});
  };
  EXPECT_EQ(offered(with_clearances(nations({"ALPHA", "BRAVO"}), nations({"BRAVO"}))),
            (Names{"SECRET|SECRET", "SECRET|Nations: BRAVO"}));
}

// The promise of a catalog, in both directions, over every label of one value or none.
TEST(Catalogs, HoldALabelExactlyWhereTheLabelDecisionLetsItPass) {
  const policy::Policy policy = policy::test::make(policy::test::full());
  Catalogs catalogs(policy, kRoom);
  for (const Lane lane : {kHighToLow, kLowToHigh}) {
    const policy::StanzaFacts asked = request(lane);
    const std::string xml = catalogs.items(asked, asked.to.domain).xml;
    for (const char* name : {"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"}) {
      policy::StanzaFacts sent = policy::test::chat(lane, policy::test::label(name));
      sent.at = kNow;
      const std::string text = write_label(policy.security_policy(), *sent.label.label);
      EXPECT_EQ(xml.find(text) != std::string::npos, policy::decide(policy, sent).allowed())
          << name;
    }
  }
}

TEST(Catalogs, AreEmptyWhereNoLabelHelps) {
  policy::PolicyContent content = policy::test::full();
  std::erase_if(content.direction(kHighToLow).rules,
                [](const policy::Rule& r) { return r.about == policy::StanzaClass::kMessage; });
  EXPECT_EQ(offered(content), Names{});
  EXPECT_EQ(offered(content, kLowToHigh).size(), 2U);
  content = policy::test::full();
  content.peers[kHigh].labels = policy::Labels::kStrip;
  EXPECT_EQ(offered(content), Names{});
  EXPECT_EQ(offered(content, kLowToHigh).size(), 2U);
}

TEST(Catalogs, NameTheLabelOfWhatHasNoneAsTheDefault) {
  const std::string mark = "<item default=\"true\" selector=\"UNCLASSIFIED\">";
  for (const bool named : {true, false}) {
    policy::PolicyContent content = policy::test::full();
    if (named) content.peers[kHigh].default_label = policy::test::kOpen;
    Catalogs catalogs(policy::test::make(std::move(content)), kRoom);
    const std::string xml = catalogs.items(request(), "low.example").xml;
    EXPECT_EQ(xml.find(mark) != std::string::npos, named);
    EXPECT_EQ(xml.rfind("default="), named ? xml.find("default=") : std::string::npos);
  }
}

// A policy whose UNCLASSIFIED goes with so many caveats, all of them held on both sides.
policy::PolicyContent with_caveats(std::uint32_t count) {
  labels::PolicyContent spif = policy::test::security_policy().content();
  auto& caveats = spif.tag_sets[0].tags[0].categories;
  caveats.clear();
  std::vector<std::uint32_t> bits;
  for (std::uint32_t bit = 0; bit < count; ++bit) {
    caveats.push_back({.name = "C" + std::to_string(bit), .lacv = bit});
    bits.push_back(bit);
  }
  labels::Clearance all = policy::test::clearance({"UNCLASSIFIED"});
  EXPECT_TRUE(all.add(
      *labels::Category::make(spif.tag_sets[0].id, labels::CategoryKind::kRestrictive, bits)));
  policy::PolicyContent content = with_clearances(all, all);
  content.security_policy = *labels::SecurityPolicy::make(std::move(spif));
  return content;
}

TEST(Catalogs, WithTooManyLabelsOfferTheClassificationsAlone) {
  // The classification alone, and one for each caveat.
  EXPECT_EQ(offered(with_caveats(Catalogs::kMaxLabels - 1)).size(), Catalogs::kMaxLabels);
  EXPECT_EQ(offered(with_caveats(Catalogs::kMaxLabels)), (Names{"UNCLASSIFIED"}));
}

TEST(Catalogs, ThatAreTooLongOfferTheClassificationsAloneOrNothing) {
  const auto length = [](std::size_t room) {
    Catalogs catalogs(policy::test::make(with_caveats(1)), room);
    return catalogs.items(request(), "low.example");
  };
  const std::size_t both = length(kRoom).xml.size();
  EXPECT_EQ(length(both).labels, 2U);
  const Catalogs::Items one = length(both - 1);
  EXPECT_EQ(one.labels, 1U);
  EXPECT_EQ(length(one.xml.size()).labels, 1U);
  const Catalogs::Items none = length(one.xml.size() - 1);
  EXPECT_TRUE(none.too_large);
  EXPECT_EQ(none.labels, 0U);
  EXPECT_EQ(none.xml, "");
}

TEST(Catalogs, AreAsOfTheBeginningOfTheMinute) {
  policy::PolicyContent content = with_caveats(1);
  labels::PolicyContent spif = content.security_policy.content();
  constexpr std::int64_t kMinute = 1'800'000'000;  // seconds, the beginning of one
  spif.tag_sets[0].tags[0].categories[0].not_after = kMinute + 59;
  content.security_policy = *labels::SecurityPolicy::make(std::move(spif));
  Catalogs catalogs(policy::test::make(std::move(content)), kRoom);
  const auto labels_at = [&](std::int64_t second) {
    return catalogs.items(request(kHighToLow, {.microseconds = second * 1'000'000}), "low.example")
        .labels;
  };
  EXPECT_EQ(labels_at(kMinute), 2U);
  EXPECT_EQ(labels_at(kMinute + 59), 2U);
  EXPECT_EQ(labels_at(kMinute + 60), 1U);
  EXPECT_EQ(labels_at(kMinute), 2U);  // whatever was asked before
}

TEST(Catalogs, AreNarrowedByTheCertificateOfTheStream) {
  policy::PolicyContent content = policy::test::full();
  content.peers[kHigh].connection.certificate_clearance = true;
  Catalogs catalogs(policy::test::make(std::move(content)), kRoom);
  using State = policy::CertificateClearance::State;
  policy::StanzaFacts facts = request();
  const auto shown = [&](State state, std::optional<labels::Clearance> clearance = {}) {
    facts.certificate = {.state = state, .clearance = std::move(clearance)};
    return selectors(catalogs.items(facts, "low.example"));
  };
  EXPECT_EQ(shown(State::kRead, policy::test::clearance({"RESTRICTED", "SECRET"})),
            (Names{"RESTRICTED"}));
  EXPECT_EQ(shown(State::kRead, policy::test::up_to_secret()),
            (Names{"UNCLASSIFIED", "RESTRICTED"}));
  EXPECT_EQ(shown(State::kAbsent), Names{});
  EXPECT_EQ(shown(State::kUnreadable), Names{});
}

// What has been asked for since the beginning of its minute is kept, until as many others were.
TEST(Catalogs, AreKeptWithinABound) {
  policy::PolicyContent content = policy::test::full();
  content.peers[kLow].domains[0].match = guard::DomainMatch::kSubdomains;
  Catalogs catalogs(policy::test::make(std::move(content)), kRoom);
  const auto ask = [&](std::size_t minute, std::string_view domain = "low.example") {
    const std::int64_t later = static_cast<std::int64_t>(minute) * Catalogs::kAge;
    return &catalogs.items(request(kHighToLow, {.microseconds = kNow.microseconds + later}),
                           domain);
  };
  const Catalogs::Items* first = ask(0);
  const std::string xml = first->xml;
  EXPECT_EQ(ask(0, "a.low.example"), first);  // one claim, one catalog
  for (std::size_t minute = 1; minute < Catalogs::kMaxKept; ++minute) ask(minute);
  EXPECT_EQ(ask(0), first);
  ask(Catalogs::kMaxKept);
  EXPECT_NE(ask(0), first);
  EXPECT_EQ(ask(0)->xml, xml);
}

}  // namespace
}  // namespace guard::filter::catalogs_test
