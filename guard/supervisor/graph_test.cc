#include "guard/supervisor/graph.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace guard::supervisor {
namespace {

using wire::Channel;

// INVARIANT(NO_OTHER_PATH): the recorder alone reaches an edge, and there is no way from one edge
// to the other that does not pass a filter and the recorder.
TEST(Graph, NO_OTHER_PATH_OnlyTheRecorderReachesAnEdge) {
  for (const Arrow& arrow : arrows()) {
    const bool to_edge = arrow.to == Process::kEdgeHigh || arrow.to == Process::kEdgeLow;
    EXPECT_EQ(to_edge, arrow.channel == Channel::kReleases);
    if (to_edge) {
      EXPECT_EQ(arrow.from, Process::kRecorder);
    }
  }
}

TEST(Graph, AFilterHearsOneEdgeAndSpeaksToTheRecorderOnly) {
  for (const Side side : kSides) {
    int in = 0;
    int out = 0;
    for (const Arrow& arrow : arrows()) {
      if (arrow.to == filter_of(side)) {
        ++in;
        EXPECT_EQ(arrow.from, edge_of(side));
      }
      if (arrow.from == filter_of(side)) {
        ++out;
        EXPECT_EQ(arrow.to, Process::kRecorder);
      }
    }
    EXPECT_EQ(in, 1);
    EXPECT_EQ(out, 1);
  }
}

TEST(Graph, EveryArrowMayCarrySomethingAtItsEndOnly) {
  for (const Arrow& arrow : arrows()) {
    switch (arrow.channel) {
      case Channel::kOffers:
        EXPECT_TRUE(wire::permitted(role_of(arrow.to), arrow.channel, wire::Offer{}));
        EXPECT_FALSE(wire::permitted(role_of(arrow.from), arrow.channel, wire::Offer{}));
        break;
      case Channel::kJudgements:
        EXPECT_TRUE(wire::permitted(role_of(arrow.to), arrow.channel, wire::Judgement{}));
        EXPECT_FALSE(wire::permitted(role_of(arrow.from), arrow.channel, wire::Judgement{}));
        break;
      case Channel::kTickets:
        EXPECT_TRUE(wire::permitted(role_of(arrow.to), arrow.channel, wire::Ticket{}));
        EXPECT_FALSE(wire::permitted(role_of(arrow.from), arrow.channel, wire::Ticket{}));
        break;
      case Channel::kReleases:
        EXPECT_TRUE(wire::permitted(role_of(arrow.to), arrow.channel, wire::Deliver{}));
        EXPECT_FALSE(wire::permitted(role_of(arrow.from), arrow.channel, wire::Deliver{}));
        break;
      case Channel::kControl:
      case Channel::kStore:
        ADD_FAILURE() << "not an arrow";
    }
  }
}

TEST(Graph, AReplacedProcessGetsAllItsArrowsAnew) {
  EXPECT_EQ(arrows().size(), 8U);
  EXPECT_EQ(arrows_of(Process::kFilterHigh).size(), 2U);
  EXPECT_EQ(arrows_of(Process::kEdgeLow).size(), 4U);
  EXPECT_EQ(arrows_of(Process::kRecorder).size(), 8U);
}

TEST(Graph, DescribeNamesEverything) {
  const std::string text = describe(false);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5 + 5 + 8);
  EXPECT_NE(text.find("arrow offers edge-low filter-low\n"), std::string::npos);
  EXPECT_EQ(text.find("offers edge-low filter-high"), std::string::npos);
  EXPECT_EQ(text.find("metrics"), std::string::npos) << "off unless it is wanted";
}

// INVARIANT(NO_OTHER_PATH): who serves numbers is joined to guardd and to nobody else.
TEST(Graph, NO_OTHER_PATH_NoArrowTouchesMetrics) {
  for (const Arrow& arrow : arrows()) {
    EXPECT_NE(arrow.from, Process::kMetrics);
    EXPECT_NE(arrow.to, Process::kMetrics);
  }
  EXPECT_TRUE(falls_with(Process::kMetrics).empty());
  for (const Process process : kAllProcesses) {
    const auto fallen = falls_with(process);
    EXPECT_EQ(std::count(fallen.begin(), fallen.end(), Process::kMetrics), 0);
  }
  EXPECT_FALSE(takes_policy(Process::kMetrics));
  const std::string text = describe(true);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6 + 6 + 8);
  EXPECT_NE(text.find("process metrics guard-metrics\ncontrol"), std::string::npos);
  EXPECT_NE(text.find("control guardd metrics\n"), std::string::npos);
}

}  // namespace
}  // namespace guard::supervisor
