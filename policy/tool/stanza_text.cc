#include "policy/tool/stanza_text.h"

#include <algorithm>

#include "guard/base/xml_text.h"
#include "guard/filter/hops.h"
#include "guard/filter/judge.h"
#include "guard/filter/label_writer.h"
#include "guard/filter/refusal.h"
#include "guard/filter/stanza.h"
#include "guard/xmpp/jid.h"
#include "schemas/reader.h"

namespace policy::tool {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find('<');
  const std::size_t end = text.rfind('>');
  if (begin == std::string::npos || end == std::string::npos) return {};
  return text.substr(begin, end + 1 - begin);
}

Place place_of(const std::string& text, std::size_t at) {
  const std::string before = text.substr(0, std::min(at, text.size()));
  const std::size_t line = before.rfind('\n');
  return {.line = static_cast<std::uint32_t>(1 + std::ranges::count(before, '\n')),
          .column = static_cast<std::uint32_t>(before.size() -
                                               (line == std::string::npos ? 0 : line + 1) + 1)};
}

std::string to_string(Place place) {
  return ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

// The service's reader names a fault of the schema; the one for files says what was expected, too.
// The error as that one has it, where it is the same fault.
schemas::ReadError explained(const std::string& stanza, schemas::ReadError error) {
  const std::size_t name = stanza.find_first_of(" \t\r\n/>");
  if (error.fault != schemas::ReadFault::kSchema || name == std::string::npos) return error;
  const bool has_namespace = stanza.substr(0, stanza.find('>')).find("xmlns=") != std::string::npos;
  const std::string added = has_namespace ? "" : " xmlns='jabber:server'";
  schemas::FileReader reader(schemas::Grammar::kStanza);
  const auto read = reader.read_text(std::string(stanza).insert(name, added), {});
  if (read || read.error().expected.empty() || read.error().line != error.line) return error;
  if (read.error().column != error.column + (error.line == 1 ? added.size() : 0)) return error;
  error.message = read.error().what;
  error.expected = read.error().expected;
  return error;
}

// The types that stanzas of that kind may have, but the one of those without a type attribute.
std::string types_of(StanzaKind kind) {
  std::string words;
  for (int i = 0; i <= static_cast<int>(StanzaType::kError); ++i) {
    const auto type = static_cast<StanzaType>(i);
    if (!fits(kind, type) || type == StanzaType::kAvailable) continue;
    words += (words.empty()                ? ""
              : type == StanzaType::kError ? " or "
                                           : ", ") +
             std::string(policy::to_string(type));
  }
  return words;
}

// The error of a stanza that begins at `begins`, with its place in the file.
std::string in_words(Place begins, const schemas::ReadError& error) {
  if (error.line > 1) {
    begins = {begins.line + static_cast<std::uint32_t>(error.line) - 1,
              static_cast<std::uint32_t>(error.column)};
  } else if (error.line == 1) {
    begins.column += static_cast<std::uint32_t>(error.column) - 1;
  }
  std::string words = to_string(begins) + ": " + error.message;
  const std::string_view hint = schemas::hint_of(error.message);
  const std::string expected = error.expected.empty() ? std::string(hint) : error.expected;
  if (!expected.empty()) words += ", expected " + expected;
  return words;
}

std::expected<guard::xmpp::Jid, std::string> address(Place begins, const std::string& attribute,
                                                     std::optional<std::string_view> value) {
  const std::string where = to_string(begins) + ": ";
  if (!value) return std::unexpected(where + "no attribute '" + attribute + "'");
  auto jid = guard::xmpp::parse_jid(*value);
  if (!jid) {
    return std::unexpected(where + "attribute '" + attribute + "': '" + std::string(*value) +
                           "' is no address");
  }
  return std::move(*jid);
}

// What the service does with it, told by its own filter.
void judge(const Policy& policy, const std::string& stanza, StanzaReading& reading) {
  guard::filter::Judge judge(policy, near_side(reading.facts.lane),
                             {.stanza_bytes = policy.limits().stanza_bytes,
                              .depth = policy.limits().depth,
                              .attributes = policy.limits().attributes,
                              .namespaces = policy.limits().namespaces,
                              .elements = policy.limits().elements});
  const guard::filter::StreamContext context{
      .peer = reading.facts.peer,
      .pairs = {{reading.facts.from.domain, reading.facts.to.domain}},
      .certificate = reading.facts.certificate};
  const guard::wire::Judgement judgement =
      judge.judge(&context, {.ticket = 1, .stream = 1, .bytes = stanza, .lane = reading.facts.lane},
                  reading.facts.at);
  reading.forwarded = judgement.outcome == guard::wire::Outcome::kForward;
  reading.reason = judgement.finding.reason;
  reading.written = judgement.bytes;
}

// Elements that must hold something to be valid.
std::string element_text(const ElementFact& element) {
  if (element.ns == guard::filter::ns::kMucUser && element.name != "x") {
    std::string out = "<x";
    guard::append_attribute(out, "xmlns", element.ns);
    return out + "><" + element.name + "/></x>";
  }
  std::string out = "<" + element.name;
  guard::append_attribute(out, "xmlns", element.ns);
  if (element.ns == "urn:xmpp:delay") {
    guard::append_attribute(out, "stamp", "2026-01-01T00:00:00Z");
  } else if (element.ns == "urn:xmpp:sid:0" || element.name == "received") {
    guard::append_attribute(out, "id", "1");
    if (element.name == "stanza-id") guard::append_attribute(out, "by", "a.example");
  }
  return out + "/>";
}

std::string part_text(Part part, std::uint32_t octets) {
  const std::string name(to_string(part));
  std::string text = "example";
  if (part == Part::kShow) text = "away";
  if (part == Part::kPriority) text = "1";
  if (part == Part::kBody && octets > 0) text = std::string(octets, 'x');
  return "<" + name + ">" + text + "</" + name + ">";
}

}  // namespace

std::expected<StanzaReading, std::string> read_stanza(const Policy& policy, guard::PeerIndex peer,
                                                      const std::string& text, guard::UtcTime at) {
  const std::string stanza = trimmed(text);
  const Place begins = place_of(text, text.find('<'));
  const bool is_guard = policy.peers()[peer].connection.guard;
  const auto taken = is_guard ? guard::filter::take_hops(stanza) : std::nullopt;
  const std::string& counted = taken ? taken->rest : stanza;  // as the filter sees it
  schemas::StanzaReader reader({.bytes = policy.limits().stanza_bytes,
                                .depth = policy.limits().depth,
                                .elements = policy.limits().elements});
  const auto root = reader.read_stanza(counted);
  const schemas::Element* head_of = root ? *root : reader.refused_root();
  if (head_of == nullptr) return std::unexpected(in_words(begins, root.error()));
  const guard::filter::Head head = guard::filter::read_head(*head_of);
  const auto from = address(begins, "from", head.from);
  if (!from) return std::unexpected(from.error());
  const auto to = address(begins, "to", head.to);
  if (!to) return std::unexpected(to.error());
  guard::filter::Stanza made;
  made.facts.lane = policy.lane_to(peer, to->domain);
  made.facts.peer = peer;
  made.facts.at = at;
  // A file has no stream; what a certificate would narrow is not known.
  made.facts.certificate.state = CertificateClearance::State::kAssumed;
  made.facts.octets = static_cast<std::uint32_t>(counted.size());
  if (!guard::filter::set_head(made, head, {.from = *from, .to = *to})) {
    const auto kind = kind_from(head.kind);
    return std::unexpected(to_string(begins) + ": type '" + std::string(head.type) +
                           "' of element '" + std::string(head.kind) + "'" +
                           (kind ? ", expected " + types_of(*kind) : std::string()));
  }
  StanzaReading reading;
  if (!root) {
    reading.fault = in_words(begins, explained(counted, root.error()));
  } else if (const auto content = guard::filter::set_content(made, **root); !content) {
    reading.fault = guard::filter::to_string(content.error());
  } else {
    reading.judged = true;
  }
  if (!reading.judged) guard::filter::set_unread_content(made.facts, counted);
  guard::filter::set_dropped(made.facts, reader.dropped());
  reading.facts = std::move(made.facts);
  judge(policy, stanza, reading);
  return reading;
}

std::string write_stanza(const Policy& policy, const StanzaFacts& facts) {
  const std::string kind(to_string(facts.kind));
  std::string out = "<" + kind;
  guard::append_attribute(out, "from", facts.from.to_string());
  guard::append_attribute(out, "to", facts.to.to_string());
  guard::append_attribute(out, "id", "example");
  if (facts.type != StanzaType::kNormal && facts.type != StanzaType::kAvailable) {
    guard::append_attribute(out, "type", to_string(facts.type));
  }
  out += ">";
  for (const Part part : kParts) {
    if (facts.part(part).count > 0) out += part_text(part, facts.part(part).octets);
  }
  for (const ElementFact& element : facts.elements) out += element_text(element);
  if (facts.type == StanzaType::kError) {
    out +=
        "<error type=\"cancel\"><item-not-found "
        "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error>";
  }
  if (facts.label.label) {
    const labels::SecurityPolicy* spif = policy.spif(facts.label.label->policy());
    out += guard::filter::write_label(spif != nullptr ? *spif : policy.security_policy(),
                                      *facts.label.label);
  }
  const std::string end = "</" + kind + ">";
  // White space between elements is nothing, and counts.
  const std::size_t size = out.size() + end.size();
  constexpr std::size_t kMostPadding = std::size_t{1} << 20U;
  if (size < facts.octets) out.append(std::min(facts.octets - size, kMostPadding), ' ');
  out += end;
  if (policy.peers()[facts.peer].connection.guard) guard::filter::append_hops(out, 1);
  return out;
}

}  // namespace policy::tool
