// Language ranges: which of several languages suits a reader best.
//
// SPEC: RFC 4647 2.1 (basic language ranges) and 3.4 (lookup); tags as in RFC 5646 2.1.
#pragma once

#include <string_view>

namespace labels {

// is_language_range says whether `text` is a basic language range: "*", or subtags of 1 to 8 ASCII
// letters and digits (the first of letters only) joined by hyphens, such as "de-CH-1996".
[[nodiscard]] bool is_language_range(std::string_view text);

// same_language compares two tags or ranges without regard to the case of ASCII letters.
[[nodiscard]] bool same_language(std::string_view one, std::string_view other);

// truncated_range cuts the last subtag off, and a single letter or digit that would then be the
// last with it ("zh-Hant-x-private" becomes "zh-Hant"); an empty view where nothing is left. What
// is returned borrows from `range`.
[[nodiscard]] std::string_view truncated_range(std::string_view range);

// is_english says whether the tag's first subtag is "en".
[[nodiscard]] bool is_english(std::string_view tag);

// lookup returns the first of `tags` that equals the range, else the range cut once, twice, and so
// on; nullptr where none does, and for "*", which is for the caller's default. `tags` are of any
// type that has a member `language`; pointers into it are returned.
template <typename Range, typename Suits>
[[nodiscard]] auto lookup(const Range& tags, std::string_view range, Suits suits)
    -> decltype(&*tags.begin()) {
  if (range == "*") return nullptr;
  for (; !range.empty(); range = truncated_range(range)) {
    for (const auto& one : tags) {
      if (suits(one) && !one.language.empty() && same_language(one.language, range)) return &one;
    }
  }
  return nullptr;
}

}  // namespace labels
