// The part of Ledger that goes over to another policy.
#include <string>

#include "audit/catalogue.h"
#include "guard/base/hex.h"
#include "guard/recorder/ledger.h"

namespace guard::recorder {

void Ledger::on_reconfigure(std::uint64_t number, const Digest& before, UtcTime now) {
  rows_.observe_clock(now);
  deliveries_.set_peers(configuration_.peers);
  for (const Side side : kSides) tickets(side).distrust();
  rows_.push_event(audit::event::kPolicySwitched, std::nullopt, "from " + to_hex(before));
  drain(number, now);
  effects_.emplace_back(ToSupervisor{wire::Reconfigured{number}});
}

void Ledger::drain(std::uint64_t number, UtcTime now) {
  rows_.observe_clock(now);
  withdraw_forbidden(now);
  drain_ = Drain{number, rows_.sequence(), now};
  work_ = true;
}

void Ledger::tick_drain(UtcTime now) {
  if (!drain_) return;
  const auto old = [this](const StoreEntry& entry) {
    return entry.origin != wire::kNoPeer && entry.delivery <= drain_->last;
  };
  const bool late = now.microseconds >= drain_->since.microseconds + kDrain || now < drain_->since;
  if (!late && deliveries_.any(old)) return;
  stale_ = drain_->last;
  const std::uint64_t withdrawn = late ? withdraw_forbidden(now) : 0;
  rows_.push_event(audit::event::kPolicyDrained, std::nullopt,
                   std::to_string(withdrawn) + " withdrawn");
  effects_.emplace_back(ToSupervisor{wire::Drained{drain_->number, withdrawn}});
  drain_.reset();
}

}  // namespace guard::recorder
