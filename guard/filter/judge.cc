#include "guard/filter/judge.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "guard/base/check.h"
#include "guard/filter/canonical_value.h"
#include "guard/filter/exchange.h"
#include "guard/filter/hops.h"
#include "guard/filter/judge_parts.h"
#include "guard/filter/stream_condition.h"
#include "guard/filter/vocabulary.h"
#include "policy/facts_json.h"

namespace guard::filter {
namespace {

using policy::StanzaKind;
using policy::StanzaType;
using wire::Judgement;
using wire::Outcome;
using wire::StreamCondition;

// The type attribute as it is written: left out where it is the default.
std::string_view written_type(StanzaType type) {
  if (type == StanzaType::kNormal || type == StanzaType::kAvailable) return {};
  return policy::to_string(type);
}

std::string stage_facts(std::string_view stage, std::size_t octets) {
  return staged(stage, "{\"octets\":" + std::to_string(octets) + '}');
}

}  // namespace

bool can_crash_on_request() {
#if defined(GUARD_CRASH_ON_REQUEST)
  return true;
#else
  return false;
#endif
}

void Judge::Parts::judge(const StreamContext* context, const wire::Offer& offer,
                         Judgement& judgement) {
  stage = "frame";
  const auto frame = xmpp::exactly_one_stanza(offer.bytes, limits);
  if (!frame) {
    close_stream(judgement, wire_condition(xmpp::stream_error_for(frame.error())),
                 "frame-" + std::string(xmpp::to_string(frame.error())));
    return;
  }
  judgement.finding.kind = frame->name;
  stage = "stream";
  if (context == nullptr) {
    close_stream(judgement, StreamCondition::kNotAuthorized, "stream-not-authenticated");
    return;
  }
  judge_hops(*context, offer, judgement);
}

void Judge::Parts::judge_read(const StreamContext& context, const wire::Offer& offer,
                              Judgement& judgement) {
  const auto root = reader.read_stanza(offer.bytes);
  if (root) {
    judge_tree(context, offer, **root, judgement);
  } else {
    refuse_unread(context, offer, root.error(), judgement);
  }
}

// Reads the start tag and holds the addresses against the stream. False where that has already
// decided.
bool Judge::Parts::begin(const StreamContext& context, const wire::Offer& offer,
                         const schemas::Element& root, Stanza& stanza, Judgement& judgement) {
  const Head head = read_head(root);
  wire::Finding& finding = judgement.finding;
  finding.from = head.from.value_or(std::string_view());
  finding.to = head.to.value_or(std::string_view());
  finding.stanza_id = head.id;
  finding.type = head.type;
  stage = "address";
  const auto addresses = check_addresses(head.from, head.to, context);
  if (!addresses) {
    switch (addresses.error()) {
      case AddressFault::kMissing:
        close_stream(judgement, StreamCondition::kImproperAddressing, "address-missing");
        return false;
      case AddressFault::kForeignFrom:
        close_stream(judgement, StreamCondition::kInvalidFrom, "from-not-authenticated");
        return false;
      case AddressFault::kUnknownPair:
        // INVARIANT(INVISIBLE)
        close_stream(judgement, StreamCondition::kHostUnknown, "pair-not-authenticated");
        return false;
      case AddressFault::kMalformedFrom:
        finding.reason = "from-malformed";
        return false;
    }
  }
  stanza.facts.lane = lane;
  stanza.facts.at = at;
  stanza.facts.peer = context.peer;
  stanza.facts.certificate = context.certificate;
  stanza.facts.octets = static_cast<std::uint32_t>(offer.bytes.size());
  set_dropped(stanza.facts, reader.dropped());
  if (!set_head(stanza, head, *addresses)) {
    // Only where the schema has refused it, too: a type that its kind does not have.
    finding.reason = "type-unknown";
    return false;
  }
  finding.type = policy::to_string(stanza.facts.type);
  if (addresses->to_malformed) {
    refuse(stanza, "jid-malformed",
           Answer{xmpp::StanzaError::kJidMalformed, xmpp::ErrorType::kModify}, judgement);
    return false;
  }
  return !refuse_hops(stanza, offer, judgement);
}

void Judge::Parts::judge_tree(const StreamContext& context, const wire::Offer& offer,
                              const schemas::Element& root, Judgement& judgement) {
  crash_where_asked(root);
  Stanza stanza;
  if (!begin(context, offer, root, stanza, judgement)) return;
  stage = "content";
  if (const auto read = set_content(stanza, root); !read) {
    refuse(stanza, to_string(read.error()), std::nullopt, judgement);
    return;
  }
  judgement.finding.label = as_text(stanza.label_received);
  if (const auto fault = payload_fault(stanza.facts)) {
    refuse(stanza, to_string(*fault), std::nullopt, judgement);
    return;
  }
  judgement.finding.facts = policy::to_json(policy, stanza.facts);
  const policy::Decision decision = policy::decide(policy, stanza.facts);
  if (!decision.allowed()) {
    if (reduce_error(stanza, root, decision, judgement)) return;
    set_decision(judgement, decision);
    answer(stanza, decision.answer, judgement);
    return;
  }
  if (asks_for_catalog(stanza)) return answer_catalog(stanza, root, decision, judgement);
  stage = "write";
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(stanza.facts.octets) + 256);
  if (const auto written = write(stanza, root, decision, bytes); !written) {
    refuse(stanza, to_string(written.error()), std::nullopt, judgement);
    return;
  }
  const std::size_t counted = is_guard(*decision.far_peer) ? kHopsOctets : 0;
  if (bytes.size() + counted > options.stanza_bytes) {
    // One spelling may be longer than the peer's: "&gt;" for ">".
    refuse(stanza, "too-long-written", std::nullopt, judgement);
    return;
  }
  if (decision.translated && decision.leaves_with() != nullptr) {
    stanza.facts.sent = decision.translated;
    judgement.finding.facts = policy::to_json(policy, stanza.facts);
  }
  forward(stanza, decision, std::move(bytes), judgement);
}

void Judge::Parts::forward(const Stanza& stanza, const policy::Decision& decision,
                           std::string bytes, Judgement& judgement) {
  CHECK(decision.allowed() && decision.far_peer.has_value());
  judgement.outcome = Outcome::kForward;
  judgement.pair = {stanza.facts.from.domain, stanza.facts.to.domain};
  judgement.bytes = std::move(bytes);
  const Envelope envelope = stanza.envelope();
  judgement.contingency = contingency_reply(envelope, lane);
  judgement.exchange = exchange_of(envelope, sha256);
  set_decision(judgement, decision);
}

std::expected<void, ContentFault> Judge::Parts::write(const Stanza& stanza,
                                                      const schemas::Element& root,
                                                      const policy::Decision& decision,
                                                      std::string& out) {
  if (!stanza.id.empty() && !is_opaque(stanza.id)) return std::unexpected(ContentFault::kValue);
  if (stanza.facts.type == StanzaType::kError) {
    const auto condition = read_condition(root);
    if (!condition) return std::unexpected(ContentFault::kMissing);
    out = rebuilt_error(stanza.envelope(), *condition);
    return {};
  }
  std::string lang;
  if (!stanza.lang.empty() &&
      append_canonical(lang, stanza.lang, ValueKind::kLanguage) != ValueVerdict::kWritten) {
    return std::unexpected(ContentFault::kValue);
  }
  const std::string from = stanza.facts.from.to_string();
  const std::string to = stanza.facts.to.to_string();
  // INVARIANT(EVERY_STANZA_JUDGED): what leaves with a label leaves with the one it was judged as.
  std::string_view label;
  if (const labels::Label* leaves_with = decision.leaves_with()) {
    CHECK(stanza.facts.kind == StanzaKind::kMessage);
    label = label_writer.write(*leaves_with);
  } else {
    lang.clear();  // what carries no label says nothing of its own choice
  }
  kept_children(stanza, decision.kept, kept);
  NamedDomains named;
  std::vector<std::string_view> features;
  std::optional<WithFeature> more;
  if (stanza.facts.type == StanzaType::kResult) {
    named = named_domains(stanza.facts.from.domain);
    features = answered_features(stanza, *decision.far_peer, more);
  }
  return writer.write(out,
                      {.name = policy::to_string(stanza.facts.kind),
                       .from = from,
                       .id = stanza.id,
                       .to = to,
                       .type = written_type(stanza.facts.type),
                       .lang = lang,
                       .features = features,
                       .domains = named},
                      rule_of(stanza.facts), kept, label);
}

// What a server's list of services may name: the domains that the policy gives to its peer by name.
// INVARIANT(INVISIBLE): who may see a peer may see all of them; names below a claim could be any.
NamedDomains Judge::Parts::named_domains(std::string_view domain) const {
  const auto peer = policy.peer_of(side, domain);
  if (!peer) return {};
  return {.table = &policy.domains(side), .peer = *peer};
}

// What an answer about features may name. The catalogs of a far domain are the guard's, so it shows
// that there are some, whether its server has any or not: `more` is the answer that says so.
std::vector<std::string_view> Judge::Parts::answered_features(const Stanza& stanza, PeerIndex far,
                                                              std::optional<WithFeature>& more) {
  const bool info = kept.size() == 1 && kept.front()->is(ns::kDiscoInfo, "query");
  if (!info) return {};
  auto features = carried_features(policy, stanza.facts.lane, stanza.facts.peer, far);
  const xmpp::Jid& from = stanza.facts.from;
  const bool domain = from.local.empty() && from.resource.empty();
  if (domain && std::ranges::binary_search(features, ns::kCatalog)) {
    more.emplace(*kept.front(), ns::kCatalog);
    kept.front() = more->query();
  }
  return features;
}

void Judge::Parts::crash_where_asked([[maybe_unused]] const schemas::Element& root) const {
#if defined(GUARD_CRASH_ON_REQUEST)
  if (!options.crash_on_request) return;
  const schemas::Element* body = root.child(ns::kServer, "body");
  if (body != nullptr && body->text() == kCrashRequest) std::abort();
#endif
}

Judge::Judge(policy::Policy policy, Side side, const JudgeOptions& options, Seal seal)
    : parts_(std::make_unique<Parts>(std::move(policy), side, options, std::move(seal))) {}

Judge::~Judge() = default;

bool Judge::may_send(PeerIndex peer) const {
  const auto peers = parts_->policy.peers();
  return peer < peers.size() && peers[peer].side == parts_->side;
}

policy::CertificateClearance Judge::certificate_clearance(PeerIndex peer,
                                                          BytesView attributes) const {
  CHECK(may_send(peer));
  if (!parts_->policy.peers()[peer].connection.certificate_clearance) return {};
  return policy::read_certificate_clearance(parts_->policy.security_policy(), attributes);
}

wire::Judgement Judge::judge(const StreamContext* context, const wire::Offer& offer, UtcTime at) {
  CHECK(context == nullptr || may_send(context->peer));
  CHECK(near_side(offer.lane) == parts_->side);
  Judgement judgement;
  judgement.ticket = offer.ticket;
  judgement.lane = parts_->lane = offer.lane;
  if (context != nullptr) judgement.peer = context->peer;
  judgement.input = parts_->sha256.digest(as_bytes(offer.bytes));
  parts_->at = at;
  parts_->judge(context, offer, judgement);
  parts_->count_hops(context, judgement);
  CHECK(!judgement.finding.reason.empty());
  if (judgement.finding.facts.empty()) {
    judgement.finding.facts = stage_facts(parts_->stage, offer.bytes.size());
  }
  keep_content(parts_->policy.content().kept.of, parts_->seal, offer.bytes, judgement);
  return judgement;
}

}  // namespace guard::filter
