// Peers have numbers that outlive a policy; the policy has places.
#include <gtest/gtest.h>

#include "guard/filter/filter_process.h"
#include "guard/filter/running_filter.h"

namespace guard::filter {
namespace {

wire::FilterConfiguration numbered() {
  wire::FilterConfiguration c = configuration();
  c.peers = {12, 3, 40, 7};  // of high, other-high, low, hidden
  return c;
}

TEST(FilterProcessPeers, JudgementsNamePeersByTheirNumbers) {
  Running filter;
  make_ready(filter, numbered());
  filter.offers().send(context(12));
  filter.offers().send(wire::Offer{1, 1, chat("one")});
  filter.offers().flush();
  const auto judgement = filter.expect<wire::Judgement>(filter.judgements());
  EXPECT_EQ(judgement.outcome, wire::Outcome::kForward);
  EXPECT_EQ(judgement.peer, 12U);
  EXPECT_EQ(judgement.far_peer, 40U);
}

// What an earlier policy let in and this one does not know is not authenticated.
TEST(FilterProcessPeers, AStreamOfAPeerThatIsNoMoreIsNobodys) {
  Running filter;
  make_ready(filter, numbered());
  filter.offers().send(context(0));
  filter.offers().send(wire::Offer{1, 1, chat("one")});
  filter.offers().flush();
  const auto judgement = filter.expect<wire::Judgement>(filter.judgements());
  EXPECT_EQ(judgement.finding.reason, "stream-not-authenticated");
  EXPECT_EQ(judgement.outcome, wire::Outcome::kCloseStream);
  EXPECT_EQ(judgement.peer, wire::kNoPeer);
}

// A domain that has moved is no domain of the peer that had it, whatever its stream says.
TEST(FilterProcessPeers, SIDE_BOUND_AStreamDoesNotKeepADomainThatIsAnothersNow) {
  Running filter;
  make_ready(filter, numbered());
  filter.offers().send(context(3));  // other-high, with a pair of high's
  filter.offers().send(wire::Offer{1, 1, chat("one")});
  filter.offers().flush();
  const auto judgement = filter.expect<wire::Judgement>(filter.judgements());
  EXPECT_FALSE(judgement.finding.allowed);
  EXPECT_EQ(judgement.outcome, wire::Outcome::kCloseStream);
  EXPECT_EQ(judgement.condition, wire::StreamCondition::kInvalidFrom);
}

TEST(FilterProcessPeers, AnEdgeCannotSpeakForAPeerOfTheOtherSide) {
  Running filter;
  make_ready(filter, numbered());
  filter.offers().send(context(40));
  filter.offers().flush();
  EXPECT_TRUE(exited(filter.status(), kExitForbidden));
}

TEST(FilterProcessPeers, EveryPeerNeedsItsNumber) {
  wire::FilterConfiguration bad = configuration();
  bad.peers.pop_back();
  Running filter;
  filter.configure(bad);
  EXPECT_TRUE(exited(filter.status(), kExitConfiguration));
}

}  // namespace
}  // namespace guard::filter
