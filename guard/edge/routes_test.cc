#include "guard/edge/routes.h"

#include <gtest/gtest.h>

#include "guard/edge/backoff.h"
#include "guard/edge/event_book.h"
#include "guard/edge/stream_condition.h"

namespace guard::edge {
namespace {

wire::EdgeConfiguration configuration() {
  wire::EdgeConfiguration made;
  wire::NearPeer a;
  a.index = 1;
  a.domains = {{"a.lab", DomainMatch::kSubdomains}};
  a.view = made.add_view({10, 12});
  wire::NearPeer b;
  b.index = 2;
  b.domains = {{"b.lab", DomainMatch::kExact}};
  b.authentication = wire::Authentication::kEither;
  b.tls = wire::TlsFloor::kTls13;
  made.near_peers = {a, b};
  made.far_peers = {{10, {{"ten.lab", DomainMatch::kSubdomains}}},
                    {11, {{"eleven.lab", DomainMatch::kExact}}},
                    {12, {{"", DomainMatch::kDefault}}}};
  return made;
}

TEST(Routes, FindPeersByDomain) {
  const Routes routes(configuration(), {});
  EXPECT_EQ(routes.peer_of("a.lab"), 1U);
  EXPECT_EQ(routes.peer_of("x.a.lab"), 1U);
  EXPECT_EQ(routes.peer_of("b.lab"), 2U);
  EXPECT_EQ(routes.peer_of("x.b.lab"), std::nullopt);
  EXPECT_EQ(routes.demands(1).auth, xmpp::AuthDemand::kExternalOnly);
  EXPECT_EQ(routes.demands(2).auth, xmpp::AuthDemand::kDialbackAllowed);
  EXPECT_EQ(routes.demands(2).minimum_tls, xmpp::TlsVersion::kTls13);
  EXPECT_EQ(routes.near(3), nullptr);
}

TEST(Routes, INVISIBLE_RepresentsOnlyWhatThePeerMaySee) {
  const Routes routes(configuration(), {});
  EXPECT_TRUE(routes.represents(1, "ten.lab"));
  EXPECT_TRUE(routes.represents(1, "rooms.ten.lab"));
  EXPECT_FALSE(routes.represents(1, "eleven.lab"));    // another rule's
  EXPECT_TRUE(routes.represents(1, "anything.else"));  // the default route
  EXPECT_FALSE(routes.represents(2, "ten.lab"));
  EXPECT_FALSE(routes.represents(2, "anything.else"));
  EXPECT_FALSE(routes.represents(7, "ten.lab"));
}

TEST(Routes, INVISIBLE_NobodyRepresentsADomainOfAnAbsentPeer) {
  Routes routes(configuration(), {});
  routes.control({.absent = {{.peer = 10}}});
  EXPECT_FALSE(routes.represents(1, "ten.lab"));
  EXPECT_FALSE(routes.shows("ten.lab"));
  EXPECT_FALSE(routes.may_carry(1, "rooms.ten.lab", "a.lab"));
  EXPECT_TRUE(routes.may_deliver(1, "rooms.ten.lab", "a.lab"));
  EXPECT_TRUE(routes.represents(1, "anything.else"));
  routes.control({});
  EXPECT_TRUE(routes.represents(1, "ten.lab"));
}

TEST(Routes, INVISIBLE_AnAbsentPeerHasNoDomainAndSeesNone) {
  Routes routes(configuration(), {});
  routes.control({.absent = {{.peer = 1}}});
  EXPECT_EQ(routes.peer_of("a.lab"), std::nullopt);
  EXPECT_FALSE(routes.represents(1, "ten.lab"));
  EXPECT_FALSE(routes.shows("ten.lab"));
  EXPECT_FALSE(routes.may_deliver(1, "ten.lab", "a.lab"));
  EXPECT_EQ(routes.peer_of("b.lab"), 2U);
}

// An operator's block is his own affair: the other side's peers see what they have seen.
TEST(Routes, ABlockedPeersDomainsAreSeenStill) {
  Routes routes(configuration(), {});
  routes.control({.blocked = {10}});
  EXPECT_TRUE(routes.represents(1, "ten.lab"));
}

TEST(Routes, DENY_BY_DEFAULT_AViewThatIsNotThereSeesNobody) {
  wire::EdgeConfiguration made = configuration();
  made.near_peers[0].view = static_cast<std::uint32_t>(made.views.size());
  EXPECT_FALSE(Routes(made, {}).represents(1, "ten.lab"));
}

TEST(Routes, DialbackPolicyIsNotEither) {
  wire::EdgeConfiguration made = configuration();
  made.near_peers[1].authentication = wire::Authentication::kDialback;
  EXPECT_EQ(Routes(made, {}).demands(2).auth, xmpp::AuthDemand::kDialbackOnly);
}

// A peer that is the default route of its side, or that claims a domain with its subdomains, is
// not believed to be what the other side claims.
TEST(Routes, SIDE_BOUND_ClaimsOfTheOtherSideComeBeforeTheDefaultRoute) {
  wire::EdgeConfiguration made = configuration();
  made.near_peers[1].domains = {{"", DomainMatch::kDefault}};
  made.far_peers = {{10, {{"ten.lab", DomainMatch::kSubdomains}}},
                    {11, {{"eleven.a.lab", DomainMatch::kExact}}}};
  const Routes routes(made, {});
  EXPECT_EQ(routes.peer_of("anything.else"), 2U);
  EXPECT_EQ(routes.peer_of("ten.lab"), std::nullopt);
  EXPECT_EQ(routes.peer_of("rooms.ten.lab"), std::nullopt);
  EXPECT_EQ(routes.peer_of("a.lab"), 1U);
  EXPECT_EQ(routes.peer_of("eleven.a.lab"), std::nullopt);  // the more exact claim
  EXPECT_EQ(routes.peer_of(""), std::nullopt);
  EXPECT_FALSE(routes.may_carry(2, "ten.lab", "rooms.ten.lab"));
}

TEST(Routes, SIDE_BOUND_NobodyRepresentsADomainOfThisSide) {
  const Routes routes(configuration(), {});  // peer 12 is the other side's default route
  EXPECT_TRUE(routes.represents(1, "anything.else"));
  EXPECT_FALSE(routes.represents(1, "b.lab"));
  EXPECT_FALSE(routes.represents(1, "x.a.lab"));
  EXPECT_FALSE(routes.represents(1, ""));
}

TEST(Routes, MayCarryNeedsBothEnds) {
  const Routes routes(configuration(), {});
  EXPECT_TRUE(routes.may_carry(1, "ten.lab", "a.lab"));
  EXPECT_FALSE(routes.may_carry(1, "ten.lab", "b.lab"));
  EXPECT_FALSE(routes.may_carry(1, "eleven.lab", "a.lab"));
}

// A test of the invariant INVISIBLE: what nobody may see is shown to nobody, peer known or not.
TEST(Routes, INVISIBLE_ShowsWhatSomePeerMaySee) {
  const Routes routes(configuration(), {});
  EXPECT_TRUE(routes.shows("ten.lab"));
  EXPECT_FALSE(routes.shows("eleven.lab"));
  EXPECT_FALSE(routes.shows("a.lab"));
  EXPECT_FALSE(routes.shows(""));
  wire::EdgeConfiguration blind = configuration();
  for (wire::NearPeer& peer : blind.near_peers) peer.view = wire::kNoView;
  EXPECT_FALSE(Routes(blind, {}).shows("ten.lab"));
}

TEST(Routes, OpenedAsksWhoKnows) {
  const Routes routes(configuration(), [](auto local, auto remote, auto id) {
    return local == "ten.lab" && remote == "a.lab" && id == "1";
  });
  EXPECT_TRUE(routes.opened("ten.lab", "a.lab", "1"));
  EXPECT_FALSE(routes.opened("ten.lab", "a.lab", "2"));
}

TEST(Backoff, DoublesWithinItsBoundsAndResets) {
  Backoff backoff;
  for (std::int64_t limit = 1'000; limit < 60'000; limit *= 2) {
    const auto wait = backoff.next(123'456'789).count();
    EXPECT_GE(wait, limit / 2);
    EXPECT_LE(wait, limit);
  }
  EXPECT_LE(backoff.next(0xffffffff), Backoff::kMost);
  EXPECT_LE(backoff.next(0xffffffff), Backoff::kMost);
  backoff.reset();
  EXPECT_LE(backoff.next(0xffffffff), Backoff::kFirst);
}

TEST(EventBook, RunsWhatWaitedOnceItIsStored) {
  EventBook book;
  int ran = 0;
  EXPECT_EQ(book.add({}, [&] { ++ran; }).number, 1U);
  EXPECT_EQ(book.add({}, [&] { ran += 10; }).number, 2U);
  book.stored(0);
  EXPECT_EQ(ran, 0);
  book.stored(1);
  EXPECT_EQ(ran, 1);
  int told = 0;
  book.each([&](const wire::Event& event) {
    ++told;
    EXPECT_EQ(event.number, 2U);
  });
  EXPECT_EQ(told, 1);
  book.stored(2);
  book.stored(2);
  EXPECT_EQ(ran, 11);
}

TEST(EventBook, IsFullAtItsCeiling) {
  EventBook book;
  for (std::size_t i = 1; i < EventBook::kCeiling; ++i) book.add({});
  EXPECT_FALSE(book.full());
  book.add({});
  EXPECT_TRUE(book.full());
}

TEST(StreamCondition, EachHasItsOwnSpelling) {
  EXPECT_EQ(stream_error(wire::StreamCondition::kNone), std::nullopt);
  for (int i = 1; i <= static_cast<int>(wire::StreamCondition::kUnsupportedVersion); ++i) {
    const auto first = stream_error(static_cast<wire::StreamCondition>(i));
    ASSERT_TRUE(first);
    for (int j = 1; j < i; ++j) {
      EXPECT_NE(first, stream_error(static_cast<wire::StreamCondition>(j)));
    }
  }
}

TEST(Routes, ABlockedPeerHasNoDomain) {
  Routes routes(configuration(), {});
  routes.control({.blocked = {1}});
  EXPECT_EQ(routes.peer_of("a.lab"), std::nullopt);
  EXPECT_FALSE(routes.may_carry(1, "ten.lab", "a.lab"));
  EXPECT_EQ(routes.peer_of("b.lab"), 2U);
  routes.control({});
  EXPECT_EQ(routes.peer_of("a.lab"), 1U);
  EXPECT_TRUE(routes.may_carry(1, "ten.lab", "a.lab"));
}

TEST(Routes, AnotherPolicyLeavesNothingOfTheOldOne) {
  Routes routes(configuration(), {});
  const wire::NearPeer* known = routes.near(2);
  wire::EdgeConfiguration next = configuration();
  next.near_peers.erase(next.near_peers.begin());
  next.near_peers[0].domains = {{"a.lab", DomainMatch::kExact}};
  next.near_peers[0].view = next.add_view({11});
  next.far_peers.pop_back();
  routes.update(next);
  EXPECT_EQ(routes.peer_of("a.lab"), 2U);  // it has moved
  EXPECT_EQ(routes.peer_of("x.a.lab"), std::nullopt);
  EXPECT_EQ(routes.peer_of("b.lab"), std::nullopt);
  EXPECT_TRUE(routes.may_carry(2, "eleven.lab", "a.lab"));
  EXPECT_FALSE(routes.may_carry(1, "ten.lab", "a.lab"));
  EXPECT_FALSE(routes.represents(1, "ten.lab"));
  EXPECT_FALSE(routes.represents(1, "anything.else"));
  // Streams that are still open ask about both.
  EXPECT_NE(routes.near(1), nullptr);
  EXPECT_EQ(routes.near(2), known);
}

}  // namespace
}  // namespace guard::edge
