// DeliveriesBed: what is released and how it ends, as the ledger uses Deliveries, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {

// Deliveries as the ledger uses it: what is released, in which order, and how it ends.
class DeliveriesBed : public testing::Test, public LedgerBed {
 protected:
  // Forwards `count` stanzas of `size` octets from alpha to `to`, and returns their deliveries.
  std::vector<std::uint64_t> send(PeerIndex to, std::uint64_t count, std::size_t size = 10,
                                  std::string contingency = {}) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < count; ++i) {
      ++high_;
      edge(Side::kHigh, ticket(high_, kAlpha));
      judge(Lane::kHighToLow, forward(high_, to, std::string(size, 'x'), contingency));
      numbers.push_back(ledger->rows().back().sequence);
      if (ledger->rows().size() >= Ledger::kBatchRows) commit();
    }
    commit();
    return numbers;
  }
  // The same for servers behind bravo: each `to_domain` is a pair of its own.
  std::vector<std::uint64_t> send_behind(const std::string& to_domain, std::uint64_t count,
                                         std::size_t size = 10) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < count; ++i) {
      ++high_;
      edge(Side::kHigh, ticket(high_, kAlpha));
      wire::Judgement judgement = forward(high_, kBravo, std::string(size, 'x'));
      judgement.pair.to = to_domain;
      judge(Lane::kHighToLow, std::move(judgement));
      numbers.push_back(ledger->rows().back().sequence);
    }
    commit();
    return numbers;
  }
  // The same upwards, from bravo to alpha.
  void send_up(std::uint64_t count, std::string contingency) {
    for (std::uint64_t i = 0; i < count; ++i) {
      ++low_;
      edge(Side::kLow, ticket(low_, kBravo));
      judge(Lane::kLowToHigh, forward(low_, kAlpha, "<m/>", contingency));
    }
    commit();
  }
  std::vector<std::uint64_t> delivered(Side side, PeerIndex peer) const {
    std::vector<std::uint64_t> numbers;
    for (const auto& deliver : sent<wire::Deliver>(side)) {
      if (deliver.peer == peer) numbers.push_back(deliver.delivery);
    }
    return numbers;
  }
  audit::Record last_decision() const { return rows(audit::Class::kDecision).back(); }

  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

}  // namespace guard::recorder
