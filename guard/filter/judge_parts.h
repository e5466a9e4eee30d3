// Judge::Parts: the steps of a judgement and what they have in common. Private to judge.cc,
// judge_catalog.cc, judge_hops.cc and judge_refusal.cc.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/base/sha256.h"
#include "guard/filter/catalogs.h"
#include "guard/filter/far_features.h"
#include "guard/filter/judge.h"
#include "guard/filter/label_writer.h"
#include "guard/filter/refusal.h"
#include "guard/filter/stanza.h"
#include "guard/filter/stanza_writer.h"
#include "guard/xmpp/framer.h"
#include "policy/answer.h"
#include "policy/decide.h"
#include "schemas/reader.h"

namespace guard::filter {

// staged writes which step `facts` come from into them: of what the policy was not asked about, or
// not the last to judge, they say how far it came.
[[nodiscard]] std::string staged(std::string_view stage, std::string facts);

// close_stream makes a judgement that ends the stream of its stanza.
void close_stream(wire::Judgement& judgement, wire::StreamCondition condition, std::string reason);

// set_decision writes what the policy has decided into the finding.
void set_decision(wire::Judgement& judgement, const policy::Decision& decision);

// One Parts serves all stanzas; what belongs to the stanza in hand is passed along.
struct Judge::Parts {
  Parts(policy::Policy p, Side n, const JudgeOptions& o, Seal s)
      : policy(std::move(p)),
        side(n),
        options(o),
        limits{.bytes = o.stanza_bytes,
               .depth = o.depth,
               .attributes = o.attributes,
               .namespaces = o.namespaces,
               .elements = o.elements},
        reader({.bytes = o.stanza_bytes, .depth = o.depth, .elements = o.elements}),
        label_writer(policy),
        catalogs(policy, o.stanza_bytes / 2),  // the rest is for addresses
        seal(std::move(s)) {}

  void judge(const StreamContext* context, const wire::Offer& offer, wire::Judgement& judgement);
  void judge_tree(const StreamContext& context, const wire::Offer& offer,
                  const schemas::Element& root, wire::Judgement& judgement);
  void refuse_unread(const StreamContext& context, const wire::Offer& offer,
                     const schemas::ReadError& error, wire::Judgement& judgement);
  bool begin(const StreamContext& context, const wire::Offer& offer, const schemas::Element& root,
             Stanza& stanza, wire::Judgement& judgement);
  void refuse(const Stanza& stanza, std::string_view reason, std::optional<Answer> instead,
              wire::Judgement& judgement);
  bool reduce_error(const Stanza& stanza, const schemas::Element& root,
                    const policy::Decision& decision, wire::Judgement& judgement);
  void answer(const Stanza& stanza, const policy::Answer& answer, wire::Judgement& judgement);
  void forward(const Stanza& stanza, const policy::Decision& decision, std::string bytes,
               wire::Judgement& judgement);
  std::vector<std::string_view> answered_features(const Stanza& stanza, PeerIndex far,
                                                  std::optional<WithFeature>& more);
  std::expected<void, ContentFault> write(const Stanza& stanza, const schemas::Element& root,
                                          const policy::Decision& decision, std::string& out);
  NamedDomains named_domains(std::string_view domain) const;
  [[nodiscard]] bool is_guard(PeerIndex peer) const {
    return policy.peers()[peer].connection.guard;
  }
  void judge_hops(const StreamContext& context, const wire::Offer& offer,
                  wire::Judgement& judgement);
  static bool asks_for_catalog(const Stanza& stanza);
  std::expected<xmpp::Jid, ContentFault> catalog_address(const Stanza& stanza,
                                                         const schemas::Element& catalog,
                                                         PeerIndex far) const;
  void answer_catalog(const Stanza& stanza, const schemas::Element& root,
                      const policy::Decision& decision, wire::Judgement& judgement);
  bool refuse_hops(Stanza& stanza, const wire::Offer& offer, wire::Judgement& judgement);
  void judge_read(const StreamContext& context, const wire::Offer& offer,
                  wire::Judgement& judgement);
  void count_hops(const StreamContext* context, wire::Judgement& judgement) const;
  void crash_where_asked(const schemas::Element& root) const;

  policy::Policy policy;
  Side side;  // that its lanes begin at
  JudgeOptions options;
  xmpp::FrameLimits limits;
  schemas::StanzaReader reader;
  StanzaWriter writer;
  LabelWriter label_writer;
  Catalogs catalogs;
  Seal seal;
  Sha256 sha256;
  // The lane of the stanza in hand, when it is judged, and what it has reached.
  Lane lane = Lane::kHighToLow;
  UtcTime at;
  std::string_view stage;
  std::uint32_t hops = 0;                     // the guards that it has passed before this one
  bool hops_missing = false;                  // a guard has not said how many
  std::vector<const schemas::Element*> kept;  // scratch
};

}  // namespace guard::filter
