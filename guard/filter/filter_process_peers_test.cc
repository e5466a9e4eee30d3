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

// The clearance in the certificate of a stream, UNCLASSIFIED alone, narrows what its peer may send.
TEST(FilterProcessPeers, TheCertificateOfAStreamNarrowsWhatItsPeerMaySend) {
  // The default of the classifications, left out.
  const std::string attributes(
      "\x30\x10\x30\x0e\x06\x03\x55\x04\x37\x31\x07\x30\x05\x06\x03\x88\x37\x01", 18);
  wire::FilterConfiguration asking = numbered();
  std::string& policy = asking.policy.text;
  const std::string both = "<clearance><classifications from=\"UNCLASSIFIED\" to=\"SECRET\"/>";
  const std::size_t at = policy.find(both);
  ASSERT_NE(at, std::string::npos);
  policy.replace(at, both.size(),
                 "<clearance for=\"send\" certificate=\"yes\"><classifications "
                 "from=\"UNCLASSIFIED\" to=\"SECRET\"/>");
  Running filter;
  make_ready(filter, asking);
  std::uint64_t ticket = 0;
  const auto reason = [&](const std::string& shown, const char* classification) {
    wire::Context stream = context(12);
    stream.attributes = shown;
    filter.offers().send(stream);
    filter.offers().send(wire::Offer{++ticket, 1, chat_labelled("one", classification)});
    filter.offers().flush();
    return filter.expect<wire::Judgement>(filter.judgements()).finding.reason;
  };
  EXPECT_EQ(reason(attributes, "UNCLASSIFIED"), "allowed");
  EXPECT_EQ(reason(attributes, "RESTRICTED"), "sender-clearance");
  EXPECT_EQ(reason("", "UNCLASSIFIED"), "certificate-clearance");
  EXPECT_EQ(reason(attributes + "x", "UNCLASSIFIED"), "certificate-clearance");
}

TEST(FilterProcessPeers, AnEdgeCannotHandOverMoreThanABound) {
  Running filter;
  make_ready(filter, numbered());
  wire::Context stream = context(12);
  stream.attributes = std::string(wire::kMaxAttributes + 1, 'x');
  filter.offers().send(stream);
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
