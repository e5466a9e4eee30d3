#include "guard/xmpp/jid.h"

#include <algorithm>
#include <utility>

#include "guard/xmpp/icu_text.h"
#include "guard/xmpp/utf8.h"

namespace guard::xmpp {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What a local part may not hold although PRECIS would let it (SPEC: RFC 7622 3.3.1).
bool is_banned_in_local(char c) {
  return std::string_view("\"&'/:<>@").find(c) != std::string_view::npos;
}

bool is_printable(char c) { return c > 0x20 && c < 0x7F; }

std::expected<std::string, JidFault> normal_local(std::string_view text) {
  const auto fault = std::unexpected(JidFault::kLocal);
  if (text.empty() || text.size() > kJidPartCeiling) return fault;
  if (std::ranges::any_of(text, is_banned_in_local)) return fault;
  if (is_ascii(text)) {
    if (!std::ranges::all_of(text, is_printable)) return fault;
    std::string local(text);
    std::ranges::transform(local, local.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return local;
  }
  if (!is_valid_utf8(text)) return fault;
  auto local = stringprep(StringprepProfile::kNodeprep, text);
  if (!local || local->empty() || local->size() > kJidPartCeiling) return fault;
  if (precis_username(text) != local) return fault;
  // A width mapping can bring a banned character in.
  if (std::ranges::any_of(*local, is_banned_in_local)) return fault;
  return *std::move(local);
}

std::expected<std::string, JidFault> normal_resource(std::string_view text) {
  const auto fault = std::unexpected(JidFault::kResource);
  if (text.empty() || text.size() > kJidPartCeiling) return fault;
  if (is_ascii(text)) {
    if (!std::ranges::all_of(text, [](char c) { return is_printable(c) || c == ' '; })) {
      return fault;
    }
    return std::string(text);
  }
  if (!is_valid_utf8(text)) return fault;
  auto resource = stringprep(StringprepProfile::kResourceprep, text);
  if (!resource || resource->empty() || resource->size() > kJidPartCeiling) return fault;
  if (precis_opaque(text) != resource) return fault;
  return *std::move(resource);
}

}  // namespace

std::string_view to_string(JidFault fault) {
  switch (fault) {
    case JidFault::kEmpty:
      return "empty";
    case JidFault::kLocal:
      return "local";
    case JidFault::kDomain:
      return "domain";
    case JidFault::kResource:
      return "resource";
  }
  return "unknown";
}

std::string Jid::bare() const { return local.empty() ? domain : local + "@" + domain; }

std::string Jid::to_string() const { return resource.empty() ? bare() : bare() + "/" + resource; }

JidText split_jid(std::string_view text) {
  JidText parts;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    parts.resource = text.substr(slash + 1);
    parts.has_resource = true;
    text = text.substr(0, slash);
  }
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    parts.local = text.substr(0, at);
    parts.has_local = true;
    text = text.substr(at + 1);
  }
  parts.domain = text;
  return parts;
}

std::expected<Jid, JidFault> parse_jid(std::string_view text) {
  if (text.empty()) return std::unexpected(JidFault::kEmpty);
  const JidText parts = split_jid(text);
  Jid jid;
  auto domain = normal_domain(parts.domain);
  if (!domain) return std::unexpected(JidFault::kDomain);
  jid.domain = *std::move(domain);
  if (parts.has_local) {
    auto local = normal_local(parts.local);
    if (!local) return std::unexpected(local.error());
    jid.local = *std::move(local);
  }
  if (parts.has_resource) {
    auto resource = normal_resource(parts.resource);
    if (!resource) return std::unexpected(resource.error());
    jid.resource = *std::move(resource);
  }
  return jid;
}

}  // namespace guard::xmpp
