// What judge does with the count of hops that guards exchange (hops.h).
#include "guard/filter/hops.h"
#include "guard/filter/judge_parts.h"

namespace guard::filter {

using wire::Judgement;
using wire::Outcome;

// Takes the count off what a guard has sent: nothing behind this knows of it.
void Judge::Parts::judge_hops(const StreamContext& context, const wire::Offer& offer,
                              Judgement& judgement) {
  hops = 0;
  hops_missing = false;
  if (!is_guard(context.peer)) return judge_read(context, offer, judgement);
  auto taken = take_hops(offer.bytes);
  if (!taken) {
    hops_missing = true;
    return judge_read(context, offer, judgement);
  }
  hops = taken->count;
  judge_read(context, {offer.ticket, offer.stream, std::move(taken->rest), offer.lane}, judgement);
}

// Refuses a stanza from a guard that has not said its count, and one that would leave for a guard
// with one past the bound. False where neither is so.
bool Judge::Parts::refuse_hops(Stanza& stanza, const wire::Offer& offer, Judgement& judgement) {
  const auto* far = policy.routed(lane, stanza.facts.peer, stanza.facts.to.domain);
  const bool exceeded = hops >= kMaxHops && far != nullptr && is_guard(far->peer);
  if (!hops_missing && !exceeded) return false;
  stage = "hops";
  set_unread_content(stanza.facts, offer.bytes);
  refuse(stanza, hops_missing ? "hops-missing" : "hops-exceeded", std::nullopt, judgement);
  return true;
}

// Gives every stanza that leaves for a guard its count. What this guard has written itself begins
// anew.
void Judge::Parts::count_hops(const StreamContext* context, Judgement& judgement) const {
  if (judgement.outcome == Outcome::kForward && is_guard(judgement.far_peer)) {
    append_hops(judgement.bytes, hops + 1);
  }
  if (context == nullptr || !is_guard(context->peer)) return;
  if (judgement.outcome == Outcome::kRefuseWithReply) append_hops(judgement.bytes, 1);
  if (!judgement.contingency.empty()) append_hops(judgement.contingency, 1);
}

}  // namespace guard::filter
