#include "schemas/splice.h"

#include <algorithm>

namespace schemas {
namespace {

constexpr std::string_view kDeclaration = " xmlns='jabber:server'";
constexpr auto kNone = std::string_view::npos;

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// declares_default looks through the attributes of a start tag, from the end of its name.
bool declares_default(std::string_view stanza, std::size_t at) {
  while (at < stanza.size() && stanza[at] != '>') {
    if (stanza[at] == '"' || stanza[at] == '\'') {
      at = stanza.find(stanza[at], at + 1);
      if (at == kNone) return false;
      ++at;
      continue;
    }
    if (is_space(stanza[at]) && stanza.substr(at + 1).starts_with("xmlns")) {
      std::size_t after = at + 6;
      while (after < stanza.size() && is_space(stanza[after])) ++after;
      if (after < stanza.size() && stanza[after] == '=') return true;
    }
    ++at;
  }
  return false;
}

}  // namespace

std::optional<Splice> splice_namespace(std::string_view stanza) {
  if (!stanza.starts_with('<')) return std::nullopt;
  const auto ends_name = [](char c) { return is_space(c) || c == '/' || c == '>'; };
  const auto end = std::ranges::find_if(stanza, ends_name);
  if (end == stanza.end() || end == stanza.begin() + 1) return std::nullopt;
  const auto at = static_cast<std::size_t>(end - stanza.begin());
  Splice splice;
  splice.prefixed = stanza.substr(0, at).contains(':');
  if (declares_default(stanza, at)) {
    splice.pieces = {stanza, {}, {}};
  } else {
    splice.pieces = {stanza.substr(0, at), kDeclaration, stanza.substr(at)};
    splice.at = at;
    splice.added = kDeclaration.size();
  }
  return splice;
}

}  // namespace schemas
