// Matrix: effective label × sender × receiver → verdict, rule, and what is done to the stanza.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/analysis/crossing.h"
#include "policy/policy.h"

namespace policy {

// MatrixRow is one line: all stanzas of these types between domains of these classes, with this
// effective label.
struct MatrixRow {
  guard::Lane lane = guard::Lane::kHighToLow;
  std::string sender;  // names of the peers
  std::string receiver;
  std::string from;  // their domains, as people read them
  std::string to;
  StanzaClass about = StanzaClass::kMessage;
  std::string types;  // of the stanzas, and the payload of an iq
  std::string label;  // effective; empty for errors
  LabelSource source = LabelSource::kNone;
  bool allowed = false;
  Reason reason = Reason::kNotJudged;  // decide()'s, of an example
  std::string rule;                    // empty where none was reached, or none matches
  std::string condition;               // what else the rule asks
  std::string done;                    // what is kept and what is left out
  StanzaFacts example;                 // one of those stanzas: what decide() was asked
};

struct Matrix {
  std::vector<MatrixRow> rows;
  std::vector<std::string> merged;  // which labels stand for others, in words
};

struct MatrixQuestion {
  std::optional<guard::Lane> lane = {};            // all where absent
  std::optional<StanzaClass> about = {};           // all where absent
  std::optional<guard::PeerIndex> from_peer = {};  // all where absent
  std::optional<guard::PeerIndex> to_peer = {};    // all where absent
  bool allowed_only = false;                       // without what is refused
  // When labels are judged, and peers where they are open then; else when they are.
  guard::UtcTime at = kFirstMoment;
};

// matrix is exhaustive for what is asked: what no row allows cannot cross. Pairs of peers that no
// rule joins are left out, as are those that are never open at the same time. REQUIRES: peers that
// are asked for are the policy's.
[[nodiscard]] Matrix matrix(const Policy& policy, const MatrixQuestion& question = {});

// class_name gives the word for a class in tools: "message", "iq-answer".
[[nodiscard]] std::string_view class_name(StanzaClass about);
[[nodiscard]] std::optional<StanzaClass> class_from(std::string_view name);

// peers_in names the peers that a class of domains belongs to, under policy `which`.
[[nodiscard]] std::string peers_in(const Policy& policy, const DomainClass& domains,
                                   std::size_t which = 0);

}  // namespace policy
