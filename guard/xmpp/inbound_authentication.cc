// The part of InboundStream that decides who the peer is: features, SASL EXTERNAL, dialback.
#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/xmpp/features.h"
#include "guard/xmpp/inbound_stream.h"

namespace guard::xmpp {
namespace {

// A dialback key is opaque to the receiving server; a hex HMAC-SHA256 has 64 octets.
constexpr std::size_t kKeyCeiling = 512;

}  // namespace

void InboundStream::offer_authentication(const DomainPair& pair, const TlsFacts& tls) {
  const PeerDemands& demands = config_.lookup->demands(*peer_);
  if (!meets_floor(tls, demands)) {
    refuse(pair, floor_refusal(tls, demands));
    return fail(StreamError::kNotAuthorized, CloseCause::kRefused);
  }
  const bool external = proves_domain(tls, demands, pair.remote);
  if (!external && demands.auth == AuthDemand::kExternalOnly) {
    refuse_certificate(pair, tls, demands);
    return fail(StreamError::kNotAuthorized, CloseCause::kRefused);
  }
  const bool bidi = external && demands.both_ways;
  send_features({.external = external, .both_ways = bidi});
  state_ =
      Negotiating{.pair = pair, .tls = tls, .external_offered = external, .bidi_offered = bidi};
}

TlsFacts InboundStream::judged(const TlsFacts& tls) const {
  TlsFacts facts = tls;
  if (config_.judge) facts.certificate = config_.judge(*peer_);
  return facts;
}

void InboundStream::refuse_certificate(const DomainPair& pair, const TlsFacts& tls,
                                       const PeerDemands& demands) {
  refuse(pair, RefusalCause::kCertificate,
         certificate_fault(tls.certificate, pair.remote, demands.wildcard_certificates));
}

FrameLimits InboundStream::stanza_limits() const {
  FrameLimits limits = config_.limits;
  const std::size_t own = config_.lookup->demands(*peer_).stanza_bytes;
  if (own != 0) limits.bytes = std::min<std::size_t>(limits.bytes, own);
  return limits;
}

void InboundStream::send_features(const Features& offered) {
  Features features = offered;
  const PeerDemands& demands = config_.lookup->demands(*peer_);
  // A certificate answers a db:result, too, and another guard may want to share a stream.
  features.dialback = features.dialback_errors = allows_dialback(demands) || demands.guard;
  features.limits.max_bytes = stanza_limits().bytes;
  if (config_.idle_seconds != 0) features.limits.idle_seconds = config_.idle_seconds;
  send(write_features(features));
}

// ---- SASL EXTERNAL (SPEC: RFC 6120 6.4, XEP-0178 3; S11) ------------------------------------

void InboundStream::sasl_element(Negotiating& state, const StreamElement& element) {
  if (element.name == "auth") {
    const std::string* const mechanism = element.attribute("mechanism");
    if (!state.external_offered || mechanism == nullptr || *mechanism != "EXTERNAL") {
      return sasl_failed(state, SaslFailure::kInvalidMechanism, RefusalCause::kMechanism);
    }
    if (element.text.empty()) {
      state.challenged = true;
      return send(write_challenge());
    }
    return sasl_content(state, element.text);
  }
  if (element.name == "response") {
    if (!state.challenged) {
      return sasl_failed(state, SaslFailure::kMalformedRequest, RefusalCause::kMechanism);
    }
    return sasl_content(state, element.text);
  }
  if (element.name == "abort") {
    return sasl_failed(state, SaslFailure::kAborted, RefusalCause::kMechanism);
  }
  fail(StreamError::kUnsupportedStanzaType);
}

void InboundStream::sasl_content(Negotiating& state, const std::string& encoded) {
  state.challenged = false;
  if (const auto failure = check_authzid(encoded, state.pair.remote)) {
    return sasl_failed(state, *failure, RefusalCause::kAuthzid);
  }
  // The policy, the lists of what is revoked and the time may have changed since the offer.
  if (!may_see(state.pair)) {
    return sasl_failed(state, SaslFailure::kNotAuthorized, RefusalCause::kUnknownHost);
  }
  state.tls = judged(state.tls);
  if (!proves_domain(state.tls, config_.lookup->demands(*peer_), state.pair.remote)) {
    return sasl_failed(state, SaslFailure::kNotAuthorized, RefusalCause::kCertificate);
  }
  send(write_success());
  framer_.restart();
  header_sent_ = false;
  asked_.clear();  // they were asked about the stream that ends here
  AwaitingRestart next{
      .pair = std::move(state.pair), .tls = std::move(state.tls), .bidi_asked = state.bidi_asked};
  state_ = std::move(next);
}

void InboundStream::sasl_failed(Negotiating& state, SaslFailure failure, RefusalCause cause) {
  state.challenged = false;
  send(write_failure(failure));
  if (cause == RefusalCause::kCertificate) {
    refuse_certificate(state.pair, state.tls, config_.lookup->demands(*peer_));
  } else {
    refuse(state.pair, cause);
  }
  if (++state.attempts >= kSaslAttempts) {
    fail(StreamError::kPolicyViolation, CloseCause::kRefused);
  }
}

// ---- dialback (SPEC: XEP-0220, XEP-0344; S15 to S20) ----------------------------------------

void InboundStream::dialback_element(const StreamElement& element, const TlsFacts& tls) {
  const auto request = read_dialback(element);
  if (!request) {
    return fail(request.error() == DialbackFault::kAddress ? StreamError::kImproperAddressing
                                                           : StreamError::kUnsupportedStanzaType);
  }
  if (request->verdict) return pair_answered(*request);
  switch (request->kind) {
    case DialbackKind::kResult:
      return dialback_result(*request, tls);
    case DialbackKind::kVerify:
      return dialback_verify(*request);
  }
}

bool InboundStream::may_see(const DomainPair& pair) const {
  const auto peer = config_.lookup->peer_of(pair.remote);
  return peer.has_value() && peer == peer_ && config_.lookup->represents(*peer, pair.local);
}

void InboundStream::dialback_result(const DialbackElement& request, const TlsFacts& tls) {
  const DomainPair pair{.remote = request.from, .local = request.to};
  if (!may_see(pair)) {
    refuse(pair, RefusalCause::kUnknownHost);
    return answer_result(pair, DialbackVerdict::kError, StanzaError::kItemNotFound);
  }
  const auto valid = DialbackVerdict::kValid;
  if (pairs_.contains(pair)) return answer_result(pair, valid, StanzaError::kItemNotFound);
  if (std::ranges::find(asked_, pair) != asked_.end()) return;  // the first one is answered
  if (pairs_.size() >= kPairsCeiling || asked_.size() >= kPendingDialbackCeiling) {
    refuse(pair, RefusalCause::kTooMany);
    return answer_result(pair, DialbackVerdict::kError, StanzaError::kResourceConstraint);
  }
  const PeerDemands& demands = config_.lookup->demands(*peer_);
  // A certificate says more than dialling back would (SPEC: XEP-0344 2.4).
  if (proves_domain(judged(tls), demands, pair.remote)) {
    answer_result(pair, valid, StanzaError::kItemNotFound);
    return authenticate(pair, AuthMethod::kCertificate);
  }
  if (!allows_dialback(demands)) {
    refuse(pair, RefusalCause::kDialbackForbidden);
    return answer_result(pair, DialbackVerdict::kError, StanzaError::kPolicyViolation);
  }
  if (request.key.empty() || request.key.size() > kKeyCeiling) {
    refuse(pair, RefusalCause::kDialbackInvalid);
    return answer_result(pair, DialbackVerdict::kInvalid, StanzaError::kItemNotFound);
  }
  asked_.push_back(pair);
  actions_.emplace_back(AskAuthoritative{.pair = pair, .stream_id = id_, .key = request.key});
}

void InboundStream::handle(const DialbackAnswered& answer) {
  const auto asked = std::ranges::find(asked_, answer.pair);
  if (asked == asked_.end()) return;
  asked_.erase(asked);
  if (authenticating_tls() == nullptr) return;
  const DomainPair& pair = answer.pair;
  switch (answer.verdict) {
    case DialbackVerdict::kValid: {
      // The policy may have changed while the other server was being asked.
      if (!may_see(pair)) {
        refuse(pair, RefusalCause::kUnknownHost);
        return answer_result(pair, DialbackVerdict::kError, StanzaError::kItemNotFound);
      }
      const PeerDemands& demands = config_.lookup->demands(*peer_);
      if (!allows_dialback(demands) || !meets_floor(*authenticating_tls(), demands) ||
          pairs_.size() >= kPairsCeiling) {
        refuse(pair, RefusalCause::kDialbackForbidden);
        return answer_result(pair, DialbackVerdict::kError, StanzaError::kPolicyViolation);
      }
      answer_result(pair, DialbackVerdict::kValid, StanzaError::kItemNotFound);
      return authenticate(pair, AuthMethod::kDialback);
    }
    case DialbackVerdict::kInvalid:
      answer_result(pair, DialbackVerdict::kInvalid, StanzaError::kItemNotFound);
      refuse(pair, RefusalCause::kDialbackInvalid);
      if (pairs_.empty() && asked_.empty()) close_in_order(CloseCause::kRefused);
      return;
    case DialbackVerdict::kError:
      answer_result(pair, DialbackVerdict::kError, answer.condition);
      return refuse(pair, RefusalCause::kDialbackError);
  }
}

// The guard is authoritative for the domains behind it, and for streams that it opened only; it
// never asks anybody else about a key (S16).
void InboundStream::dialback_verify(const DialbackElement& request) {
  const DomainPair pair{.remote = request.from, .local = request.to};
  DialbackElement answer{.kind = DialbackKind::kVerify,
                         .from = request.to,
                         .to = request.from,
                         .id = request.id,
                         .verdict = DialbackVerdict::kError};
  if (!may_see(pair)) {
    refuse(pair, RefusalCause::kUnknownHost);
    return send(write_dialback(answer, StanzaError::kItemNotFound));
  }
  // Both are worked out whatever the other says, so that time tells nothing.
  const bool opened = config_.lookup->opened(pair.local, pair.remote, request.id);
  const bool matches = config_.secret->matches(request.key, pair.remote, pair.local, request.id);
  answer.verdict = opened && matches ? DialbackVerdict::kValid : DialbackVerdict::kInvalid;
  send(write_dialback(answer));
}

void InboundStream::answer_result(const DomainPair& pair, DialbackVerdict verdict,
                                  StanzaError condition) {
  send(write_dialback(
      {.kind = DialbackKind::kResult, .from = pair.local, .to = pair.remote, .verdict = verdict},
      condition));
}

const TlsFacts* InboundStream::authenticating_tls() const {
  if (const auto* const state = std::get_if<Negotiating>(&state_)) return &state->tls;
  if (const auto* const state = std::get_if<Established>(&state_)) return &state->tls;
  return nullptr;
}

void InboundStream::authenticate(const DomainPair& pair, AuthMethod method) {
  pairs_.insert(pair);
  actions_.emplace_back(Authenticated{.pair = pair, .method = method});
  if (std::holds_alternative<Established>(state_)) return;
  framer_.set_limits(stanza_limits());
  Established next;
  if (auto* const state = std::get_if<Negotiating>(&state_)) {
    next = {.pair = std::move(state->pair), .tls = std::move(state->tls)};
  } else if (auto* const restart = std::get_if<AwaitingRestart>(&state_)) {
    next = {.pair = std::move(restart->pair), .tls = std::move(restart->tls)};
  } else {
    CHECK(false && "authentication outside of a negotiation");
  }
  state_ = std::move(next);
}

}  // namespace guard::xmpp
