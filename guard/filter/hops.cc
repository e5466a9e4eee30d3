#include "guard/filter/hops.h"

#include "guard/base/check.h"

namespace guard::filter {
namespace {

constexpr std::string_view kBefore = "<hops n=\"";
constexpr std::string_view kBehind = "\" xmlns=\"urn:xmpp-guard:hops:1\"/>";
constexpr std::size_t kElement = kBefore.size() + 1 + kBehind.size();
static_assert(kElement + sizeof "</presence>" <= kHopsOctets);

// The root's name: our own start tags have a space or their end behind it.
std::string_view name_of(std::string_view stanza) {
  return stanza.substr(1, stanza.find_first_of(" />", 1) - 1);
}

}  // namespace

std::optional<TakenHops> take_hops(std::string_view stanza) {
  const std::size_t end_tag = stanza.rfind("</");
  if (end_tag == std::string_view::npos || end_tag < kElement) return std::nullopt;
  const std::string_view element = stanza.substr(end_tag - kElement, kElement);
  if (!element.starts_with(kBefore) || !element.ends_with(kBehind)) return std::nullopt;
  const char digit = element[kBefore.size()];
  if (digit < '1' || digit > '0' + static_cast<char>(kMaxHops)) return std::nullopt;
  TakenHops taken;
  taken.count = static_cast<std::uint32_t>(digit - '0');
  taken.rest.reserve(stanza.size() - kElement);
  taken.rest += stanza.substr(0, end_tag - kElement);
  taken.rest += stanza.substr(end_tag);
  return taken;
}

void append_hops(std::string& stanza, std::uint32_t count) {
  CHECK(count >= 1 && count <= kMaxHops);
  std::string element(kBefore);
  element += static_cast<char>('0' + count);
  element += kBehind;
  if (stanza.ends_with("/>") && stanza.find('<', 1) == std::string::npos) {
    const std::string end = "</" + std::string(name_of(stanza)) + ">";
    stanza.replace(stanza.size() - 2, 2, ">" + element + end);
    return;
  }
  const std::size_t end_tag = stanza.rfind("</");
  CHECK(end_tag != std::string::npos);
  stanza.insert(end_tag, element);
}

}  // namespace guard::filter
