#include "guard/xmpp/outbound_stream.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/xmpp/domain.h"
#include "guard/xmpp/features.h"
#include "guard/xmpp/sasl_external.h"

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
  if (std::holds_alternative<AwaitingPlainHeader>(state_)) {
    state_ = AwaitingStartTls{};
  } else if (std::holds_alternative<AwaitingHeader>(state_)) {
    state_ = AwaitingFeatures{.id = *header->id, .dialback_declared = header->declares_dialback};
  } else if (std::holds_alternative<AwaitingRestart>(state_)) {
    state_ = AwaitingFinalFeatures{};
  }
}

void OutboundStream::element_frame(const Frame& frame) {
  // Nothing was authorised in this direction (no XEP-0288).
  if (is_stanza_name(frame.name)) {
    if (std::holds_alternative<Closing>(state_)) return;
    return fail(StreamError::kNotAuthorized);
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
void OutboundStream::element_in(Closing&, const StreamElement&) {}
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

void OutboundStream::element_in(AwaitingFeatures& state, const StreamElement& element) {
  const auto features = read_features(element);
  if (!features) return unexpected(element);
  report_limits(features->limits);
  if (config_.purpose == OutboundPurpose::kVerifyOnly) {
    state_ = Verifying{};
    return open_verify();
  }
  const bool may_dial_back =
      allows_dialback(config_.demands) && (features->dialback || state.dialback_declared);
  std::string id = std::move(state.id);
  // Where certificates do not count they are not used, either way.
  const bool external = features->external && config_.have_certificate &&
                        config_.demands.auth != AuthDemand::kDialbackOnly;
  if (external) {
    send(write_auth(config_.pair.local));
    state_ = AwaitingSasl{.id = std::move(id), .may_dial_back = may_dial_back};
  } else if (may_dial_back || may_dial_by_certificate(*features)) {
    dial_back(id);
  } else {
    give_up(RefusalCause::kMechanism, StreamError::kUnsupportedFeature);
  }
}

// Where certificates are demanded the server has shown a good one. It may know us by ours without
// SASL (SPEC: XEP-0344); how sure it wants to be of us is its own affair.
bool OutboundStream::may_dial_by_certificate(const Features& features) const {
  return config_.demands.auth == AuthDemand::kExternalOnly && config_.have_certificate &&
         features.dialback && features.dialback_errors;
}

void OutboundStream::element_in(AwaitingSasl& state, const StreamElement& element) {
  if (element.is(kSaslNs, "success")) {
    framer_.restart();
    header_sent_ = false;
    open_stream();
    state_ = AwaitingRestart{};
    return;
  }
  if (!element.is(kSaslNs, "failure")) return unexpected(element);
  // COMPAT(ejabberd 23): EXTERNAL is offered before the certificate is looked at (S13).
  if (!state.may_dial_back) return give_up(RefusalCause::kRefusedByPeer, std::nullopt);
  const std::string id = std::move(state.id);
  dial_back(id);
}

void OutboundStream::element_in(AwaitingFinalFeatures&, const StreamElement& element) {
  const auto features = read_features(element);
  if (!features) return unexpected(element);
  report_limits(features->limits);
  actions_.emplace_back(Authenticated{.pair = config_.pair, .method = AuthMethod::kExternal});
  state_ = Ready{};
  open_verify();
}

void OutboundStream::element_in(AwaitingResult&, const StreamElement& element) {
  const auto answer = read_answer(element);
  if (!answer) return;
  if (answer->kind == DialbackKind::kVerify) return verify_answered(*answer);
  result_answered(*answer);
}

void OutboundStream::element_in(Verifying&, const StreamElement& element) {
  const auto answer = read_answer(element);
  if (!answer) return;
  if (answer->kind == DialbackKind::kVerify) return verify_answered(*answer);
  unexpected(element);
}

void OutboundStream::element_in(Ready&, const StreamElement& element) {
  // A server may offer its features anew once it knows us; they change nothing here. Nothing else
  // that it may say comes without a question of ours.
  if (element.is(kStreamsNs, "features")) {
    if (++repeated_features_ > kFeaturesCeiling) fail(StreamError::kPolicyViolation);
    return;
  }
  const auto answer = read_answer(element);
  if (!answer) return;
  if (answer->kind == DialbackKind::kVerify) return verify_answered(*answer);
  unexpected(element);
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

// The key binds the peer's id of this very stream (SPEC: XEP-0220 2.1.1).
void OutboundStream::dial_back(const std::string& id) {
  const DomainPair& pair = config_.pair;
  dialback_id_ = id;
  send(write_dialback({.kind = DialbackKind::kResult,
                       .from = pair.local,
                       .to = pair.remote,
                       .key = config_.secret->key(pair.remote, pair.local, id)}));
  state_ = AwaitingResult{};
  open_verify();
}

void OutboundStream::report_limits(const PeerLimits& limits) {
  if (limits.max_bytes || limits.idle_seconds) actions_.emplace_back(limits);
}

void OutboundStream::open_verify() {
  verify_open_ = true;
  for (const VerifyRequested& request : std::exchange(waiting_, {})) send_verify(request);
}

void OutboundStream::send_verify(const VerifyRequested& request) {
  send(write_dialback({.kind = DialbackKind::kVerify,
                       .from = request.pair.local,
                       .to = request.pair.remote,
                       .id = request.stream_id,
                       .key = request.key}));
  verifying_.push_back(request);
}

std::optional<DialbackElement> OutboundStream::read_answer(const StreamElement& element) {
  const auto answer = read_dialback(element);
  if (!answer || !answer->verdict) {
    unexpected(element);
    return std::nullopt;
  }
  return *answer;
}

void OutboundStream::verify_answered(const DialbackElement& answer) {
  const auto asked = std::ranges::find_if(verifying_, [&answer](const VerifyRequested& request) {
    return request.pair.remote == answer.from && request.pair.local == answer.to &&
           request.stream_id == answer.id;
  });
  if (asked == verifying_.end()) return fail(StreamError::kInvalidFrom);  // never asked (S17)
  actions_.emplace_back(
      Verified{.pair = asked->pair, .stream_id = asked->stream_id, .verdict = *answer.verdict});
  verifying_.erase(asked);
}

void OutboundStream::result_answered(const DialbackElement& answer) {
  if (answer.from != config_.pair.remote || answer.to != config_.pair.local) {
    return fail(StreamError::kInvalidFrom);
  }
  dialback_id_.clear();
  switch (*answer.verdict) {
    case DialbackVerdict::kValid:
      actions_.emplace_back(Authenticated{
          .pair = config_.pair,
          .method = config_.demands.auth == AuthDemand::kExternalOnly ? AuthMethod::kCertificate
                                                                      : AuthMethod::kDialback});
      state_ = Ready{};
      return;
    case DialbackVerdict::kInvalid:
      return give_up(RefusalCause::kDialbackInvalid, std::nullopt);
    case DialbackVerdict::kError:
      return give_up(RefusalCause::kDialbackError, std::nullopt);
  }
}

// ---- closing ------------------------------------------------------------------------------

void OutboundStream::send(std::string bytes) {
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
  send(write_stream_error(error) + std::string(kStreamEnd));
  actions_.emplace_back(xmpp::Closing{.cause = cause, .error = error, .fault = fault});
  state_ = Closing{.discarding = true};
  end_verify();
}

void OutboundStream::close_in_order(CloseCause cause) {
  if (!header_sent_) return abandon(cause);
  send(std::string(kStreamEnd));
  actions_.emplace_back(xmpp::Closing{.cause = cause});
  state_ = Closing{.discarding = false};
  end_verify();
}

void OutboundStream::peer_closed() {
  if (!std::holds_alternative<Closing>(state_)) {
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
