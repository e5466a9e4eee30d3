#include "labels/stanza_text.h"

#include <algorithm>

namespace labels {
namespace {

constexpr std::string_view kWhite = " \t\r\n";
constexpr std::string_view kClient = "jabber:client";
constexpr std::string_view kServer = "jabber:server";
constexpr std::string_view kDeclaration = " xmlns='jabber:server'";

// Where the root's '<' is, behind a declaration and comments; npos where it is not found.
std::size_t root_start(std::string_view text) {
  std::size_t at = text.find('<');
  while (at != std::string_view::npos) {
    std::string_view end;
    if (text.substr(at).starts_with("<?")) end = "?>";
    if (text.substr(at).starts_with("<!--")) end = "-->";
    if (end.empty()) return at;
    at = text.find(end, at);
    if (at != std::string_view::npos) at = text.find('<', at);
  }
  return at;
}

struct Span {
  std::size_t at = 0;
  std::size_t size = 0;
};

// The value of the attribute xmlns in the tag whose name ends at `at`; nullopt where the tag cannot
// be made out; a span of size npos where there is no such attribute.
std::optional<Span> namespace_value(std::string_view text, std::size_t at) {
  while (true) {
    at = text.find_first_not_of(kWhite, at);
    if (at == std::string_view::npos) return std::nullopt;
    if (text[at] == '>' || text[at] == '/') return Span{0, std::string_view::npos};
    const std::size_t equals = text.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    std::string_view name = text.substr(at, equals - at);
    name = name.substr(0, name.find_last_not_of(kWhite) + 1);
    const std::size_t open = text.find_first_not_of(kWhite, equals + 1);
    if (open == std::string_view::npos || (text[open] != '"' && text[open] != '\'')) {
      return std::nullopt;
    }
    const std::size_t close = text.find(text[open], open + 1);
    if (close == std::string_view::npos) return std::nullopt;
    if (name == "xmlns") return Span{open + 1, close - open - 1};
    at = close + 1;
  }
}

}  // namespace

std::optional<StanzaText> stanza_text(std::string_view document) {
  const std::size_t start = root_start(document);
  if (start == std::string_view::npos) return std::nullopt;
  const std::size_t end = document.find_first_of(" \t\r\n/>", start);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view name = document.substr(start + 1, end - start - 1);
  if (name != "message" && name != "presence" && name != "iq") return std::nullopt;
  const std::optional<Span> value = namespace_value(document, end);
  if (!value) return std::nullopt;
  StanzaText stanza{.text = std::string(document)};
  if (value->size != std::string_view::npos) {
    const std::string_view ns = document.substr(value->at, value->size);
    if (ns == kClient) stanza.text.replace(value->at, value->size, kServer);
    if (ns != kClient && ns != kServer) return std::nullopt;
    return stanza;
  }
  stanza.text.insert(end, kDeclaration);
  const std::string_view before = document.substr(0, end);
  stanza.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t line_start = before.rfind('\n');
  stanza.column = end - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1;
  stanza.added = kDeclaration.size();
  return stanza;
}

}  // namespace labels
