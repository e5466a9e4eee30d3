// The part of Ledger that is about content: what filters seal goes beside the row.
#include "audit/catalogue.h"
#include "guard/base/cms_envelope.h"
#include "guard/recorder/ledger.h"

namespace guard::recorder {

// The policy says what is kept, and a filter may have been taken over: it neither fills the log
// with what nobody asked for, nor lets out what should have been kept.
std::string_view Ledger::lie_about_content(const wire::Ticket& ticket,
                                           const wire::Judgement& judgement) const {
  const bool forward = judgement.outcome == wire::Outcome::kForward;
  const bool kept = configuration_.content == wire::ContentOf::kAll ||
                    (configuration_.content == wire::ContentOf::kRefused && !forward);
  if (judgement.sealed_content.empty()) {
    // Where it could not be sealed nothing may leave.
    const bool withheld = judgement.finding.reason == audit::reason::kContentNotSealed &&
                          judgement.outcome != wire::Outcome::kForward &&
                          judgement.outcome != wire::Outcome::kRefuseWithReply;
    return kept && !withheld ? "content that is not there" : "";
  }
  if (!kept) return "content that the policy does not keep";
  if (judgement.sealed_content.size() > std::size_t{ticket.length} + Recipients::kOverhead) {
    return "content that is longer than its stanza";
  }
  return {};
}

// Puts the content, if there is any, beside the row that is pushed next. False where its sender's
// budget does not take it: the row says so.
bool Ledger::keep_content(audit::Record& row, Pairing& pairing, UtcTime now) {
  std::string& sealed = pairing.judgement.sealed_content;
  if (sealed.empty()) return true;
  if (!content_budget_.take(pairing.ticket.peer, sealed.size(), configuration_.content_octets,
                            now)) {
    if (!row.cut.empty()) row.cut += ',';
    row.cut += "content";
    return false;
  }
  rows_.keep(std::move(sealed), row);
  return true;
}

}  // namespace guard::recorder
