#include "guard/filter/canonical_value.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "guard/base/utc_time.h"
#include "guard/xmpp/jid.h"

namespace guard::filter {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// A word: at least one character, no white space inside.
ValueVerdict append_token(std::string& out, std::string_view value) {
  value = trimmed(value);
  if (value.empty() || std::any_of(value.begin(), value.end(), is_space)) {
    return ValueVerdict::kBadValue;
  }
  out += value;
  return ValueVerdict::kWritten;
}

ValueVerdict append_number(std::string& out, std::string_view value) {
  value = trimmed(value);
  if (value.starts_with('+')) {
    value.remove_prefix(1);
    if (value.starts_with('-')) return ValueVerdict::kBadValue;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return ValueVerdict::kBadValue;
  out += std::to_string(number);
  return ValueVerdict::kWritten;
}

// SPEC: XEP-0082: UTC, and here without the fraction, whose digits would be a carrier.
ValueVerdict append_stamp(std::string& out, std::string_view value) {
  const auto time = from_iso8601(trimmed(value));
  if (!time) return ValueVerdict::kBadValue;
  const std::string text = to_iso8601(*time);
  out.append(text, 0, std::string_view("2026-01-31T23:59:59").size());
  out += 'Z';
  return ValueVerdict::kWritten;
}

constexpr std::size_t kMaxLanguage = 35;  // octets (SPEC: RFC 5646 4.4.1)
constexpr std::size_t kMaxSubtag = 8;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// SPEC: RFC 5646 2.1, the shape of it: letters, then letters or digits, 1 to 8 between hyphens.
bool is_language(std::string_view value) {
  if (value.empty() || value.size() > kMaxLanguage) return false;
  std::size_t subtag = 0;
  bool first = true;
  for (const char c : value) {
    if (c == '-') {
      if (subtag == 0) return false;
      subtag = 0;
      first = false;
    } else if (!is_letter(c) && (first || !is_digit(c))) {
      return false;
    } else if (++subtag > kMaxSubtag) {
      return false;
    }
  }
  return subtag > 0;
}

ValueVerdict append_language(std::string& out, std::string_view value) {
  value = trimmed(value);
  if (!is_language(value)) return ValueVerdict::kBadValue;
  for (const char c : value) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return ValueVerdict::kWritten;
}

ValueVerdict append_word(std::string& out, std::string_view value,
                         std::span<const std::string_view> words) {
  value = trimmed(value);
  if (!std::ranges::binary_search(words, value)) return ValueVerdict::kUnlisted;
  out += value;
  return ValueVerdict::kWritten;
}

}  // namespace

bool is_opaque(std::string_view value) {
  return !value.empty() && value.size() <= kMaxOpaque &&
         std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool belongs_to(std::string_view domain, std::string_view other) {
  if (!other.ends_with(domain) || domain.empty()) return false;
  return other.size() == domain.size() || other[other.size() - domain.size() - 1] == '.';
}

ValueVerdict append_canonical(std::string& out, std::string_view value, ValueKind kind,
                              std::span<const std::string_view> words) {
  switch (kind) {
    case ValueKind::kText:
      out += value;
      return ValueVerdict::kWritten;
    case ValueKind::kToken:
      return append_token(out, value);
    case ValueKind::kOpaque:
      if (!is_opaque(value)) return ValueVerdict::kBadValue;
      out += value;
      return ValueVerdict::kWritten;
    case ValueKind::kNumber:
      return append_number(out, value);
    case ValueKind::kJid: {
      const auto jid = xmpp::parse_jid(value);
      if (!jid) return ValueVerdict::kBadAddress;
      out += jid->to_string();
      return ValueVerdict::kWritten;
    }
    case ValueKind::kStamp:
      return append_stamp(out, value);
    case ValueKind::kLanguage:
      return append_language(out, value);
    case ValueKind::kWord:
    case ValueKind::kFeature:
      return append_word(out, value, words);
    case ValueKind::kDropped:
      break;
  }
  return ValueVerdict::kBadValue;
}

}  // namespace guard::filter
