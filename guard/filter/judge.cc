#include "guard/filter/judge.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "guard/base/check.h"
#include "guard/base/sha256.h"
#include "guard/filter/canonical_value.h"
#include "guard/filter/hops.h"
#include "guard/filter/label_format.h"
#include "guard/filter/label_writer.h"
#include "guard/filter/refusal.h"
#include "guard/filter/stanza.h"
#include "guard/filter/stanza_writer.h"
#include "guard/filter/stream_condition.h"
#include "guard/filter/vocabulary.h"
#include "guard/xmpp/framer.h"
#include "policy/answer.h"
#include "policy/decide.h"
#include "policy/facts_json.h"
#include "schemas/reader.h"

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

// The facts of what the policy was not asked about, or not the last to judge: how far it came.
std::string staged(std::string_view stage, std::string facts) {
  return facts.insert(1, "\"stage\":\"" + std::string(stage) + "\",");
}

std::string stage_facts(std::string_view stage, std::size_t octets) {
  return staged(stage, "{\"octets\":" + std::to_string(octets) + '}');
}

void close_stream(Judgement& judgement, StreamCondition condition, std::string reason) {
  judgement.outcome = Outcome::kCloseStream;
  judgement.condition = condition;
  judgement.finding.reason = std::move(reason);
}

void set_decision(Judgement& judgement, const policy::Decision& decision) {
  // Of a refusal it is for the record only.
  judgement.far_peer = decision.far_peer.value_or(wire::kNoPeer);
  judgement.finding.allowed = decision.allowed();
  judgement.finding.reason = policy::to_string(decision.reason);
  judgement.finding.rule = decision.rule;
  judgement.finding.marking = decision.marking;
}

}  // namespace

bool can_crash_on_request() {
#if defined(GUARD_CRASH_ON_REQUEST)
  return true;
#else
  return false;
#endif
}

// One Parts serves all stanzas; what belongs to the stanza in hand is passed along.
struct Judge::Parts {
  Parts(policy::Policy p, Lane l, const JudgeOptions& o, Seal s)
      : policy(std::move(p)),
        lane(l),
        options(o),
        limits{.bytes = o.stanza_bytes,
               .depth = o.depth,
               .attributes = o.attributes,
               .namespaces = o.namespaces,
               .elements = o.elements},
        reader({.bytes = o.stanza_bytes, .depth = o.depth, .elements = o.elements}),
        label_writer(policy),
        seal(std::move(s)) {}

  void judge(const StreamContext* context, const wire::Offer& offer, Judgement& judgement);
  void judge_tree(const StreamContext& context, const wire::Offer& offer,
                  const schemas::Element& root, Judgement& judgement);
  void refuse_unread(const StreamContext& context, const wire::Offer& offer,
                     const schemas::ReadError& error, Judgement& judgement);
  bool begin(const StreamContext& context, const wire::Offer& offer, const schemas::Element& root,
             Stanza& stanza, Judgement& judgement);
  void refuse(const Stanza& stanza, std::string_view reason, std::optional<Answer> instead,
              Judgement& judgement);
  void answer(const Stanza& stanza, const policy::Answer& answer, Judgement& judgement);
  void forward(const Stanza& stanza, const policy::Decision& decision, std::string bytes,
               Judgement& judgement);
  std::expected<void, ContentFault> write(const Stanza& stanza, const schemas::Element& root,
                                          const policy::Decision& decision, std::string& out);
  NamedDomains named_domains(std::string_view domain) const;
  [[nodiscard]] bool is_guard(PeerIndex peer) const {
    return policy.peers()[peer].connection.guard;
  }
  void judge_hops(const StreamContext& context, const wire::Offer& offer, Judgement& judgement);
  bool refuse_hops(Stanza& stanza, const wire::Offer& offer, Judgement& judgement);
  void judge_read(const StreamContext& context, const wire::Offer& offer, Judgement& judgement);
  void count_hops(const StreamContext* context, Judgement& judgement) const;
  void crash_where_asked(const schemas::Element& root) const;

  policy::Policy policy;
  Lane lane;
  JudgeOptions options;
  xmpp::FrameLimits limits;
  schemas::StanzaReader reader;
  StanzaWriter writer;
  LabelWriter label_writer;
  Seal seal;
  Sha256 sha256;
  // When the stanza in hand is judged, and what it has reached.
  UtcTime at;
  std::string_view stage;
  std::uint32_t hops = 0;                     // the guards that it has passed before this one
  bool hops_missing = false;                  // a guard has not said how many
  std::vector<const schemas::Element*> kept;  // scratch
};

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
  judge_read(context, {offer.ticket, offer.stream, std::move(taken->rest)}, judgement);
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

// Refuses a stanza from a guard that has not said its count, and one that would leave for a guard
// with one past the bound. False where neither is so.
bool Judge::Parts::refuse_hops(Stanza& stanza, const wire::Offer& offer, Judgement& judgement) {
  const auto far = policy.peer_of(far_side(lane), stanza.facts.to.domain);
  const bool exceeded = hops >= kMaxHops && far && is_guard(*far);
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

// Whatever the parser refuses closes the stream, but for what is well formed and not valid.
void Judge::Parts::refuse_unread(const StreamContext& context, const wire::Offer& offer,
                                 const schemas::ReadError& error, Judgement& judgement) {
  const schemas::Element* root = reader.refused_root();
  if (error.fault != schemas::ReadFault::kSchema || root == nullptr) {
    stage = "parse";
    if (error.fault == schemas::ReadFault::kInternal ||
        error.fault == schemas::ReadFault::kSchema) {
      judgement.finding.reason = "internal";  // refused silently, as it was born
      return;
    }
    close_stream(judgement, wire_condition(error.fault),
                 "xml-" + std::string(schemas::to_string(error.fault)));
    return;
  }
  Stanza stanza;
  if (!begin(context, offer, *root, stanza, judgement)) return;
  const bool other_format = holds_other_label_format(offer.bytes);
  stage = other_format ? "label" : "schema";
  set_unread_content(stanza.facts, offer.bytes);
  if (other_format) {
    stanza.facts.label.present = true;
    stanza.facts.label.fault = policy::LabelFault::kFormat;
  }
  refuse(stanza, other_format ? "label-format" : "schema", std::nullopt, judgement);
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

// Refuses what the filter itself does not let through. The policy is asked all the same: a pair
// that it has no rule for must look as if it did not exist, whatever else is wrong (INVISIBLE).
// The answer is the one that a content rule's refusal would get; `instead` takes its place.
void Judge::Parts::refuse(const Stanza& stanza, std::string_view reason,
                          std::optional<Answer> instead, Judgement& judgement) {
  judgement.finding.facts = staged(stage, policy::to_json(policy, stanza.facts));
  const policy::Decision decision = policy::decide(policy, stanza.facts);
  using Form = policy::Answer::Form;
  if (decision.answer.form == Form::kCloseInvalidFrom ||
      decision.answer.form == Form::kCloseHostUnknown) {
    set_decision(judgement, decision);
    answer(stanza, decision.answer, judgement);
    return;
  }
  const bool out_of_hops = stage == "hops";  // even what is bare would go round and round
  if (!instead && !out_of_hops && decision.allowed() &&
      stanza.facts.type == StanzaType::kUnavailable) {
    // Somebody who has been seen to come must be seen to go, or stays as a ghost in rooms and
    // rosters: what is wrong with the rest of it is left out (SPEC: RFC 6121 4.5).
    std::string bare;
    StanzaWriter::append_bare_unavailable(bare, stanza.facts.from.to_string(),
                                          stanza.facts.to.to_string());
    forward(stanza, decision, std::move(bare), judgement);
    return;
  }
  judgement.finding.reason = reason;
  judgement.finding.rule.clear();
  judgement.far_peer = decision.far_peer.value_or(wire::kNoPeer);
  policy::Answer uniform = policy::answer_to(policy, stanza.facts,
                                             policy::Reason::kElementNotAllowed, decision.far_peer);
  if (instead && uniform.form == Form::kReply) {
    uniform.condition = instead->condition;
    uniform.type = instead->type;
  }
  answer(stanza, uniform, judgement);
}

void Judge::Parts::answer(const Stanza& stanza, const policy::Answer& answer,
                          Judgement& judgement) {
  switch (answer.form) {
    case policy::Answer::Form::kSilence:
      judgement.outcome = Outcome::kRefuseSilently;
      return;
    case policy::Answer::Form::kCloseInvalidFrom:
      judgement.outcome = Outcome::kCloseStream;
      judgement.condition = StreamCondition::kInvalidFrom;
      return;
    case policy::Answer::Form::kCloseHostUnknown:
      judgement.outcome = Outcome::kCloseStream;
      judgement.condition = StreamCondition::kHostUnknown;
      return;
    case policy::Answer::Form::kReply:
      break;
  }
  const Envelope envelope = stanza.envelope();
  if (!envelope.answerable) return;  // born refused silently
  judgement.outcome = Outcome::kRefuseWithReply;
  judgement.bytes = error_reply(envelope, {answer.condition, answer.type});
  judgement.pair = {stanza.facts.to.domain, stanza.facts.from.domain};
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
    set_decision(judgement, decision);
    answer(stanza, decision.answer, judgement);
    return;
  }
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
  judgement.contingency = contingency_reply(stanza.envelope(), lane);
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
  if (stanza.facts.type == StanzaType::kResult) named = named_domains(stanza.facts.from.domain);
  return writer.write(out,
                      {.name = policy::to_string(stanza.facts.kind),
                       .from = from,
                       .id = stanza.id,
                       .to = to,
                       .type = written_type(stanza.facts.type),
                       .lang = lang,
                       .domains = named},
                      rule_of(stanza.facts), kept, label);
}

// What a server's list of services may name: the domains that the policy gives to its peer by name.
// INVARIANT(INVISIBLE): who may see a peer may see all of them; names below a claim could be any.
NamedDomains Judge::Parts::named_domains(std::string_view domain) const {
  const auto peer = policy.peer_of(near_side(lane), domain);
  if (!peer) return {};
  return {.table = &policy.domains(near_side(lane)), .peer = *peer};
}

void Judge::Parts::crash_where_asked([[maybe_unused]] const schemas::Element& root) const {
#if defined(GUARD_CRASH_ON_REQUEST)
  if (!options.crash_on_request) return;
  const schemas::Element* body = root.child(ns::kServer, "body");
  if (body != nullptr && body->text() == kCrashRequest) std::abort();
#endif
}

Judge::Judge(policy::Policy policy, Lane lane, const JudgeOptions& options, Seal seal)
    : parts_(std::make_unique<Parts>(std::move(policy), lane, options, std::move(seal))) {}

Judge::~Judge() = default;

bool Judge::may_send(PeerIndex peer) const {
  const auto peers = parts_->policy.peers();
  return peer < peers.size() && peers[peer].side == near_side(parts_->lane);
}

policy::CertificateClearance Judge::certificate_clearance(PeerIndex peer,
                                                          BytesView attributes) const {
  CHECK(may_send(peer));
  if (!parts_->policy.peers()[peer].connection.certificate_clearance) return {};
  return policy::read_certificate_clearance(parts_->policy.security_policy(), attributes);
}

wire::Judgement Judge::judge(const StreamContext* context, const wire::Offer& offer, UtcTime at) {
  CHECK(context == nullptr || may_send(context->peer));
  Judgement judgement;
  judgement.ticket = offer.ticket;
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
