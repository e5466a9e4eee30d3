#include "policy/facts_json.h"

#include <algorithm>

#include "guard/base/base64.h"
#include "guard/base/check.h"
#include "labels/ess.h"

namespace policy {
namespace {

constexpr std::size_t kMostOctets = 513;  // of a name or namespace; no rule has more than 512

// One code point of UTF-8 and its length; U+FFFD for one octet where there is none.
struct CodePoint {
  std::uint32_t value = 0xFFFD;
  std::size_t octets = 1;
};

CodePoint code_point(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint32_t lead = octet(0);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 1) return {.value = lead, .octets = 1};
  if (size == 0 || size > text.size()) return {};
  std::uint32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (octet(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return {};
  return {.value = value, .octets = size};
}

bool is_plain(char c) { return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\'; }

// JsonWriter writes canonical JSON: what is shown of a peer's strings is printable ASCII only.
class JsonWriter {
 public:
  JsonWriter() { out_.reserve(512); }

  void raw(std::string_view text) { out_ += text; }

  void string(std::string_view text) {
    out_ += '"';
    while (true) {
      const std::size_t plain =
          static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
      out_ += text.substr(0, plain);
      text.remove_prefix(plain);
      if (text.empty()) break;
      const CodePoint c = code_point(text);
      text.remove_prefix(c.octets);
      if (c.value >= 0x10000) {
        unit(0xD800U + ((c.value - 0x10000U) >> 10U));
        unit(0xDC00U + ((c.value - 0x10000U) & 0x3FFU));
      } else if (c.value < 0x20 || c.value > 0x7E) {
        unit(c.value);
      } else {
        if (c.value == '"' || c.value == '\\') out_ += '\\';
        out_ += static_cast<char>(c.value);
      }
    }
    out_ += '"';
  }

  void number(std::uint32_t value) { out_ += std::to_string(value); }
  void boolean(bool value) { out_ += value ? "true" : "false"; }

  std::string take() { return std::move(out_); }

 private:
  void unit(std::uint32_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out_ += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out_ += kDigits[(value >> shift) & 0xFU];
  }

  std::string out_;
};

void write(JsonWriter& out, const guard::xmpp::Jid& jid) {
  out.raw("[");
  out.string(jid.local);
  out.raw(",");
  out.string(jid.domain);
  out.raw(",");
  out.string(jid.resource);
  out.raw("]");
}

void write(JsonWriter& out, const ElementFact& element) {
  out.raw("[");
  out.string(std::string_view(element.ns).substr(0, kMostOctets));
  out.raw(",");
  out.string(std::string_view(element.name).substr(0, kMostOctets));
  out.raw("]");
}

void write(JsonWriter& out, const LabelFacts& label) {
  out.raw("{\"present\":");
  out.boolean(label.present);
  if (label.fault) {
    out.raw(",\"fault\":");
    out.string(to_string(*label.fault));
    out.raw(",\"detail\":");
    out.string(label.fault_detail);
  }
  if (label.label) {
    out.raw(",\"label\":");
    out.string(guard::to_base64(labels::encode_ess(*label.label)));
  }
  if (!label.equivalents.empty()) {
    out.raw(",\"equivalents\":[");
    for (std::size_t i = 0; i < label.equivalents.size(); ++i) {
      if (i > 0) out.raw(",");
      out.string(guard::to_base64(labels::encode_ess(label.equivalents[i])));
    }
    out.raw("]");
  }
  out.raw("}");
}

void write_parts(JsonWriter& out, const StanzaFacts& facts) {
  out.raw("{");
  bool first = true;
  for (const Part part : kParts) {
    if (facts.part(part) == PartFact{}) continue;
    if (!first) out.raw(",");
    first = false;
    out.string(to_string(part));
    out.raw(":[");
    out.number(facts.part(part).count);
    out.raw(",");
    out.number(facts.part(part).octets);
    out.raw("]");
  }
  out.raw("}");
}

// What it says, not how it was encoded.
void write_certificate(JsonWriter& out, const Policy& policy,
                       const CertificateClearance& certificate) {
  using State = CertificateClearance::State;
  if (certificate.state == State::kNone || certificate.state == State::kAssumed) return;
  out.raw(",\"certificate\":");
  if (certificate.state == State::kAbsent) return out.string("absent");
  if (certificate.state == State::kUnreadable) return out.string("unreadable");
  const auto der = record_of(policy.security_policy(), *certificate.clearance);
  CHECK(der);  // one that has no record was not read
  out.string(guard::to_base64(*der));
}

}  // namespace

std::string to_json(const Policy& policy, const StanzaFacts& facts) {
  CHECK(facts.peer < policy.peers().size());
  JsonWriter out;
  out.raw("{\"v\":1,\"lane\":");
  out.string(guard::to_string(facts.lane));
  out.raw(",\"peer\":");
  out.string(policy.peers()[facts.peer].name);
  out.raw(",\"from\":");
  write(out, facts.from);
  out.raw(",\"to\":");
  write(out, facts.to);
  out.raw(",\"kind\":");
  out.string(to_string(facts.kind));
  out.raw(",\"type\":");
  out.string(to_string(facts.type));
  out.raw(",\"octets\":");
  out.number(facts.octets);
  if (facts.at.microseconds != 0) {
    out.raw(",\"at\":");
    out.raw(std::to_string(facts.at.microseconds));
  }
  out.raw(",\"parts\":");
  write_parts(out, facts);
  out.raw(",\"elements\":[");
  for (std::size_t i = 0; i < facts.elements.size(); ++i) {
    if (i > 0) out.raw(",");
    write(out, facts.elements[i]);
  }
  out.raw("],\"more\":");
  out.number(facts.more_elements);
  if (!facts.dropped.empty()) {
    out.raw(",\"dropped\":[");
    for (std::size_t i = 0; i < facts.dropped.size(); ++i) {
      if (i > 0) out.raw(",");
      out.string(std::string_view(facts.dropped[i]).substr(0, kMostOctets));
    }
    out.raw("]");
  }
  write_certificate(out, policy, facts.certificate);
  out.raw(",\"label\":");
  write(out, facts.label);
  if (facts.sent) {
    out.raw(",\"sent\":");
    out.string(guard::to_base64(labels::encode_ess(*facts.sent)));
  }
  out.raw("}");
  return out.take();
}

}  // namespace policy
