#include "audit/record.h"

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
constexpr std::array<std::string_view, 5> kResults = {"", "written", "expired", "in-doubt",
                                                      "withdrawn"};

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

}  // namespace

std::string_view to_string(Class value) { return name_in(kClasses, value); }
std::string_view to_string(Verdict value) { return name_in(kVerdicts, value); }
std::string_view to_string(Action value) { return name_in(kActions, value); }
std::string_view to_string(Result value) { return name_in(kResults, value); }

bool read_name(std::string_view text, Class& value) { return read_in(kClasses, text, value); }
bool read_name(std::string_view text, Verdict& value) { return read_in(kVerdicts, text, value); }
bool read_name(std::string_view text, Action& value) { return read_in(kActions, text, value); }
bool read_name(std::string_view text, Result& value) { return read_in(kResults, text, value); }

std::string_view delivered_to(const Record& record) {
  if (record.action == Action::kForward) return record.receiver;
  if (record.action == Action::kReply) return record.sender;
  return {};
}

void append_encoding(std::string& out, const Record& record) {
  Record::columns(record, Encoder(out));
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
