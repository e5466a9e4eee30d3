#include "guard/xmpp/inbound_stream.h"

#include <utility>

#include "guard/base/check.h"
#include "guard/xmpp/domain.h"
#include "guard/xmpp/features.h"

namespace guard::xmpp {
namespace {

// normal gives the normal form of a header's address; nullopt where it is absent or no domain.
std::optional<std::string> normal(const std::optional<std::string>& address) {
  if (!address) return std::nullopt;
  auto domain = normal_domain(*address);
  if (!domain) return std::nullopt;
  return *std::move(domain);
}

std::string write_proceed() { return "<proceed xmlns='" + std::string(kTlsNs) + "'/>"; }

}  // namespace

InboundStream::InboundStream(const InboundConfig& config)
    : config_(config), framer_(kLimitsBeforeAuthentication), ids_(config.id_seed) {
  CHECK(config.lookup != nullptr && config.secret != nullptr);
}

std::span<const StreamAction> InboundStream::on(const StreamEvent& event) {
  actions_.clear();
  if (!closed()) {
    std::visit([this](const auto& it) { handle(it); }, event);
  } else if (const auto* const wanted = std::get_if<PairWanted>(&event)) {
    handle(*wanted);
  }
  return actions_;
}

// ---- events -------------------------------------------------------------------------------

void InboundStream::handle(const Connected&) {
  if (!std::holds_alternative<Idle>(state_)) return;
  if (config_.direct_tls) {
    state_ = AwaitingTls{};
    actions_.emplace_back(StartTls{});
  } else {
    state_ = AwaitingPlainHeader{};
  }
}

void InboundStream::handle(const Received& received) {
  if (std::holds_alternative<Idle>(state_) || std::holds_alternative<AwaitingTls>(state_)) {
    // Plaintext where only a handshake may be (S3).
    abandon(CloseCause::kInjection);
    return;
  }
  const auto* const closing = std::get_if<Closing>(&state_);
  if (closing != nullptr && !closing->accepting) return;
  framer_.feed(received.bytes);
  pull_frames();
}

void InboundStream::handle(const TlsEstablished& established) {
  auto* const awaiting = std::get_if<AwaitingTls>(&state_);
  if (awaiting == nullptr) return;
  std::optional<DomainPair> pair = std::move(awaiting->pair);
  state_ = AwaitingHeader{.pair = std::move(pair), .tls = established.facts};
}

void InboundStream::handle(const VerifyRequested&) {}  // an outbound machine's business

void InboundStream::handle(const CloseRequested& request) {
  if (std::holds_alternative<Closing>(state_)) return;
  if (request.error) {
    fail(*request.error, CloseCause::kRequested);
  } else {
    close_in_order(CloseCause::kRequested);
  }
}

void InboundStream::handle(const Timeout& timeout) {
  const bool closing = std::holds_alternative<Closing>(state_);
  switch (timeout.kind) {
    case TimeoutKind::kAuthentication:
      if (!closing && pairs_.empty()) fail(StreamError::kConnectionTimeout, CloseCause::kTimeout);
      return;
    case TimeoutKind::kKeepalive:
      if (std::holds_alternative<Established>(state_)) send(" ");
      return;
    case TimeoutKind::kAcknowledgement:
      if (may_send()) send(sent_->ask());
      return;
    case TimeoutKind::kIdle:
      if (!closing) fail(StreamError::kConnectionTimeout, CloseCause::kTimeout);
      return;
    case TimeoutKind::kClose:
      if (closing) finish();
      return;
  }
}

void InboundStream::handle(const Disconnected&) {
  if (!std::holds_alternative<Closing>(state_)) {
    actions_.emplace_back(xmpp::Closing{.cause = CloseCause::kDisconnected});
  }
  state_ = Closed{};
  refuse_wanted();
}

// ---- frames -------------------------------------------------------------------------------

void InboundStream::pull_frames() {
  // A handshake to come stops the reading: what is behind <starttls/> was refused already.
  while (!closed() && !std::holds_alternative<AwaitingTls>(state_)) {
    const auto frame = framer_.next();
    if (!frame) {
      if (std::holds_alternative<Closing>(state_)) {
        finish();
      } else {
        fail(stream_error_for(frame.error()), CloseCause::kFrame, frame.error());
      }
      return;
    }
    switch (frame->kind) {
      case FrameKind::kNothing:
        return;
      case FrameKind::kWhitespace:
        break;
      case FrameKind::kClose:
        peer_closed();
        return;
      case FrameKind::kHeader:
      case FrameKind::kElement:
        std::visit([&](auto& state) { frame_in(state, *frame); }, state_);
        break;
    }
    const auto* const closing = std::get_if<Closing>(&state_);
    if (closing != nullptr && !closing->accepting) return;
  }
}

void InboundStream::frame_in(Idle&, const Frame&) {}

void InboundStream::frame_in(AwaitingPlainHeader&, const Frame& frame) {
  auto pair = accept_header(frame, std::nullopt);
  if (!pair) return;
  send(write_features({.starttls = true}));
  state_ = AwaitingStartTls{.pair = *std::move(pair)};
}

void InboundStream::frame_in(AwaitingStartTls& state, const Frame& frame) {
  if (is_stanza_name(frame.name)) return fail(StreamError::kNotAuthorized);
  const auto element = read_small(frame);
  if (!element) return;
  if (!element->is(kTlsNs, "starttls")) {
    // Authentication in the clear is against the policy; anything else is unknown.
    const bool plaintext = element->ns == kSaslNs || element->ns == kDialbackNs;
    return fail(plaintext ? StreamError::kPolicyViolation : StreamError::kUnsupportedStanzaType);
  }
  if (framer_.buffered() != 0) return fail(StreamError::kPolicyViolation, CloseCause::kInjection);
  send(write_proceed());
  actions_.emplace_back(StartTls{.pair = state.pair});
  // All that is known from before TLS is forgotten (SPEC: RFC 6120 5.4.3.3), but for the pair:
  // the certificate was chosen by it, so it must not change.
  framer_.restart();
  header_sent_ = false;
  id_.clear();
  peer_.reset();
  DomainPair pair = std::move(state.pair);
  state_ = AwaitingTls{.pair = std::move(pair)};
}

void InboundStream::frame_in(AwaitingTls&, const Frame&) {}

void InboundStream::frame_in(AwaitingHeader& state, const Frame& frame) {
  const auto pair = accept_header(frame, state.pair);
  if (pair) offer_authentication(*pair, judged(state.tls));
}

void InboundStream::frame_in(Negotiating& state, const Frame& frame) {
  if (is_stanza_name(frame.name)) return fail(StreamError::kNotAuthorized);
  const auto element = read_small(frame);
  if (!element) return;
  if (element->ns == kSaslNs) return sasl_element(state, *element);
  if (element->is(kBidiNs, "bidi") && state.bidi_offered && !state.bidi_asked) {
    state.bidi_asked = true;
    return;
  }
  if (element->ns == kDialbackNs) return dialback_element(*element, TlsFacts(state.tls));
  fail(StreamError::kUnsupportedStanzaType);
}

void InboundStream::frame_in(AwaitingRestart& state, const Frame& frame) {
  const auto pair = accept_header(frame, state.pair);
  if (!pair) return;
  management_offered_ = true;
  both_ways_ = state.bidi_asked;
  each_offered_ = config_.lookup->demands(*peer_).guard;
  send_features({.management = ManagementVersion::k3, .tells_each = each_offered_});
  authenticate(*pair, AuthMethod::kExternal);
}

void InboundStream::frame_in(Established& state, const Frame& frame) {
  if (is_stanza_name(frame.name)) return take_stanza(frame);
  const auto element = read_small(frame);
  if (!element) return;
  if (element->ns == kDialbackNs) return dialback_element(*element, TlsFacts(state.tls));
  if (management_version(element->ns)) return management_element(*element);
  if (element->ns == kHandledNs) return handled_element(*element);
  fail(StreamError::kUnsupportedStanzaType);
}

// The peer may go on until it has seen our end tag (SPEC: RFC 6120 4.4).
void InboundStream::frame_in(Closing& state, const Frame& frame) {
  if (!state.accepting) return;
  // On a managed stream what is not counted is the sender's, who will send or bounce it.
  if (is_stanza_name(frame.name)) return managed() ? void() : take_stanza(frame);
  // What it acknowledges until then counts, too.
  if (!sent_ || frame.bytes.size() > kLimitsBeforeAuthentication.bytes) return;
  if (const auto element = reader_.read_element(frame.bytes)) late_element(*element);
}

void InboundStream::frame_in(Closed&, const Frame&) {}

std::optional<DomainPair> InboundStream::accept_header(const Frame& frame,
                                                       const std::optional<DomainPair>& expected) {
  const auto header = reader_.read_header(frame.bytes, frame.name);
  if (!header) {
    fail(StreamError::kNotWellFormed);
    return std::nullopt;
  }
  auto from = normal(header->from);
  auto to = normal(header->to);
  id_ = ids_.next();
  // What was asked for is repeated, whether it exists or not (INVISIBLE).
  send(write_stream_header(to.value_or(""), from.value_or(""), id_));
  header_sent_ = true;
  if (header->fault) return fail(*header->fault), std::nullopt;
  if (const auto error = check_version(*header)) return fail(*error), std::nullopt;
  if (!from) return fail(StreamError::kInvalidFrom), std::nullopt;
  if (!to) return fail(StreamError::kHostUnknown), std::nullopt;
  DomainPair pair{.remote = *std::move(from), .local = *std::move(to)};
  if (expected && pair.remote != expected->remote) {
    return fail(StreamError::kInvalidFrom), std::nullopt;
  }
  peer_ = config_.lookup->peer_of(pair.remote);
  if (!peer_ || !config_.lookup->represents(*peer_, pair.local) ||
      (expected && pair.local != expected->local)) {
    refuse(pair, RefusalCause::kUnknownHost);
    return fail(StreamError::kHostUnknown), std::nullopt;
  }
  return pair;
}

std::optional<StreamElement> InboundStream::read_small(const Frame& frame) {
  if (frame.bytes.size() > kLimitsBeforeAuthentication.bytes ||
      frame.elements > kLimitsBeforeAuthentication.elements || elements_left_ == 0) {
    fail(StreamError::kPolicyViolation);
    return std::nullopt;
  }
  --elements_left_;
  auto element = reader_.read_element(frame.bytes);
  if (!element) {
    fail(StreamError::kNotWellFormed);
    return std::nullopt;
  }
  if (element->is(kStreamsNs, "error")) {
    actions_.emplace_back(
        xmpp::Closing{.cause = CloseCause::kPeerError, .error = read_stream_error(*element)});
    send(std::string(kStreamEnd));
    finish();
    return std::nullopt;
  }
  return *std::move(element);
}

// ---- closing ------------------------------------------------------------------------------

void InboundStream::send(std::string bytes) {
  if (bytes.empty()) return;
  if (!actions_.empty()) {
    if (auto* const last = std::get_if<Send>(&actions_.back()); last != nullptr) {
      last->bytes += bytes;
      return;
    }
  }
  actions_.emplace_back(Send{.bytes = std::move(bytes)});
}

void InboundStream::refuse(const DomainPair& pair, RefusalCause cause,
                           std::optional<CertificateFault> fault) {
  actions_.emplace_back(AuthenticationRefused{.pair = pair, .cause = cause, .fault = fault});
}

void InboundStream::fail(StreamError error, CloseCause cause, std::optional<FrameFault> fault) {
  if (std::holds_alternative<Idle>(state_) || std::holds_alternative<AwaitingTls>(state_)) {
    return abandon(cause);
  }
  if (!header_sent_) {
    id_ = ids_.next();
    send(write_stream_header("", "", id_));
    header_sent_ = true;
  }
  fail_as(write_stream_error(error), error, cause, fault);
}

void InboundStream::fail_as(const std::string& written, StreamError error, CloseCause cause,
                            std::optional<FrameFault> fault) {
  last_answer();
  send(written + std::string(kStreamEnd));
  actions_.emplace_back(xmpp::Closing{.cause = cause, .error = error, .fault = fault});
  state_ = Closing{.accepting = false};
  refuse_wanted();
}

void InboundStream::close_in_order(CloseCause cause) {
  if (!header_sent_) return abandon(cause);
  last_answer();
  send(std::string(kStreamEnd));
  actions_.emplace_back(xmpp::Closing{.cause = cause});
  const bool accepting = std::holds_alternative<Established>(state_);
  state_ = Closing{.accepting = accepting};
  refuse_wanted();
}

void InboundStream::peer_closed() {
  if (!std::holds_alternative<Closing>(state_)) {
    last_answer();
    send(std::string(kStreamEnd));
    actions_.emplace_back(xmpp::Closing{.cause = CloseCause::kPeerClosed});
  }
  finish();
}

void InboundStream::abandon(CloseCause cause) {
  actions_.emplace_back(xmpp::Closing{.cause = cause});
  finish();
}

void InboundStream::finish() {
  refuse_wanted();
  actions_.emplace_back(Disconnect{});
  state_ = Closed{};
}

}  // namespace guard::xmpp
