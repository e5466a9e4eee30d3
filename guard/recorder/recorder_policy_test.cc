// The recorder as a process: how it goes over to another policy.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/base/hex.h"
#include "guard/recorder/recorder_process_bed.h"

namespace guard::recorder {
namespace {

using Bed = LedgerBed;

class RecorderPolicyTest : public RecorderProcessBed {
 protected:
  // Another policy with that digest, as guardd tells it; no filter's new end comes with it.
  void tell(std::uint8_t digest) {
    configuration_.policy_digest.fill(digest);
    control_->send(wire::Reconfigure{++number_, wire::encode_configuration(configuration_)});
  }
  void new_filters() {
    for (const Side side : kSides) {
      judgements_[static_cast<std::size_t>(side)] = give(wire::Channel::kJudgements, side);
    }
  }

  std::uint64_t number_ = 0;
};

TEST_F(RecorderPolicyTest, ONE_POLICY_PER_RECORD_WhatAnOldFilterSaysIsNotRead) {
  start_all();
  tickets(Side::kHigh).send(Bed::ticket(1, kAlpha));
  tell(0x33);
  judgements(Side::kHigh).send(Bed::forward(1, kBravo, "<old/>"));
  const auto old = std::move(judgements_[0]);  // it lives on, as guardd lets it
  new_filters();
  judgements(Side::kHigh).send(Bed::forward(1, kBravo, "<new/>"));
  const auto deliver = releases(Side::kLow).next<wire::Deliver>();
  ASSERT_TRUE(deliver.has_value());
  EXPECT_EQ(deliver->bytes, "<new/>");
  EXPECT_EQ(control_->next<wire::Reconfigured>()->number, 1U);
  tickets(Side::kLow).send(wire::Outcomes{1, wire::Delivery::kWritten, {deliver->delivery}});
  EXPECT_TRUE(control_->next<wire::Drained>().has_value());
  EXPECT_EQ(stop_recorder(), kStopped);
  bool switched = false;
  for (const audit::Record& row : log()) {
    switched = switched || row.event == audit::event::kPolicySwitched;
    EXPECT_EQ(row.policy_digest.value()[0], switched ? 0x33 : 0x11) << row.sequence;
  }
  EXPECT_EQ(count(audit::event::kPolicySwitched), 1U);
  EXPECT_EQ(count(audit::event::kPolicyDrained), 1U);
}

// Numbers stay: whoever gives one to another peer would send him what waits for the first.
TEST_F(RecorderPolicyTest, ANumberThatIsAnotherPeersEndsTheRecorder) {
  start_all();
  std::swap(configuration_.peers[kBravo].name, configuration_.peers[kBeige].name);
  tell(0x33);
  EXPECT_EQ(wait(), kForbidden);
}

TEST_F(RecorderPolicyTest, ANumberThatIsGoneEndsTheRecorder) {
  start_all();
  configuration_.peers.pop_back();
  tell(0x33);
  EXPECT_EQ(wait(), kForbidden);
}

}  // namespace
}  // namespace guard::recorder
