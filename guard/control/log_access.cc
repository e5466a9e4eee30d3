#include "guard/control/log_access.h"

#include <algorithm>

#include "guard/base/check.h"
#include "guard/base/escape.h"
#include "guard/control/request.h"

namespace guard::control {
namespace {

constexpr std::string_view kFirstLine = "xmpp-guard log access v1";
constexpr std::string_view kRecorded = "recorded";
constexpr std::string_view kRequired = "required";
constexpr std::string_view kMore = "...";

// Cuts the first line off `rest`; nothing where it has no line end.
std::string_view line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view first = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return first;
}

bool goes_on(char octet) { return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U; }

}  // namespace

std::string to_text(const LogAccess& access) {
  CHECK(access.socket.starts_with('/') && access.socket.find('\n') == std::string::npos);
  std::string text(kFirstLine);
  text.append("\n").append(access.required ? kRequired : kRecorded).append("\n");
  return text + access.socket + "\n";
}

std::expected<LogAccess, std::string_view> parse_log_access(std::string_view text) {
  if (text.size() > LogAccess::kMostOctets) return std::unexpected("at most 8192 octets");
  if (line(text) != kFirstLine) return std::unexpected("\"xmpp-guard log access v1\"");
  const std::string_view how = line(text);
  if (how != kRecorded && how != kRequired) return std::unexpected("recorded or required");
  const std::string_view socket = line(text);
  if (!socket.starts_with('/')) return std::unexpected("the path of a socket");
  if (!text.empty()) return std::unexpected("the end");
  return LogAccess{how == kRequired, std::string(socket)};
}

std::string shown_words(std::string_view typed) {
  std::string words = for_terminal(typed);
  std::ranges::replace(words, '\\', '?');  // what begins an escape
  if (words.size() <= Request::kMaxReason) return words;
  std::size_t end = Request::kMaxReason - kMore.size();
  while (goes_on(words[end])) --end;  // not within a character
  return words.substr(0, end).append(kMore);
}

}  // namespace guard::control
