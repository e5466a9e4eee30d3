#include "guard/supervisor/figure_book.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace {

const std::vector<wire::RecordedPeer> kPeers = {
    {"headquarters", Side::kHigh}, {"nation", Side::kLow}, {"gone", Side::kLow, true}};

wire::Tally seven_rows() {
  wire::Tally tally;
  tally.rows = 7;
  return tally;
}

wire::Figures figures(const FigureBook& book, const wire::Controls& controls = {}) {
  HouseStatus house;
  house.version = "1";
  house.processes = {{"recorder", 1, true, {}, 3}};
  return book.figures(house, true, kPeers, controls, {});
}

TEST(FigureBook, PutsTogetherWhatEachHasCounted) {
  FigureBook book;
  book.counted(Side::kHigh, {{{0, 1, 2}}});
  book.counted(Side::kLow, {{{1, 3, 4}}});
  book.counted(wire::QueueCounts{{{1, 5, 600}}});
  book.counted(seven_rows());
  wire::Controls controls;
  controls.blocked = {1};
  controls.stopped = {Lane::kLowToHigh};
  const wire::Figures all = figures(book, controls);
  ASSERT_EQ(all.peers.size(), 2U) << "a retired peer is left out";
  EXPECT_EQ(all.peers[0].inbound, 1U);
  EXPECT_EQ(all.peers[0].outbound, 2U);
  EXPECT_FALSE(all.peers[0].blocked);
  EXPECT_EQ(all.peers[1].inbound, 3U);
  EXPECT_EQ(all.peers[1].queued, 5U);
  EXPECT_EQ(all.peers[1].queued_octets, 600U);
  EXPECT_TRUE(all.peers[1].blocked);
  EXPECT_EQ(all.stopped, controls.stopped);
  EXPECT_EQ(all.processes.at(0).restarts, 3U);
  EXPECT_EQ(all.tally.rows, 7U);
}

// An edge that has been taken over counts for no peer of the other side, and for none that is not.
TEST(FigureBook, AnEdgeCountsItsOwnPeersOnly) {
  FigureBook book;
  book.counted(Side::kLow, {{{0, 9, 9}, {2, 9, 9}, {3, 9, 9}, {wire::kNoPeer, 9, 9}}});
  book.counted(wire::QueueCounts{{{77, 1, 1}}});
  wire::Controls controls;
  controls.blocked = {77};
  for (const auto& peer : figures(book, controls).peers) {
    EXPECT_EQ(peer.inbound, 0U);
    EXPECT_EQ(peer.queued, 0U);
    EXPECT_FALSE(peer.blocked);
  }
}

TEST(FigureBook, WhatTheDeadCountedIsNoMore) {
  FigureBook book;
  book.counted(Side::kHigh, {{{0, 1, 2}}});
  book.counted(Side::kLow, {{{1, 3, 4}}});
  book.counted(wire::QueueCounts{{{1, 5, 600}}});
  book.counted(seven_rows());
  book.edge_gone(Side::kLow);
  EXPECT_EQ(figures(book).peers[1].inbound, 0U);
  EXPECT_EQ(figures(book).peers[0].inbound, 1U);
  book.recorder_gone();
  EXPECT_EQ(figures(book).peers[1].queued, 0U);
  EXPECT_EQ(figures(book).tally.rows, 0U);
}

}  // namespace
}  // namespace guard::supervisor
