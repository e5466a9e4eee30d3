#include "guard/xmpp/plain_tag.h"

#include <cstddef>
#include <string_view>

#include "guard/xmpp/character_run.h"
#include "guard/xmpp/markup_character.h"

namespace guard::xmpp {
namespace {

const char* skip_name(const char* at, const char* end) {
  while (at != end && is_name(*at)) ++at;
  return at;
}

}  // namespace

PlainTag plain_tag(const char* at, const char* end) {
  PlainTag tag;
  if (at == end || !is_name_start(*at)) return tag;
  at = skip_name(at, end);
  tag.name_end = at;
  while (at != end) {
    const bool spaced = is_space(*at);
    while (at != end && is_space(*at)) ++at;
    if (at == end) return tag;
    if (*at == '>') {
      tag.end = at + 1;
      return tag;
    }
    if (*at == '/') {
      tag.empty = true;
      if (end - at >= 2 && at[1] == '>') tag.end = at + 2;
      return tag;
    }
    if (!spaced || !is_name_start(*at)) return tag;
    const char* const name = at;
    at = skip_name(at, end);
    const bool declares = declares_namespace({name, static_cast<std::size_t>(at - name)});
    ++(declares ? tag.namespaces : tag.attributes);
    if (end - at < 3 || *at != '=' || (at[1] != '\'' && at[1] != '"')) return tag;
    const char quote = at[1];
    at = skip_run(at + 2, end, quote, '&', '<');
    if (at == end || *at != quote) return tag;
    ++at;
  }
  return tag;
}

}  // namespace guard::xmpp
