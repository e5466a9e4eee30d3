// Rows: the audit log's words for what edges and filters say.
#pragma once

#include <string>
#include <string_view>

#include "audit/record.h"
#include "guard/wire/messages.h"

namespace guard::recorder {

// How much of a field the log takes, in octets; a longer one is cut (at a character, where it is
// UTF-8) and named in the row's `cut`. Facts are not cut but replaced by {"octets":N}.
struct FieldBounds {
  static constexpr std::size_t kAddress = 3071;  // RFC 7622: three parts of 1,023 and two signs
  static constexpr std::size_t kWord = 64;       // kind, type
  static constexpr std::size_t kStanzaId = 1023;
  static constexpr std::size_t kLabel = 65536;
  static constexpr std::size_t kMarking = 1024;
  static constexpr std::size_t kRule = 256;
  static constexpr std::size_t kDetail = 256;
  static constexpr std::size_t kFacts = 65536;
};

// ticket_row begins a decision row: what the edge witnessed. Withheld, without a reason yet.
[[nodiscard]] audit::Record ticket_row(std::uint64_t epoch, const wire::Ticket& ticket,
                                       std::string_view sender);

// add_finding moves what the filter found into the row, within the bounds. The verdict stays.
void add_finding(audit::Record& row, wire::Finding&& finding);

// edge_event_row is the row of an edge's event; `peer` is the peer's name or empty.
[[nodiscard]] audit::Record edge_event_row(Side side, std::uint64_t epoch, wire::Event&& event,
                                           std::string_view peer);

// put_field sets `field` to at most `bound` octets of `value`, and notes a cut.
void put_field(audit::Record& row, std::string& field, std::string_view name, std::string&& value,
               std::size_t bound);

[[nodiscard]] std::string_view to_string(wire::StreamCondition condition);
// condition_from reads back what a row's detail says; kUndefinedCondition for anything else.
[[nodiscard]] wire::StreamCondition condition_from(std::string_view name);
[[nodiscard]] std::string_view to_string(wire::EdgeEvent event);
[[nodiscard]] audit::Result to_result(wire::Delivery delivery);

}  // namespace guard::recorder
