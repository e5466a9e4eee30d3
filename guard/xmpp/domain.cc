#include "guard/xmpp/domain.h"

#include <arpa/inet.h>

#include <algorithm>

#include "guard/xmpp/icu_text.h"
#include "guard/xmpp/utf8.h"

namespace guard::xmpp {
namespace {

constexpr std::size_t kLabelCeiling = 63;
constexpr std::size_t kNameCeiling = 253;  // 255 in the DNS's own encoding

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_letter_digit_hyphen(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

// next_label takes the first label off a name in lower case.
std::string_view next_label(std::string_view& name) {
  const std::size_t dot = name.find('.');
  const std::string_view label = name.substr(0, dot);
  name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
  return label;
}

// host_fault judges a name of lower-case ASCII (SPEC: RFC 5890 2.3.1, LDH labels).
std::expected<void, DomainFault> host_fault(std::string_view name) {
  if (name.size() > kNameCeiling) return std::unexpected(DomainFault::kTooLong);
  if (name.ends_with('.')) return std::unexpected(DomainFault::kTrailingDot);
  while (!name.empty()) {
    const std::string_view label = next_label(name);
    if (label.size() > kLabelCeiling) return std::unexpected(DomainFault::kTooLong);
    if (label.empty() || label.front() == '-' || label.back() == '-' ||
        !std::ranges::all_of(label, is_letter_digit_hyphen)) {
      return std::unexpected(DomainFault::kForbidden);
    }
  }
  return {};
}

bool has_a_label(std::string_view name) {
  while (!name.empty()) {
    if (next_label(name).starts_with("xn--")) return true;
  }
  return false;
}

std::expected<std::string, DomainFault> ipv6_literal(std::string_view text) {
  const std::string address(text.substr(1, text.size() - 2));
  in6_addr ignored{};
  if (address.find('\0') != std::string::npos ||
      inet_pton(AF_INET6, address.c_str(), &ignored) != 1) {
    return std::unexpected(DomainFault::kForbidden);
  }
  return std::string(text);
}

// international judges what is not a plain ASCII host name. Both readings of it, the one of
// today's standard and the one of peers that still use stringprep, must come to the same.
std::expected<std::string, DomainFault> international(std::string_view text) {
  if (!is_valid_utf8(text)) return std::unexpected(DomainFault::kForbidden);
  const auto unicode = idna_unicode(text);
  const auto ascii = idna_ascii(text);
  if (!unicode || !ascii) return std::unexpected(DomainFault::kForbidden);
  if (const auto fault = host_fault(*ascii); !fault) return std::unexpected(fault.error());
  if (unicode->size() > kJidPartCeiling) return std::unexpected(DomainFault::kTooLong);
  if (stringprep(StringprepProfile::kNameprep, *unicode) != *unicode) {
    return std::unexpected(DomainFault::kUnlike);
  }
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), lower);
  if (!has_a_label(lowered) && stringprep(StringprepProfile::kNameprep, text) != *unicode) {
    return std::unexpected(DomainFault::kUnlike);
  }
  return *unicode;
}

}  // namespace

std::string_view to_string(DomainFault fault) {
  switch (fault) {
    case DomainFault::kEmpty:
      return "empty";
    case DomainFault::kTooLong:
      return "too-long";
    case DomainFault::kTrailingDot:
      return "trailing-dot";
    case DomainFault::kForbidden:
      return "forbidden";
    case DomainFault::kUnlike:
      return "unlike";
  }
  return "unknown";
}

std::expected<std::string, DomainFault> normal_domain(std::string_view text) {
  if (text.empty()) return std::unexpected(DomainFault::kEmpty);
  if (text.size() > kJidPartCeiling) return std::unexpected(DomainFault::kTooLong);
  if (text.front() == '[' && text.back() == ']') return ipv6_literal(text);
  if (text.ends_with('.')) return std::unexpected(DomainFault::kTrailingDot);
  if (!is_ascii(text)) return international(text);
  std::string name(text);
  std::ranges::transform(name, name.begin(), lower);
  if (has_a_label(name)) return international(text);
  if (const auto fault = host_fault(name); !fault) return std::unexpected(fault.error());
  return name;
}

std::expected<std::string, DomainFault> ascii_domain(std::string_view normal) {
  if (is_ascii(normal)) return std::string(normal);
  if (!is_valid_utf8(normal)) return std::unexpected(DomainFault::kForbidden);
  auto ascii = idna_ascii(normal);
  if (!ascii) return std::unexpected(DomainFault::kForbidden);
  return *std::move(ascii);
}

std::string ascii_or_empty(std::string_view normal) {
  const auto ascii = ascii_domain(normal);
  return ascii ? *ascii : std::string();
}

}  // namespace guard::xmpp
