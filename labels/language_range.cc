#include "labels/language_range.h"

#include <algorithm>

namespace labels {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool is_language_range(std::string_view text) {
  if (text == "*") return true;
  for (bool first = true;; first = false) {
    const std::string_view subtag = text.substr(0, text.find('-'));
    const auto belongs = [first](char c) { return is_letter(c) || (!first && is_digit(c)); };
    if (subtag.empty() || subtag.size() > 8 || !std::ranges::all_of(subtag, belongs)) return false;
    if (subtag.size() == text.size()) return true;
    text.remove_prefix(subtag.size() + 1);
  }
}

bool same_language(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

std::string_view truncated_range(std::string_view range) {
  const std::size_t cut = range.rfind('-');
  if (cut == std::string_view::npos) return {};
  range = range.substr(0, cut);
  const std::size_t single = range.rfind('-');
  const bool ends_in_single = single != std::string_view::npos && range.size() - single == 2;
  return ends_in_single ? range.substr(0, single) : range;
}

bool is_english(std::string_view tag) { return same_language(tag.substr(0, tag.find('-')), "en"); }

}  // namespace labels
