#include "guard/supervisor/peer_numbers.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace {

wire::NearPeer near(const std::string& name, std::uint16_t port = 1) {
  wire::NearPeer made;
  made.name = name;
  made.addresses = {{"127.0.0.1", port}};
  made.trust = {{"authority", true, {"list"}, 60}};
  return made;
}

// A plan as make_plan numbers it: by the order in which the peers are given. All see all.
struct Given {
  Side side;
  wire::NearPeer peer;
};
Plan plan_of(const std::vector<Given>& given) {
  Plan plan;
  plan.edges[1].side = Side::kLow;
  for (PeerIndex place = 0; place < given.size(); ++place) {
    wire::NearPeer peer = given[place].peer;
    peer.index = place;
    peer.view = 0;
    const auto side = static_cast<std::size_t>(given[place].side);
    plan.edges[1 - side].far_peers.push_back({place, peer.domains});
    plan.recorder.peers.push_back({peer.name, given[place].side});
    plan.revocations.push_back({given[place].side, place, {}, 0});
    plan.dates.push_back({.peer = place, .active = policy::Period{}, .blocked = {}});
    plan.edges[side].near_peers.push_back(std::move(peer));
    for (auto& filter : plan.filters) filter.peers.push_back(place);
  }
  plan.revocations.push_back({Side::kHigh, wire::kNoPeer, {}, 0});
  for (wire::EdgeConfiguration& edge : plan.edges) {
    std::vector<PeerIndex> all;
    for (const wire::FarPeer& far : edge.far_peers) all.push_back(far.index);
    edge.add_view(std::move(all));
  }
  return plan;
}

const std::vector<Given> kThree = {
    {Side::kHigh, near("a")}, {Side::kLow, near("b")}, {Side::kLow, near("c")}};

TEST(PeerNumbers, StayWhateverTheOrderInThePolicy) {
  const Plan before = plan_of(kThree);
  Plan next = plan_of({kThree[2], kThree[1], kThree[0]});
  ASSERT_TRUE(carry_numbers(before, next));
  EXPECT_EQ(next.recorder.peers, before.recorder.peers);
  for (const auto& filter : next.filters) {
    EXPECT_EQ(filter.peers, (std::vector<PeerIndex>{2, 1, 0}));
  }
  const auto& a = next.edges[0].near_peers.at(0);
  EXPECT_EQ(a.index, 0U);
  EXPECT_EQ(next.edges[0].views.at(a.view).peers,
            (std::vector<PeerIndex>{1, 2}));  // ascending, as Routes looks them up
  EXPECT_EQ(next.edges[1].near_peers.at(0).index, 2U);
  EXPECT_EQ(next.edges[0].far_peers.at(0).index, 2U);
  EXPECT_EQ(next.revocations.at(0).peer, 2U);
  EXPECT_EQ(next.dates.at(0).peer, 2U);
  EXPECT_EQ(next.revocations.at(3).peer, wire::kNoPeer);
}

TEST(PeerNumbers, WhoIsGoneIsRetiredAndWhoIsNewHasANewOne) {
  const Plan before = plan_of(kThree);
  Plan next = plan_of({{Side::kLow, near("d")}, kThree[0], kThree[2]});
  ASSERT_TRUE(carry_numbers(before, next));
  EXPECT_EQ(next.recorder.peers, (std::vector<wire::RecordedPeer>{{"a", Side::kHigh, false},
                                                                  {"b", Side::kLow, true},
                                                                  {"c", Side::kLow, false},
                                                                  {"d", Side::kLow, false}}));
  EXPECT_EQ(next.filters[0].peers, (std::vector<PeerIndex>{3, 0, 2}));
}

// A number that was retired is never used again: what waits for it must not reach its successor.
TEST(PeerNumbers, WhoComesBackHasANewOne) {
  Plan in_force = plan_of(kThree);
  Plan without = plan_of({kThree[0], kThree[2]});
  ASSERT_TRUE(carry_numbers(in_force, without));
  Plan back = plan_of(kThree);
  ASSERT_TRUE(carry_numbers(without, back));
  EXPECT_EQ(back.filters[0].peers, (std::vector<PeerIndex>{0, 3, 2}));
  EXPECT_TRUE(back.recorder.peers.at(1).retired);
  EXPECT_FALSE(back.recorder.peers.at(3).retired);
  // And keeps that.
  Plan again = plan_of(kThree);
  ASSERT_TRUE(carry_numbers(back, again));
  EXPECT_EQ(again.filters[0].peers, back.filters[0].peers);
}

TEST(PeerNumbers, OtherConnectionsMakeAnotherNumber) {
  using Change = void (*)(wire::NearPeer&);
  const Change changes[] = {
      [](wire::NearPeer& p) { p.addresses[0].port = 2; },
      [](wire::NearPeer& p) { p.addresses[0].direct_tls = true; },
      [](wire::NearPeer& p) { p.addresses.clear(); },
      [](wire::NearPeer& p) { p.authentication = wire::Authentication::kEither; },
      [](wire::NearPeer& p) { p.tls = wire::TlsFloor::kTls13; },
      [](wire::NearPeer& p) { p.pins = {Digest{1}}; },
      [](wire::NearPeer& p) { p.wildcard_certificates = true; },
      [](wire::NearPeer& p) { p.client_usage_optional = true; },
      [](wire::NearPeer& p) { p.stanza_bytes = 10'000; },
      [](wire::NearPeer& p) { p.certificate_clearance = true; },
      [](wire::NearPeer& p) { p.trust.clear(); },
      [](wire::NearPeer& p) { p.trust[0].authorities = "another"; },
      [](wire::NearPeer& p) { p.trust[0].revocation = false; },
      [](wire::NearPeer& p) { p.trust[0].tolerate_seconds = 61; },
  };
  const Plan before = plan_of(kThree);
  for (const Change change : changes) {
    std::vector<Given> given = kThree;
    change(given[1].peer);
    Plan next = plan_of(given);
    ASSERT_TRUE(carry_numbers(before, next));
    EXPECT_EQ(next.filters[0].peers, (std::vector<PeerIndex>{0, 3, 2}));
    EXPECT_TRUE(next.recorder.peers.at(1).retired);
  }
}

TEST(PeerNumbers, OtherDomainsListsRatesAndStreamsDoNot) {
  const Plan before = plan_of(kThree);
  std::vector<Given> given = kThree;
  given[1].peer.domains = {{"other.lab", DomainMatch::kExact}};
  given[1].peer.trust[0].lists = {"a newer list"};
  given[1].peer.stanza_rate = {.per_second = 7, .burst = 7};
  given[1].peer.octet_rate = {.per_second = 7000, .burst = 7000};
  given[1].peer.streams = wire::StreamUse::kShared;  // new streams follow it
  Plan next = plan_of(given);
  ASSERT_TRUE(carry_numbers(before, next));
  EXPECT_EQ(next.recorder.peers, before.recorder.peers);
}

// The log knows peers by name: what waits for the one would be given to the other.
TEST(PeerNumbers, SIDE_BOUND_APeerCannotChangeSides) {
  const Plan before = plan_of(kThree);
  std::vector<Given> given = kThree;
  given[1].side = Side::kHigh;
  Plan next = plan_of(given);
  const auto refused = carry_numbers(before, next);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "peer \"b\" has changed sides");
  // Nor by going and coming back.
  Plan without = plan_of({kThree[0], kThree[2]});
  ASSERT_TRUE(carry_numbers(before, without));
  next = plan_of(given);
  EXPECT_FALSE(carry_numbers(without, next));
}

TEST(PeerNumbers, AreBounded) {
  const Plan before = plan_of(kThree);
  std::vector<Given> given = kThree;
  given.push_back({Side::kLow, near("d")});
  Plan next = plan_of(given);
  EXPECT_TRUE(carry_numbers(before, next, 4));
  given.push_back({Side::kLow, near("e")});
  next = plan_of(given);
  EXPECT_FALSE(carry_numbers(before, next, 4));
}

}  // namespace
}  // namespace guard::supervisor
