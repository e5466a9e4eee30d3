#include "guard/filter/label_format.h"

#include <vector>

namespace guard::filter {
namespace {

constexpr std::string_view kCdata = "<![CDATA[";

// The name of the tag at `at` (behind '<' or '</'), without its prefix.
std::string_view local_name(std::string_view stanza, std::size_t at) {
  const std::size_t end = stanza.find_first_of(" \t\r\n/>", at);
  std::string_view name = stanza.substr(at, end == std::string_view::npos ? end : end - at);
  if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    name.remove_prefix(colon + 1);
  }
  return name;
}

// Where the tag that begins before `at` ends (its '>'); npos where it does not.
std::size_t tag_end(std::string_view stanza, std::size_t at) {
  while (true) {
    at = stanza.find_first_of("\"'>", at);
    if (at == std::string_view::npos || stanza[at] == '>') return at;
    at = stanza.find(stanza[at], at + 1);
    if (at == std::string_view::npos) return at;
    ++at;
  }
}

bool is_other_format(const std::vector<std::string_view>& open, std::string_view name) {
  if (open.size() < 2 || name == "esssecuritylabel") return false;
  const std::string_view parent = open.back();
  return open[open.size() - 2] == "securitylabel" &&
         (parent == "label" || parent == "equivalentlabel");
}

}  // namespace

bool holds_other_label_format(std::string_view stanza) {
  std::vector<std::string_view> open;
  std::size_t at = stanza.find('<');
  while (at != std::string_view::npos) {
    if (stanza.substr(at).starts_with(kCdata)) {
      at = stanza.find("]]>", at);
      if (at == std::string_view::npos) return false;
      at = stanza.find('<', at);
      continue;
    }
    const std::size_t end = tag_end(stanza, at + 1);
    if (end == std::string_view::npos) return false;
    if (stanza[at + 1] == '/') {
      if (!open.empty()) open.pop_back();
    } else {
      const std::string_view name = local_name(stanza, at + 1);
      if (is_other_format(open, name)) return true;
      if (stanza[end - 1] != '/') open.push_back(name);
    }
    at = stanza.find('<', end);
  }
  return false;
}

}  // namespace guard::filter
