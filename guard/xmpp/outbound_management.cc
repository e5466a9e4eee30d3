// The part of OutboundStream that hears what the peer has taken responsibility for (XEP-0198).
#include <utility>

#include "guard/xmpp/outbound_stream.h"

namespace guard::xmpp {

void OutboundStream::handle(const StanzasHandled&) {}  // an inbound machine's business

void OutboundStream::handle(const StanzasSent& sent) {
  if (!managed_) return;
  managed_->count.send(sent.count);
  if (may_send() && !managed_->asked) request_acknowledgement();
}

void OutboundStream::request_acknowledgement() {
  send(write_management({.kind = ManagementKind::kRequest, .version = managed_->version}));
  managed_->asked = true;
  managed_->asked_at = managed_->count.sent();
  ++managed_->answers_owed;
}

bool OutboundStream::unasked() {
  if (unasked_left_ == 0) return fail(StreamError::kPolicyViolation), false;
  --unasked_left_;
  return true;
}

void OutboundStream::management_element(const StreamElement& element) {
  const auto read = read_management(element);
  if (!read || read->version != managed_->version) {
    if (!std::holds_alternative<Ready>(state_)) return;
    const bool no_count = !read && read.error() == ManagementFault::kNoCount;
    return fail(no_count ? StreamError::kBadFormat : StreamError::kUnsupportedStanzaType);
  }
  if (read->kind == ManagementKind::kAnswer) return answered(read->h);
  if (!std::holds_alternative<Ready>(state_)) return;
  if (read->kind != ManagementKind::kRequest) return unexpected(element);
  // Nothing comes in on this stream, so nothing was handled.
  if (!unasked()) return;
  send(write_management({.kind = ManagementKind::kAnswer, .version = managed_->version}));
}

void OutboundStream::answered(std::uint32_t h) {
  const auto more = managed_->count.acknowledge(h);
  if (!more) {
    if (!std::holds_alternative<Ready>(state_)) return;
    return fail_as(write_count_error(h, managed_->count.sent()), StreamError::kUndefinedCondition,
                   CloseCause::kProtocol);
  }
  managed_->asked = false;
  if (*more > 0) {
    actions_.emplace_back(Acknowledged{.count = *more});
  } else if (managed_->answers_owed > 0) {
    --managed_->answers_owed;
  } else if (!unasked()) {
    return;
  }
  // What this answer was not asked about is asked about now; for the rest it comes by itself.
  const bool newer = managed_->asked_at != managed_->count.sent();
  if (may_send() && newer && managed_->count.unacknowledged() > 0) request_acknowledgement();
}

}  // namespace guard::xmpp
