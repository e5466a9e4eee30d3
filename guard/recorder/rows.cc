#include "guard/recorder/rows.h"

#include <utility>

#include "audit/catalogue.h"
#include "guard/base/check.h"

namespace guard::recorder {
namespace {

void note_cut(audit::Record& row, std::string_view name) {
  if (!row.cut.empty()) row.cut += ',';
  row.cut += name;
}

}  // namespace

void put_field(audit::Record& row, std::string& field, std::string_view name, std::string&& value,
               std::size_t bound) {
  field = std::move(value);
  if (field.size() <= bound) return;
  std::size_t end = bound;
  // Not in the middle of a character; at most three octets back.
  while (end > bound - 3 && (static_cast<unsigned char>(field[end]) & 0xc0) == 0x80) --end;
  field.resize(end);
  field.shrink_to_fit();
  note_cut(row, name);
}

audit::Record ticket_row(std::uint64_t epoch, const wire::Ticket& ticket, std::string_view sender) {
  audit::Record row;
  row.row_class = audit::Class::kDecision;
  row.direction = ticket.lane;
  row.sender = sender;
  row.received_size = ticket.length;
  row.received_hash = ticket.hash;
  row.epoch = epoch;
  row.number = ticket.number;
  row.stream = ticket.stream;
  row.received_time = ticket.received;
  row.count = 1;
  return row;
}

void add_finding(audit::Record& row, wire::Finding&& finding) {
  using Bounds = FieldBounds;
  put_field(row, row.from_address, "from_address", std::move(finding.from), Bounds::kAddress);
  put_field(row, row.to_address, "to_address", std::move(finding.to), Bounds::kAddress);
  put_field(row, row.kind, "kind", std::move(finding.kind), Bounds::kWord);
  put_field(row, row.type, "type", std::move(finding.type), Bounds::kWord);
  put_field(row, row.stanza_id, "stanza_id", std::move(finding.stanza_id), Bounds::kStanzaId);
  put_field(row, row.marking, "marking", std::move(finding.marking), Bounds::kMarking);
  put_field(row, row.rule, "rule", std::move(finding.rule), Bounds::kRule);
  row.reason = std::move(finding.reason);
  const std::size_t label = std::min(finding.label.size(), Bounds::kLabel);
  if (label < finding.label.size()) note_cut(row, "label");
  const BytesView octets = as_bytes(finding.label).first(label);
  row.label.assign(octets.begin(), octets.end());
  row.facts = std::move(finding.facts);
  if (row.facts.size() > Bounds::kFacts) {
    row.facts = "{\"octets\":" + std::to_string(row.facts.size()) + "}";
    note_cut(row, "facts");
  }
}

audit::Record edge_event_row(Side side, std::uint64_t epoch, wire::Event&& event,
                             std::string_view peer) {
  using Bounds = FieldBounds;
  audit::Record row;
  row.row_class = audit::Class::kEvent;
  row.verdict = audit::Verdict::kNone;
  row.side = side;
  row.peer = peer;
  row.event = to_string(event.event);
  row.epoch = epoch;
  row.number = event.number;
  row.stream = event.stream;
  row.received_time = event.time;
  row.count = event.count;
  if (event.stream != 0 || event.outgoing) row.kind = event.outgoing ? "outgoing" : "incoming";
  put_field(row, row.address, "address", std::move(event.address), Bounds::kWord);
  put_field(row, row.from_address, "from_address", std::move(event.from), Bounds::kAddress);
  put_field(row, row.to_address, "to_address", std::move(event.to), Bounds::kAddress);
  put_field(row, row.detail, "detail", std::move(event.detail), Bounds::kDetail);
  return row;
}

std::string_view to_string(wire::StreamCondition condition) {
  using enum wire::StreamCondition;
  switch (condition) {
    case kNone:
      return "closed";
    case kBadFormat:
      return "bad-format";
    case kBadNamespacePrefix:
      return "bad-namespace-prefix";
    case kConflict:
      return "conflict";
    case kConnectionTimeout:
      return "connection-timeout";
    case kHostGone:
      return "host-gone";
    case kHostUnknown:
      return "host-unknown";
    case kImproperAddressing:
      return "improper-addressing";
    case kInternalServerError:
      return "internal-server-error";
    case kInvalidFrom:
      return "invalid-from";
    case kInvalidNamespace:
      return "invalid-namespace";
    case kNotAuthorized:
      return "not-authorized";
    case kNotWellFormed:
      return "not-well-formed";
    case kPolicyViolation:
      return "policy-violation";
    case kRemoteConnectionFailed:
      return "remote-connection-failed";
    case kReset:
      return "reset";
    case kResourceConstraint:
      return "resource-constraint";
    case kRestrictedXml:
      return "restricted-xml";
    case kSystemShutdown:
      return "system-shutdown";
    case kUndefinedCondition:
      return "undefined-condition";
    case kUnsupportedEncoding:
      return "unsupported-encoding";
    case kUnsupportedFeature:
      return "unsupported-feature";
    case kUnsupportedStanzaType:
      return "unsupported-stanza-type";
    case kUnsupportedVersion:
      return "unsupported-version";
  }
  CHECK(false && "the codec lets only the enumerated conditions through");
}

wire::StreamCondition condition_from(std::string_view name) {
  constexpr auto kLast = static_cast<std::uint8_t>(wire::StreamCondition::kUnsupportedVersion);
  for (std::uint8_t i = 0; i <= kLast; ++i) {
    const auto condition = static_cast<wire::StreamCondition>(i);
    if (to_string(condition) == name) return condition;
  }
  return wire::StreamCondition::kUndefinedCondition;
}

std::string_view to_string(wire::EdgeEvent event) {
  using enum wire::EdgeEvent;
  switch (event) {
    case kStreamOpened:
      return audit::event::kStreamOpened;
    case kStreamAuthenticated:
      return audit::event::kStreamAuthenticated;
    case kStreamClosed:
      return audit::event::kStreamClosed;
    case kConnectFailed:
      return audit::event::kConnectFailed;
    case kStrangers:
      return audit::event::kStrangers;
  }
  CHECK(false && "the codec lets only the enumerated events through");
}

audit::Result to_result(wire::Delivery delivery) {
  switch (delivery) {
    case wire::Delivery::kWritten:
      return audit::Result::kWritten;
    case wire::Delivery::kExpired:
      return audit::Result::kExpired;
    case wire::Delivery::kInDoubt:
      return audit::Result::kInDoubt;
    case wire::Delivery::kWithdrawn:
      return audit::Result::kWithdrawn;
    case wire::Delivery::kDelivered:
      return audit::Result::kDelivered;
  }
  CHECK(false && "the codec lets only the enumerated results through");
}

}  // namespace guard::recorder
