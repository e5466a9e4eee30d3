#include "audit/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "guard/base/base64.h"

namespace audit {
namespace {

constexpr std::string_view kStatement = "xmpp-guard segment key v1";

// Takes line after line; nullopt at the end.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  bool number(std::uint64_t& value) {
    const auto line = next();
    if (!line || line->empty() || (line->front() == '0' && line->size() > 1)) return false;
    const auto read = std::from_chars(line->data(), line->data() + line->size(), value);
    return read.ec == std::errc{} && read.ptr == line->data() + line->size() &&
           value <= std::uint64_t{1} << 62;
  }
  template <std::size_t size>
  bool octets(std::array<std::uint8_t, size>& value) {
    const auto line = next();
    const auto octets = guard::from_base64(line.value_or("?"));
    if (!octets || octets->size() != size) return false;
    std::ranges::copy(*octets, value.begin());
    return true;
  }
  bool origin(std::string& value) {
    const auto line = next();
    if (!line || !is_origin(*line)) return false;
    value = *line;
    return true;
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::string key_name(std::string_view origin, std::uint64_t segment) {
  return std::string(origin) + "/" + std::to_string(segment);
}

bool is_origin(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/';
  });
}

std::string to_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         guard::to_base64(checkpoint.root) + "\n";
}

std::string to_text(const KeyStatement& statement) {
  return std::string(kStatement) + "\n" + statement.origin + "\n" +
         std::to_string(statement.segment) + "\n" + std::to_string(statement.size) + "\n" +
         guard::to_base64(statement.root) + "\n" + guard::to_base64(statement.key) + "\n";
}

std::expected<Checkpoint, std::string_view> parse_checkpoint(std::string_view text) {
  Lines lines(text);
  Checkpoint checkpoint;
  if (!lines.origin(checkpoint.origin)) return std::unexpected("the name of a log");
  if (!lines.number(checkpoint.size)) return std::unexpected("the size of a tree");
  if (!lines.octets(checkpoint.root)) return std::unexpected("the root of a tree");
  return checkpoint;
}

std::expected<KeyStatement, std::string_view> parse_key_statement(std::string_view text) {
  Lines lines(text);
  KeyStatement statement;
  if (lines.next() != kStatement) return std::unexpected("a segment's key");
  if (!lines.origin(statement.origin)) return std::unexpected("the name of a log");
  if (!lines.number(statement.segment)) return std::unexpected("the number of a segment");
  if (!lines.number(statement.size)) return std::unexpected("the size of a tree");
  if (!lines.octets(statement.root)) return std::unexpected("the root of a tree");
  if (!lines.octets(statement.key) || !lines.done()) return std::unexpected("a public key");
  return statement;
}

}  // namespace audit
