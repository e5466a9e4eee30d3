#include "audit/checkpoint.h"

#include <algorithm>

#include "audit/text_lines.h"
#include "guard/base/base64.h"

namespace audit {
namespace {

constexpr std::string_view kStatement = "xmpp-guard segment key v1";

// Takes a line that is a log's name.
bool take_origin(TextLines& lines, std::string& value) {
  const auto line = lines.next();
  if (!line || !is_origin(*line)) return false;
  value = *line;
  return true;
}

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
  TextLines lines(text);
  Checkpoint checkpoint;
  if (!take_origin(lines, checkpoint.origin)) return std::unexpected("the name of a log");
  if (!lines.number(checkpoint.size)) return std::unexpected("the size of a tree");
  if (!lines.octets(checkpoint.root)) return std::unexpected("the root of a tree");
  return checkpoint;
}

std::expected<KeyStatement, std::string_view> parse_key_statement(std::string_view text) {
  TextLines lines(text);
  KeyStatement statement;
  if (lines.next() != kStatement) return std::unexpected("a segment's key");
  if (!take_origin(lines, statement.origin)) return std::unexpected("the name of a log");
  if (!lines.number(statement.segment)) return std::unexpected("the number of a segment");
  if (!lines.number(statement.size)) return std::unexpected("the size of a tree");
  if (!lines.octets(statement.root)) return std::unexpected("the root of a tree");
  if (!lines.octets(statement.key) || !lines.done()) return std::unexpected("a public key");
  return statement;
}

}  // namespace audit
