// The part of InboundStream that tells the peer what the guard is responsible for (XEP-0198).
#include "guard/base/check.h"
#include "guard/xmpp/inbound_stream.h"

namespace guard::xmpp {

void InboundStream::handle(const StanzasSent&) {}  // an outbound machine's business

void InboundStream::handle(const StanzasHandled& handled) {
  CHECK(handled.count <= unhandled());
  handled_ += handled.count;
  if (!managed_ || handled_ <= managed_->begins || handled.count == 0) return;
  // COMPAT(prosody 0.12): it does not ask again after an answer that was behind.
  if (std::holds_alternative<Established>(state_)) answer_count();
}

void InboundStream::take_stanza(const Frame& frame) {
  ++received_;
  actions_.emplace_back(Stanza{.bytes = frame.bytes});
}

void InboundStream::answer_count() {
  const std::uint64_t counted = handled_ > managed_->begins ? handled_ - managed_->begins : 0;
  send(write_management({.kind = ManagementKind::kAnswer,
                         .version = managed_->version,
                         .h = static_cast<std::uint32_t>(counted)}));  // modulo 2^32
}

// COMPAT(prosody 0.12): what is not acknowledged at the end it bounces, which ejects occupants
// (S24).
void InboundStream::last_answer() {
  if (managed_ && std::holds_alternative<Established>(state_)) answer_count();
}

void InboundStream::management_element(const StreamElement& element) {
  const auto read = read_management(element);
  if (!read) {
    return fail(read.error() == ManagementFault::kNoCount ? StreamError::kBadFormat
                                                          : StreamError::kUnsupportedStanzaType);
  }
  if (read->kind == ManagementKind::kEnable) return enable(read->version);
  if (read->kind == ManagementKind::kResume) {
    return send(write_management_failed(read->version, management_offered_
                                                           ? StanzaError::kItemNotFound
                                                           : StanzaError::kServiceUnavailable));
  }
  if (!managed_ || read->version != managed_->version) {
    return fail(StreamError::kUnsupportedStanzaType);
  }
  if (read->kind == ManagementKind::kRequest) {
    // One <r/> for a stanza or more is as it should be, and is taken from no budget.
    if (managed_->requested_at != received_) allow_element();
    managed_->requested_at = received_;
    return answer_count();
  }
  // No stanza went out on this stream (SPEC: XEP-0198 4; S22).
  if (read->kind == ManagementKind::kAnswer && read->h == 0) return;
  if (read->kind == ManagementKind::kAnswer) {
    return fail_as(write_count_error(read->h, 0), StreamError::kUndefinedCondition,
                   CloseCause::kProtocol);
  }
  fail(StreamError::kUnsupportedStanzaType);
}

void InboundStream::enable(ManagementVersion version) {
  if (!management_offered_) {
    return send(write_management_failed(version, StanzaError::kServiceUnavailable));
  }
  if (managed_) return send(write_management_failed(version, StanzaError::kUnexpectedRequest));
  managed_ = Managed{.version = version, .begins = received_, .requested_at = received_};
  send(write_management({.kind = ManagementKind::kEnabled, .version = version}));
}

}  // namespace guard::xmpp
