#include "audit/record.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

#include "guard/base/check.h"

namespace audit {
namespace {

constexpr std::array<std::string_view, 3> kClasses = {"decision", "event", "outcome"};
constexpr std::array<std::string_view, 4> kVerdicts = {"withheld", "refused", "allowed", ""};
constexpr std::array<std::string_view, 5> kActions = {"none", "forward", "reply", "close",
                                                      "reply-lost"};
constexpr std::array<std::string_view, 6> kResults = {"",         "written",   "expired",
                                                      "in-doubt", "withdrawn", "delivered"};

template <class Enum>
std::string_view name_in(std::span<const std::string_view> names, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  CHECK(index < names.size());
  return names[index];
}

template <class Enum>
bool read_in(std::span<const std::string_view> names, std::string_view text, Enum& value) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) {
      value = static_cast<Enum>(i);
      return true;
    }
  }
  return false;
}

// Encoder appends one column for each call.
class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void operator()(const char*, std::uint64_t value) { number(value); }
  void operator()(const char*, guard::UtcTime value) { number(value.microseconds); }
  void operator()(const char*, const std::string& value) { field(value); }
  void operator()(const char*, const guard::Bytes& value) { field(guard::as_text(value)); }
  void operator()(const char*, const std::optional<guard::Digest>& value) {
    field(value ? guard::as_text(*value) : std::string_view{});
  }
  void operator()(const char*, std::optional<guard::Lane> value) {
    field(value ? guard::to_string(*value) : std::string_view{});
  }
  void operator()(const char*, std::optional<guard::Side> value) {
    field(value ? guard::to_string(*value) : std::string_view{});
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(const char*, Enum value) {
    field(to_string(value));
  }

 private:
  template <class Number>
  void number(Number value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    field({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }

  void field(std::string_view octets) {
    CHECK(octets.size() <= std::numeric_limits<std::uint32_t>::max());
    const auto size = static_cast<std::uint32_t>(octets.size());
    const std::array<char, 4> length = {
        static_cast<char>(size >> 24), static_cast<char>((size >> 16) & 0xff),
        static_cast<char>((size >> 8) & 0xff), static_cast<char>(size & 0xff)};
    out_.append(length.data(), length.size());
    out_.append(octets);
  }

  std::string& out_;
};

// Reads field after field; after the first fault it reads nothing more.
class Decoder {
 public:
  explicit Decoder(std::string_view octets) : rest_(octets) {}

  template <class T>
  void operator()(const char*, T& value) {
    const auto octets = field();
    if (octets && !read(*octets, value)) good_ = false;
  }
  [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

 private:
  std::optional<std::string_view> field() {
    if (!good_ || rest_.size() < 4) {
      good_ = false;
      return std::nullopt;
    }
    std::size_t size = 0;
    for (int i = 0; i < 4; ++i) {
      size = size << 8 | static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]);
    }
    rest_.remove_prefix(4);
    if (size > rest_.size()) {
      good_ = false;
      return std::nullopt;
    }
    const std::string_view octets = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return octets;
  }

  template <class Number>
  static bool number(std::string_view text, Number& value) {
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    return end.ec == std::errc{} && end.ptr == text.data() + text.size();
  }
  static bool read(std::string_view text, std::uint64_t& value) { return number(text, value); }
  static bool read(std::string_view text, guard::UtcTime& value) {
    return number(text, value.microseconds);
  }
  static bool read(std::string_view text, std::string& value) {
    value = text;
    return true;
  }
  static bool read(std::string_view text, guard::Bytes& value) {
    const guard::BytesView octets = guard::as_bytes(text);
    value.assign(octets.begin(), octets.end());
    return true;
  }
  static bool read(std::string_view text, std::optional<guard::Digest>& value) {
    value.reset();
    if (text.empty()) return true;
    if (text.size() != std::tuple_size_v<guard::Digest>) return false;
    std::ranges::copy(guard::as_bytes(text), value.emplace().begin());
    return true;
  }
  static bool read(std::string_view text, std::optional<guard::Lane>& value) {
    value = guard::lane_named(text);
    return value.has_value() || text.empty();
  }
  static bool read(std::string_view text, std::optional<guard::Side>& value) {
    value = guard::side_from(text);
    return value.has_value() || text.empty();
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  static bool read(std::string_view text, Enum& value) {
    return read_name(text, value);
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string_view to_string(Class value) { return name_in(kClasses, value); }
std::string_view to_string(Verdict value) { return name_in(kVerdicts, value); }
std::string_view to_string(Action value) { return name_in(kActions, value); }
std::string_view to_string(Result value) { return name_in(kResults, value); }

bool read_name(std::string_view text, Class& value) { return read_in(kClasses, text, value); }
bool read_name(std::string_view text, Verdict& value) { return read_in(kVerdicts, text, value); }
bool read_name(std::string_view text, Action& value) { return read_in(kActions, text, value); }
bool read_name(std::string_view text, Result& value) { return read_in(kResults, text, value); }

std::uint64_t answered_request(const Record& record) {
  return record.row_class == Class::kOutcome ? 0 : record.first_sequence;
}

std::string_view delivered_to(const Record& record) {
  if (record.action == Action::kForward) return record.receiver;
  if (record.action == Action::kReply) return record.sender;
  return {};
}

void append_encoding(std::string& out, const Record& record) {
  Record::columns(record, Encoder(out));
}

std::optional<Record> read_encoding(std::string_view octets) {
  Record record;
  Decoder decoder(octets);
  Record::columns(record, decoder);
  if (!decoder.done()) return std::nullopt;
  // Numbers have several spellings ("7" and "07"); only one of them is an encoding.
  std::string again;
  append_encoding(again, record);
  if (again != octets) return std::nullopt;
  return record;
}

guard::Digest leaf_hash(guard::Sha256& sha, std::string_view encoding) {
  constexpr std::array<std::uint8_t, 1> prefix = {0x00};
  return sha.digest({prefix, guard::as_bytes(encoding)});
}

guard::Digest next_chain(guard::Sha256& sha, const guard::Digest& previous,
                         const guard::Digest& leaf) {
  constexpr std::array<std::uint8_t, 1> prefix = {0x02};
  return sha.digest({prefix, previous, leaf});
}

}  // namespace audit
