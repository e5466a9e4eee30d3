#include "guard/xmpp/outbound_stream.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/xmpp/domain.h"
#include "guard/xmpp/features.h"

namespace guard::xmpp {
namespace {

// differs says whether a header names another domain than expected. An absent or empty address is
// tolerated (COMPAT(prosody 0.12): both are empty where it has no name to give).
bool differs(const std::optional<std::string>& address, const std::string& expected) {
  if (!address || address->empty()) return false;
  const auto domain = normal_domain(*address);
  return !domain || *domain != expected;
}

std::string write_starttls() { return "<starttls xmlns='" + std::string(kTlsNs) + "'/>"; }

}  // namespace

OutboundStream::OutboundStream(const OutboundConfig& config)
    : config_(config), framer_(kLimitsBeforeAuthentication) {
  CHECK(config.secret != nullptr);
}

std::span<const StreamAction> OutboundStream::on(const StreamEvent& event) {
  actions_.clear();
  if (!closed()) {
    std::visit([this](const auto& it) { handle(it); }, event);
  } else if (const auto* const request = std::get_if<VerifyRequested>(&event)) {
    handle(*request);
  } else if (const auto* const wanted = std::get_if<PairWanted>(&event)) {
    handle(*wanted);
  }
  return actions_;
}

bool OutboundStream::may_verify() const {
  return !closed() && !std::holds_alternative<Closing>(state_) &&
         waiting_.size() + verifying_.size() < kPendingVerifyCeiling;
}

// ---- events -------------------------------------------------------------------------------

void OutboundStream::handle(const Connected&) {
  if (!std::holds_alternative<Idle>(state_)) return;
  if (config_.direct_tls) return begin_tls();
  open_stream();
  state_ = AwaitingPlainHeader{};
}

void OutboundStream::handle(const Received& received) {
  if (std::holds_alternative<Idle>(state_) || std::holds_alternative<AwaitingTls>(state_)) {
    return abandon(CloseCause::kInjection);  // plaintext where only a handshake may be (S3)
  }
  const auto* const closing = std::get_if<Closing>(&state_);
  if (closing != nullptr && closing->discarding) return;
  framer_.feed(received.bytes);
  pull_frames();
}

void OutboundStream::handle(const TlsEstablished& established) {
  if (!std::holds_alternative<AwaitingTls>(state_)) return;
  const TlsFacts& tls = established.facts;
  const PeerDemands& demands = config_.demands;
  tls_ = tls;
  state_ = AwaitingHeader{};
  if (!meets_floor(tls, demands)) {
    return give_up(floor_refusal(tls, demands), StreamError::kNotAuthorized);
  }
  if (demands.auth == AuthDemand::kExternalOnly) {
    const auto fault =
        certificate_fault(tls.certificate, config_.pair.remote, demands.wildcard_certificates);
    if (fault) return give_up(RefusalCause::kCertificate, StreamError::kNotAuthorized, fault);
  }
  open_stream();
}

void OutboundStream::handle(const DialbackAnswered&) {}  // an inbound machine's business

void OutboundStream::handle(const VerifyRequested& request) {
  if (!may_verify()) {
    actions_.emplace_back(Verified{.pair = request.pair, .stream_id = request.stream_id});
    return;
  }
  if (verify_open_) return send_verify(request);
  waiting_.push_back(request);
}

void OutboundStream::handle(const CloseRequested& request) {
  if (std::holds_alternative<Closing>(state_)) return;
  if (request.error) {
    fail(*request.error, CloseCause::kRequested);
  } else {
    close_in_order(CloseCause::kRequested);
  }
}

void OutboundStream::handle(const Timeout& timeout) {
  const bool closing = std::holds_alternative<Closing>(state_);
  const bool open = may_send() || std::holds_alternative<Verifying>(state_);
  switch (timeout.kind) {
    case TimeoutKind::kAuthentication:
      if (!closing && !open) fail(StreamError::kConnectionTimeout, CloseCause::kTimeout);
      return;
    case TimeoutKind::kKeepalive:
      if (open) send(" ");
      return;
    case TimeoutKind::kIdle:
      if (!closing) close_in_order(CloseCause::kTimeout);
      return;
    case TimeoutKind::kAcknowledgement:
      if (may_send() && sent_) send(sent_->ask());
      return;
    case TimeoutKind::kClose:
      if (closing) finish();
      return;
  }
}

void OutboundStream::handle(const Disconnected&) {
  if (!std::holds_alternative<Closing>(state_)) {
    actions_.emplace_back(xmpp::Closing{.cause = CloseCause::kDisconnected});
  }
  state_ = Closed{};
  end_verify();
}

// ---- frames -------------------------------------------------------------------------------

void OutboundStream::pull_frames() {
  while (!closed() && !std::holds_alternative<AwaitingTls>(state_)) {
    const auto frame = framer_.next();
    if (!frame) {
      if (std::holds_alternative<Closing>(state_)) return finish();
      return fail(stream_error_for(frame.error()), CloseCause::kFrame, frame.error());
    }
    switch (frame->kind) {
      case FrameKind::kNothing:
        return;
      case FrameKind::kWhitespace:
        break;
      case FrameKind::kClose:
        return peer_closed();
      case FrameKind::kHeader:
        header_arrived(*frame);
        break;
      case FrameKind::kElement:
        element_frame(*frame);
        break;
    }
    const auto* const closing = std::get_if<Closing>(&state_);
    if (closing != nullptr && closing->discarding) return;
  }
}

void OutboundStream::header_arrived(const Frame& frame) {
  const auto header = reader_.read_header(frame.bytes, frame.name);
  if (!header) return fail(StreamError::kNotWellFormed);
  if (header->fault) return fail(*header->fault);
  if (const auto error = check_version(*header)) return fail(*error);
  if (differs(header->from, config_.pair.remote)) return fail(StreamError::kInvalidFrom);
  if (differs(header->to, config_.pair.local)) return fail(StreamError::kHostUnknown);
  // SPEC: RFC 6120 4.7.3, a response header has an id.
  if (!header->id || header->id->empty()) return fail(StreamError::kBadFormat);
  id_ = *header->id;
  if (std::holds_alternative<AwaitingPlainHeader>(state_)) {
    state_ = AwaitingStartTls{};
  } else if (std::holds_alternative<AwaitingHeader>(state_)) {
    state_ = AwaitingFeatures{.id = *header->id, .dialback_declared = header->declares_dialback};
  } else if (std::holds_alternative<AwaitingRestart>(state_)) {
    state_ = AwaitingFinalFeatures{};
  }
}

void OutboundStream::element_frame(const Frame& frame) {
  if (is_stanza_name(frame.name)) return take_stanza(frame);
  // Stanzas may be large where they may come in; nothing else may.
  if (frame.bytes.size() > kLimitsBeforeAuthentication.bytes ||
      frame.elements > kLimitsBeforeAuthentication.elements) {
    if (std::holds_alternative<Closing>(state_)) return finish();
    return fail(StreamError::kPolicyViolation);
  }
  const auto element = reader_.read_element(frame.bytes);
  if (!element) {
    if (std::holds_alternative<Closing>(state_)) return finish();
    return fail(StreamError::kNotWellFormed);
  }
  if (element->is(kStreamsNs, "error")) {
    if (!std::holds_alternative<Closing>(state_)) {
      const bool refused = !may_send() && !std::holds_alternative<Verifying>(state_);
      if (refused) {
        actions_.emplace_back(
            AuthenticationRefused{.pair = config_.pair, .cause = RefusalCause::kRefusedByPeer});
      }
      actions_.emplace_back(
          xmpp::Closing{.cause = CloseCause::kPeerError, .error = read_stream_error(*element)});
      send(std::string(kStreamEnd));
    }
    return finish();
  }
  std::visit([&](auto& state) { element_in(state, *element); }, state_);
}

void OutboundStream::element_in(Idle&, const StreamElement&) {}
void OutboundStream::element_in(AwaitingPlainHeader&, const StreamElement&) {}
void OutboundStream::element_in(AwaitingTls&, const StreamElement&) {}
void OutboundStream::element_in(AwaitingHeader&, const StreamElement&) {}
void OutboundStream::element_in(AwaitingRestart&, const StreamElement&) {}
// What the peer acknowledges before its end tag still counts.
void OutboundStream::element_in(Closing&, const StreamElement& element) {
  if (sent_ && management_version(element.ns)) management_element(element);
  if (sent_ && element.ns == kHandledNs) handled_element(element);
}
void OutboundStream::element_in(Closed&, const StreamElement&) {}

void OutboundStream::element_in(AwaitingStartTls&, const StreamElement& element) {
  const auto features = read_features(element);
  if (!features) return unexpected(element);
  if (!features->starttls) {
    return give_up(RefusalCause::kTlsBelowFloor, StreamError::kPolicyViolation);
  }
  send(write_starttls());
  state_ = AwaitingProceed{};
}

void OutboundStream::element_in(AwaitingProceed&, const StreamElement& element) {
  if (element.is(kTlsNs, "failure")) return give_up(RefusalCause::kTlsBelowFloor, std::nullopt);
  if (!element.is(kTlsNs, "proceed")) return unexpected(element);
  if (framer_.buffered() != 0) return abandon(CloseCause::kInjection);
  begin_tls();
}

// ---- steps --------------------------------------------------------------------------------

void OutboundStream::open_stream() {
  send(write_stream_header(config_.pair.local, config_.pair.remote, ""));
  header_sent_ = true;
}

void OutboundStream::begin_tls() {
  framer_.restart();
  header_sent_ = false;
  state_ = AwaitingTls{};
  actions_.emplace_back(StartTls{.pair = config_.pair});
}

// ---- closing ------------------------------------------------------------------------------

void OutboundStream::send(std::string bytes) {
  if (bytes.empty()) return;
  if (!actions_.empty()) {
    if (auto* const last = std::get_if<Send>(&actions_.back()); last != nullptr) {
      last->bytes += bytes;
      return;
    }
  }
  actions_.emplace_back(Send{.bytes = std::move(bytes)});
}

void OutboundStream::unexpected(const StreamElement&) { fail(StreamError::kUnsupportedStanzaType); }

void OutboundStream::give_up(RefusalCause cause, std::optional<StreamError> error,
                             std::optional<CertificateFault> fault) {
  actions_.emplace_back(
      AuthenticationRefused{.pair = config_.pair, .cause = cause, .fault = fault});
  if (error) {
    fail(*error, CloseCause::kRefused);
  } else {
    close_in_order(CloseCause::kRefused);
  }
}

void OutboundStream::fail(StreamError error, CloseCause cause, std::optional<FrameFault> fault) {
  if (std::holds_alternative<Idle>(state_) || std::holds_alternative<AwaitingTls>(state_)) {
    return abandon(cause);
  }
  if (!header_sent_) open_stream();
  fail_as(write_stream_error(error), error, cause, fault);
}

void OutboundStream::fail_as(const std::string& written, StreamError error, CloseCause cause,
                             std::optional<FrameFault> fault) {
  last_answer();
  send(written + std::string(kStreamEnd));
  actions_.emplace_back(xmpp::Closing{.cause = cause, .error = error, .fault = fault});
  state_ = Closing{.discarding = true};
  end_verify();
}

void OutboundStream::close_in_order(CloseCause cause) {
  if (!header_sent_) return abandon(cause);
  last_answer();
  send(std::string(kStreamEnd));
  actions_.emplace_back(xmpp::Closing{.cause = cause});
  state_ = Closing{.discarding = false};
  end_verify();
}

void OutboundStream::peer_closed() {
  if (!std::holds_alternative<Closing>(state_)) {
    last_answer();
    send(std::string(kStreamEnd));
    actions_.emplace_back(xmpp::Closing{.cause = CloseCause::kPeerClosed});
  }
  finish();
}

void OutboundStream::abandon(CloseCause cause) {
  actions_.emplace_back(xmpp::Closing{.cause = cause});
  finish();
}

void OutboundStream::finish() {
  state_ = Closed{};
  end_verify();
  actions_.emplace_back(Disconnect{});
}

void OutboundStream::end_verify() {
  for (DomainPair& pair : std::exchange(wanted_, {})) {
    actions_.emplace_back(PairRefused{.pair = std::move(pair)});
  }
  dialback_id_.clear();
  verify_open_ = false;
  for (auto* const list : {&verifying_, &waiting_}) {
    for (VerifyRequested& request : std::exchange(*list, {})) {
      actions_.emplace_back(
          Verified{.pair = std::move(request.pair), .stream_id = std::move(request.stream_id)});
    }
  }
}

}  // namespace guard::xmpp
