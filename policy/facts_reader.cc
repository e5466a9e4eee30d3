// from_json reads exactly what to_json writes: the members in their order, no white space. In the
// end it writes what it has read and compares, so that nothing has two readings.
#include <algorithm>
#include <array>
#include <charconv>

#include "guard/base/base64.h"
#include "labels/ess.h"
#include "policy/facts_json.h"

namespace policy {
namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t octet) { out += static_cast<char>(octet); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

// FactsReader goes through the text once. After the first mismatch everything fails.
class FactsReader {
 public:
  FactsReader(const Policy& policy, std::string_view json) : policy_(policy), rest_(json) {}

  std::expected<StanzaFacts, std::string> run() {
    expect("{\"v\":1,\"lane\":");
    lane();
    expect(",\"peer\":");
    peer();
    expect(",\"from\":");
    address(facts_.from);
    expect(",\"to\":");
    address(facts_.to);
    kind_and_type();
    expect(",\"octets\":");
    facts_.octets = number();
    if (skip(",\"at\":")) facts_.at.microseconds = number<std::int64_t>();
    parts();
    elements();
    expect(",\"more\":");
    facts_.more_elements = number();
    if (skip(",\"dropped\":[")) {
      while (error_.empty() && !skip("]")) {
        skip(",");
        facts_.dropped.push_back(string());
      }
    }
    if (skip(",\"certificate\":")) certificate();
    label();
    if (skip(",\"sent\":")) facts_.sent = one_label();
    expect("}");
    if (error_.empty() && !rest_.empty()) fail("something behind the object");
    if (!error_.empty()) return std::unexpected(std::move(error_));
    return std::move(facts_);
  }

 private:
  bool fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
    rest_ = {};
    return false;
  }

  bool skip(std::string_view text) {
    if (!error_.empty() || !rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void expect(std::string_view text) {
    if (!skip(text)) fail("expected " + std::string(text));
  }

  template <class Number = std::uint32_t>
  Number number() {
    Number value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (!error_.empty() || error != std::errc()) {
      fail("expected a number");
      return 0;
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  bool boolean() {
    if (skip("true")) return true;
    expect("false");
    return false;
  }

  std::uint32_t unit() {
    std::uint32_t value = 0;
    if (rest_.size() < 4) {
      fail("expected four hexadecimal digits");
      return 0;
    }
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 4, value, 16);
    if (error != std::errc() || end != rest_.data() + 4) fail("expected four hexadecimal digits");
    if (error_.empty()) rest_.remove_prefix(4);
    return value;
  }

  void escape(std::string& out) {
    if (skip("\"")) {
      out += '"';
    } else if (skip("\\")) {
      out += '\\';
    } else if (skip("u")) {
      std::uint32_t c = unit();
      if (c >= 0xD800 && c < 0xDC00 && skip("\\u")) {
        const std::uint32_t low = unit();
        if (low < 0xDC00 || low > 0xDFFF) fail("a surrogate without its other half");
        c = 0x10000U + ((c - 0xD800U) << 10U) + (low & 0x3FFU);
      } else if (c >= 0xD800 && c < 0xE000) {
        fail("a surrogate without its other half");
      }
      append_utf8(out, c);
    } else {
      fail("an escape that is not written here");
    }
  }

  std::string string() {
    std::string out;
    expect("\"");
    while (!rest_.empty() && rest_.front() != '"') {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\') {
        escape(out);
      } else {
        out += c;
      }
    }
    expect("\"");
    return out;
  }

  void lane() {
    const std::string name = string();
    for (const guard::Lane lane : guard::kLanes) {
      if (guard::to_string(lane) != name) continue;
      facts_.lane = lane;
      return;
    }
    fail("no such lane");
  }

  void peer() {
    const std::string name = string();
    const auto peers = policy_.peers();
    const auto found = std::ranges::find(peers, name, &Peer::name);
    if (found == peers.end()) {
      fail("the policy has no such peer");
      return;
    }
    facts_.peer = static_cast<guard::PeerIndex>(found - peers.begin());
  }

  void address(guard::xmpp::Jid& jid) {
    expect("[");
    jid.local = string();
    expect(",");
    jid.domain = string();
    expect(",");
    jid.resource = string();
    expect("]");
  }

  void kind_and_type() {
    expect(",\"kind\":");
    const std::optional<StanzaKind> kind = kind_from(string());
    expect(",\"type\":");
    const std::optional<StanzaType> type = type_from(string());
    if (!kind || !type) {
      fail("no such kind or type");
      return;
    }
    facts_.kind = *kind;
    facts_.type = *type;
  }

  void parts() {
    expect(",\"parts\":{");
    while (error_.empty() && !skip("}")) {
      skip(",");
      const std::optional<Part> part = part_from(string());
      if (!part) {
        fail("no such part");
        return;
      }
      expect(":[");
      facts_.part(*part).count = number();
      expect(",");
      facts_.part(*part).octets = number();
      expect("]");
    }
  }

  void elements() {
    expect(",\"elements\":[");
    while (error_.empty() && !skip("]")) {
      skip(",");
      expect("[");
      ElementFact element;
      element.ns = string();
      expect(",");
      element.name = string();
      expect("]");
      facts_.elements.push_back(std::move(element));
    }
  }

  std::optional<labels::Label> one_label() {
    const auto der = guard::from_base64(string());
    if (der) {
      auto decoded = labels::decode_ess(*der);
      if (decoded) return std::move(*decoded);
    }
    fail("a label that cannot be decoded");
    return std::nullopt;
  }

  void certificate() {
    using State = CertificateClearance::State;
    const std::string text = string();
    if (text == "absent") {
      facts_.certificate.state = State::kAbsent;
    } else if (text == "unreadable") {
      facts_.certificate.state = State::kUnreadable;
    } else {
      const auto der = guard::from_base64(text);
      auto clearance = der ? from_record(policy_.security_policy(), *der) : std::nullopt;
      // What has no spelling here could not be written again.
      if (!clearance || !record_of(policy_.security_policy(), *clearance)) {
        fail("a clearance that cannot be decoded");
        return;
      }
      facts_.certificate = {.state = State::kRead, .clearance = std::move(*clearance)};
    }
  }

  void label() {
    expect(",\"label\":{\"present\":");
    facts_.label.present = boolean();
    if (skip(",\"fault\":")) {
      facts_.label.fault = label_fault_from(string());
      if (!facts_.label.fault) fail("no such label fault");
      expect(",\"detail\":");
      facts_.label.fault_detail = string();
    }
    if (skip(",\"label\":")) facts_.label.label = one_label();
    if (skip(",\"equivalents\":[")) {
      while (error_.empty() && !skip("]")) {
        skip(",");
        auto equivalent = one_label();
        if (equivalent) facts_.label.equivalents.push_back(std::move(*equivalent));
      }
    }
    expect("}");
  }

  const Policy& policy_;
  std::string_view rest_;
  StanzaFacts facts_;
  std::string error_;
};

}  // namespace

std::expected<StanzaFacts, std::string> from_json(const Policy& policy, std::string_view json) {
  auto facts = FactsReader(policy, json).run();
  if (facts && to_json(policy, *facts) != json) {
    return std::unexpected(std::string("not in the canonical spelling"));
  }
  return facts;
}

}  // namespace policy
