#include "audit/copy_text.h"

#include <array>
#include <cstdint>

#include "guard/base/hex.h"

namespace audit {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// The columns that are text or numbers; of these each is one of Record's.
constexpr std::array<std::string_view, 22> kNamed{
    "class", "direction", "sender",         "receiver",     "from_address", "to_address",
    "kind",  "type",      "stanza_id",      "marking",      "verdict",      "reason",
    "rule",  "action",    "peer",           "event",        "address",      "detail",
    "count", "result",    "first_sequence", "last_sequence"};

bool is_named(std::string_view name) {
  for (const std::string_view each : kNamed) {
    if (each == name) return true;
  }
  return false;
}

// How many octets the character at the beginning of `text` has; 0 where there is none (SPEC: RFC
// 3629 4, the table of well-formed octet sequences).
std::size_t character(std::string_view text) {
  const auto octet = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  const auto between = [&](std::size_t at, unsigned low, unsigned high) {
    return octet(at) >= low && octet(at) <= high;
  };
  const unsigned first = octet(0);
  if (first < 0x80) return first == 0 ? 0 : 1;
  if (first >= 0xc2 && first <= 0xdf) return between(1, 0x80, 0xbf) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return between(1, low, high) && between(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return between(1, low, high) && between(2, 0x80, 0xbf) && between(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

void append_field(std::string& out, std::string_view text) {
  for (const char c : database_text(text)) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
  out += '\t';
}

void append_octets(std::string& out, guard::BytesView octets) {
  out += "\\\\x" + guard::to_hex(octets);
}

// Writes the named columns of a record, in their order in it.
class Fields {
 public:
  explicit Fields(std::string& out) : out_(out) {}

  template <class T>
  void operator()(const char* name, const T& value) {
    if (is_named(name)) put(value);
  }

 private:
  void put(std::uint64_t value) { append_field(out_, std::to_string(value)); }
  void put(const std::string& value) { append_field(out_, value); }
  void put(std::optional<guard::Lane> value) {
    append_field(out_, value ? guard::to_string(*value) : std::string_view());
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void put(Enum value) {
    append_field(out_, to_string(value));
  }
  // None of the named ones is of these types.
  void put(guard::UtcTime) {}
  void put(const guard::Bytes&) {}
  void put(const std::optional<guard::Digest>&) {}
  void put(std::optional<guard::Side>) {}

  std::string& out_;
};

}  // namespace

std::string database_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character(text);
    out += size == 0 ? kReplacement : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

std::string database_time(guard::UtcTime time) { return guard::to_iso8601(time); }

std::string copy_columns() {
  std::string list = "guard, \"time\", sequence";
  const Record blank;
  Record::columns(blank, [&](const char* name, const auto&) {
    if (is_named(name)) list += ", \"" + std::string(name) + "\"";
  });
  return list + ", encoding, leaf";
}

void append_copy_line(std::string& out, std::string_view guard, const StoredRecord& stored,
                      std::string_view encoding) {
  append_field(out, guard);
  append_field(out, database_time(stored.record.time));
  append_field(out, std::to_string(stored.record.sequence));
  Fields fields(out);
  Record::columns(stored.record, fields);
  append_octets(out, guard::as_bytes(encoding));
  out += '\t';
  append_octets(out, stored.leaf);
  out += '\n';
}

}  // namespace audit
