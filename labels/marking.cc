#include "labels/marking.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace labels {
namespace {

// Parts are set apart by one space, unless the policy's own prefixes and suffixes bring one.
void append_part(std::string& line, std::string_view part, std::string_view separator) {
  if (part.empty()) return;
  const bool spaced = line.empty() || line.back() == ' ' || part.front() == ' ';
  if (!spaced) line += separator;
  line += part;
}

std::string classification_part(const SecurityPolicy& policy, const Label& label) {
  if (!label.classification()) return "[no classification]";
  const Classification* known = policy.classification(*label.classification());
  if (known != nullptr) return known->phrase;
  return "[classification " + std::to_string(*label.classification()) + "]";
}

// The values of one tag that the label holds, in the policy's order, framed by its qualifier.
std::string tag_part(const Tag& tag, const Category& category) {
  std::string values;
  for (const TagCategory& one : tag.categories) {
    if (!category.holds(one.lacv)) continue;
    if (!values.empty()) values += tag.qualifier.separator;
    values += one.phrase;
  }
  if (values.empty()) return values;
  return tag.qualifier.prefix + values + tag.qualifier.suffix;
}

// What the policy does not know of a category, by number; empty where it knows all of it.
std::string unknown_part(const SecurityPolicy& policy, const Category& category) {
  constexpr std::size_t kShown = 8;
  const SecurityPolicy::Space* space = policy.space(category.tag_set(), category.kind());
  std::string values;
  std::size_t unknown = 0;
  for (const std::uint32_t lacv : category.values()) {
    if (space != nullptr && space->find(lacv) != nullptr) continue;
    if (++unknown <= kShown) values += " " + std::to_string(lacv);
  }
  if (unknown == 0) return values;
  if (unknown > kShown) values += " and " + std::to_string(unknown - kShown) + " more";
  return "[" + std::string(to_string(category.kind())) + " " + category.tag_set().to_dotted() +
         ":" + values + "]";
}

// Relative luminance decides whether black or white is read more easily (WCAG 2.1, simplified:
// the linear weights on the encoded values suffice to choose between the two).
std::string contrasting(std::string_view background) {
  if (background.size() != 7) return "";
  std::array<unsigned, 3> rgb{};
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    const char* digits = background.data() + 1 + 2 * i;
    if (std::from_chars(digits, digits + 2, rgb[i], 16).ptr != digits + 2) return "";
  }
  const unsigned brightness = (rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114) / 1000;
  return brightness >= 128 ? "#000000" : "#FFFFFF";
}

}  // namespace

std::string marking(const SecurityPolicy& policy, const Label& label) {
  if (label.policy() != policy.id()) return "[policy " + label.policy().to_dotted() + "]";
  const Qualifier& qualifier = policy.content().qualifier;
  std::string line;
  append_part(line, policy.content().phrase, qualifier.separator);
  append_part(line, classification_part(policy, label), qualifier.separator);
  for (const TagSet& tag_set : policy.tag_sets()) {
    for (const Tag& tag : tag_set.tags) {
      const Category* category = label.find(tag_set.id, tag.kind);
      if (category == nullptr) continue;
      append_part(line, tag_part(tag, *category), qualifier.separator);
    }
  }
  for (const Category& category : label.categories()) {
    append_part(line, unknown_part(policy, category), qualifier.separator);
  }
  const std::optional<PrivacyMark>& mark = label.privacy_mark();
  if (mark) {
    const bool known = policy.has_privacy_mark(mark->text());
    append_part(line, known ? mark->text() : "[privacy mark]", qualifier.separator);
  }
  return qualifier.prefix + line + qualifier.suffix;
}

DisplayMarking display_marking(const SecurityPolicy& policy, const Label& label) {
  DisplayMarking display{.text = marking(policy, label), .background = "", .foreground = ""};
  if (label.policy() != policy.id() || !label.classification()) return display;
  const Classification* known = policy.classification(*label.classification());
  if (known == nullptr) return display;
  display.background = known->background;
  display.foreground =
      known->foreground.empty() ? contrasting(known->background) : known->foreground;
  return display;
}

}  // namespace labels
