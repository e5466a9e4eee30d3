// The part of OutboundStream that proves who we are: features, SASL EXTERNAL, dialback, and the
// questions about keys (db:verify).
#include <algorithm>
#include <utility>

#include "guard/xmpp/features.h"
#include "guard/xmpp/outbound_stream.h"
#include "guard/xmpp/sasl_external.h"

namespace guard::xmpp {
namespace {

std::string write_bidi() { return "<bidi xmlns='" + std::string(kBidiNs) + "'/>"; }

}  // namespace

void OutboundStream::element_in(AwaitingFeatures& state, const StreamElement& element) {
  const auto features = read_features(element);
  if (!features) return unexpected(element);
  note_features(*features);
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
    const bool bidi = features->both_ways && config_.demands.both_ways && may_see(config_.pair) &&
                      certified(config_.pair);
    if (bidi) send(write_bidi());
    send(write_auth(config_.pair.local));
    state_ = AwaitingSasl{.id = std::move(id), .may_dial_back = may_dial_back, .bidi_asked = bidi};
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
    both_ways_ = state.bidi_asked;
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
  note_features(*features);
  // What the peer sends may be here before it has answered <enable/>.
  if (both_ways_) {
    authenticated(AuthMethod::kExternal);
    admit(config_.pair);
  }
  if (!features->management) return ready(AuthMethod::kExternal);
  const bool each = features->tells_each && config_.demands.guard;
  send(write_management(
      {.kind = ManagementKind::kEnable, .version = *features->management, .each = each}));
  state_ = AwaitingEnabled{.version = *features->management, .each = each};
}

void OutboundStream::element_in(AwaitingEnabled& state, const StreamElement& element) {
  const auto answer = read_management(element);
  const bool enabled = answer && answer->kind == ManagementKind::kEnabled;
  const bool failed = answer && answer->kind == ManagementKind::kFailed;
  if ((!enabled && !failed) || answer->version != state.version) return unexpected(element);
  // Each stanza is counted from the first one on, or none is.
  const bool each = enabled && answer->each;
  if (each && (!state.each || received_.received() > 0)) return unexpected(element);
  if (enabled) sent_.emplace(state.version, each);
  if (enabled && both_ways_) received_.enable(state.version, each);
  ready(AuthMethod::kExternal);
}

void OutboundStream::ready(AuthMethod method) {
  if (!both_ways_) authenticated(method);
  state_ = Ready{};
  open_verify();
}

void OutboundStream::authenticated(AuthMethod method) {
  pairs_.insert(config_.pair);
  actions_.emplace_back(Authenticated{.pair = config_.pair, .method = method});
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
  if (sent_ && management_version(element.ns)) return management_element(element);
  if (element.ns == kHandledNs) return handled_element(element);
  dialback_element(element);
}

void OutboundStream::dialback_element(const StreamElement& element) {
  const auto read = read_dialback(element);
  if (!read) return unexpected(element);
  if (read->kind == DialbackKind::kVerify) {
    return read->verdict ? verify_answered(*read) : unexpected(element);
  }
  if (read->verdict) return pair_answered(*read);
  if (!both_ways_) return unexpected(element);
  pair_asked(*read);
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

void OutboundStream::note_features(const Features& features) {
  const PeerLimits& limits = features.limits;
  if (limits.max_bytes || limits.idle_seconds) actions_.emplace_back(limits);
  takes_pairs_ = takes_pairs_ || (features.dialback && features.dialback_errors);
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
      authenticated(config_.demands.auth == AuthDemand::kExternalOnly ? AuthMethod::kCertificate
                                                                      : AuthMethod::kDialback);
      state_ = Ready{};
      return;
    case DialbackVerdict::kInvalid:
      return give_up(RefusalCause::kDialbackInvalid, std::nullopt);
    case DialbackVerdict::kError:
      return give_up(RefusalCause::kDialbackError, std::nullopt);
  }
}

}  // namespace guard::xmpp
