#include "labels/marking.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <utility>

#include "labels/marking_choice.h"

namespace labels {
namespace {

constexpr std::size_t kShownUnknown = 8;  // numbers in one pair of brackets

constexpr std::array<std::pair<MarkingPurpose, std::string_view>, 11> kPurposeNames{
    {{MarkingPurpose::kPageTop, "pageTop"},
     {MarkingPurpose::kPageBottom, "pageBottom"},
     {MarkingPurpose::kDocumentStart, "documentStart"},
     {MarkingPurpose::kDocumentEnd, "documentEnd"},
     {MarkingPurpose::kFirstLineOfText, "firstLineOfText"},
     {MarkingPurpose::kLastLineOfText, "lastLineOfText"},
     {MarkingPurpose::kSubject, "subject"},
     {MarkingPurpose::kXHeader, "xHeader"},
     {MarkingPurpose::kPortion, "portionMarking"},
     {MarkingPurpose::kInputTitle, "inputTitle"},
     {MarkingPurpose::kWaterMark, "waterMark"}}};

// A separator of one space is left out where the policy's own words bring one.
void append_part(std::string& line, std::string_view part, std::string_view separator) {
  if (part.empty()) return;
  const bool spaced = separator == " " && (line.ends_with(' ') || part.starts_with(' '));
  if (!line.empty() && !spaced) line += separator;
  line += part;
}

// A line is a line, whatever character references a file's phrases hold.
std::string one_line(std::string text) {
  constexpr char kDelete = '\x7F';
  for (char& c : text) {
    const bool control = (c >= '\0' && c < ' ') || c == kDelete;
    if (control) c = ' ';
  }
  return text;
}

std::string framed(std::string_view prefix, std::string_view text, std::string_view suffix) {
  std::string line;
  if (text.empty()) return line;
  line += prefix;
  line += text;
  line += suffix;
  return line;
}

// Numbers that the policy does not know: " 4 5 and 3 more", of which the first few are shown.
class UnknownNumbers {
 public:
  void add(std::uint32_t number) {
    if (++count_ <= kShownUnknown) text_ += " " + std::to_string(number);
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::string text() const {
    if (count_ <= kShownUnknown) return text_;
    return text_ + " and " + std::to_string(count_ - kShownUnknown) + " more";
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

// Composer puts one marking together. README.md, "How a marking is composed", has the rules.
class Composer {
 public:
  Composer(const SecurityPolicy& policy, const MarkingStyle& style)
      : policy_(policy), content_(policy.content()), style_(style) {
    const ChosenQualifier chosen = chosen_qualifier(content_.marking, style);
    prefix_ = chosen.prefix.value_or("");
    separator_ = chosen.separator.value_or(" ");
    suffix_ = chosen.suffix.value_or("");
    hidden_ = says(content_.marking, MarkingCode::kNoMarkingDisplay);
    names_hidden_ = says(content_.marking, MarkingCode::kNoNameDisplay);
  }

  std::string label(const Label& label);
  std::string clearance(const Clearance& clearance) const;

 private:
  [[nodiscard]] bool says(const MarkingData& data, MarkingCode code) const {
    return has_code(data, style_, code);
  }
  // What an element that the label bears says about the rest of the marking.
  void heed(const MarkingData& data);
  void heed_all(const Label& label);

  [[nodiscard]] std::string element(const MarkingData& data, std::string_view name,
                                    bool name_hidden) const;
  [[nodiscard]] std::string group(const MarkingData& data, std::string_view parts) const;
  [[nodiscard]] std::string policy_part() const;
  [[nodiscard]] std::string classification(const Classification& one) const;
  [[nodiscard]] std::string classification_part(const Label& label) const;
  [[nodiscard]] std::string classifications_part(const Clearance& clearance) const;
  [[nodiscard]] std::string tag_part(const Tag& tag, const Category& category,
                                     bool names_hidden) const;
  [[nodiscard]] std::string tag_set_part(const TagSet& tag_set,
                                         std::span<const Category> categories) const;
  [[nodiscard]] std::string unknown_part(const Category& category) const;
  void append_categories(std::string& line, std::span<const Category> categories) const;
  [[nodiscard]] std::string privacy_mark_part(const PrivacyMark& mark) const;
  [[nodiscard]] const PrivacyMarkEntry* entry(const PrivacyMark& mark) const;

  const SecurityPolicy& policy_;
  const PolicyContent& content_;
  const MarkingStyle& style_;
  std::string_view prefix_;
  std::string_view separator_;
  std::string_view suffix_;
  bool hidden_ = false;        // the file says that its elements are not marked
  bool names_hidden_ = false;  // …, or not by their names
  bool class_suppressed_ = false;
  bool policy_replaced_ = false;
  std::string replacement_;
};

void Composer::heed(const MarkingData& data) {
  if (data.phrases.empty()) return;
  class_suppressed_ = class_suppressed_ || says(data, MarkingCode::kSuppressClassName);
  const std::optional<std::string_view> replacement = chosen_replacement(data, style_);
  if (!replacement) return;
  policy_replaced_ = true;
  append_part(replacement_, *replacement, separator_);
}

void Composer::heed_all(const Label& label) {
  heed(content_.marking);
  heed(content_.policy_marking);
  if (label.classification()) {
    const Classification* known = policy_.classification(*label.classification());
    if (known != nullptr) {
      heed(content_.classification_marking);
      heed(known->marking);
    }
  }
  for (const TagSet& tag_set : policy_.tag_sets()) {
    bool borne = false;
    for (const Tag& tag : tag_set.tags) {
      const Category* category = label.find(tag_set.id, tag.kind);
      if (category == nullptr) continue;
      bool tag_borne = false;
      for (const TagCategory& one : tag.categories) {
        if (!category->holds(one.lacv)) continue;
        if (!std::exchange(borne, true)) heed(tag_set.marking);
        if (!std::exchange(tag_borne, true)) heed(tag.marking);
        heed(one.marking);
      }
    }
  }
  if (label.privacy_mark()) {
    const PrivacyMarkEntry* known = entry(*label.privacy_mark());
    if (known != nullptr) heed(known->marking);
  }
}

// One element in its own frame: its phrase, else its name; empty where it is hidden.
std::string Composer::element(const MarkingData& data, std::string_view name,
                              bool name_hidden) const {
  if (data.phrases.empty() && data.qualifiers.empty()) {
    return name_hidden ? std::string() : std::string(name);
  }
  if (says(data, MarkingCode::kNoMarkingDisplay)) return {};
  std::string_view text;
  if (const auto phrase = chosen_phrase(data, style_)) {
    text = *phrase;
  } else if (!name_hidden && !says(data, MarkingCode::kNoNameDisplay)) {
    text = name;
  }
  const ChosenQualifier chosen = chosen_qualifier(data, style_);
  return framed(chosen.prefix.value_or(""), text, chosen.suffix.value_or(""));
}

// What is shown of all classifications, a tag set or a tag: the phrase of the whole, then its
// parts, in its frame.
std::string Composer::group(const MarkingData& data, std::string_view parts) const {
  std::string text(chosen_phrase(data, style_).value_or(""));
  append_part(text, parts, " ");
  const ChosenQualifier chosen = chosen_qualifier(data, style_);
  return framed(chosen.prefix.value_or(""), text, chosen.suffix.value_or(""));
}

std::string Composer::policy_part() const {
  const MarkingData& data = content_.policy_marking;
  if (hidden_ || says(data, MarkingCode::kNoMarkingDisplay)) return {};
  if (policy_replaced_) {
    const ChosenQualifier chosen = chosen_qualifier(data, style_);
    return framed(chosen.prefix.value_or(""), replacement_, chosen.suffix.value_or(""));
  }
  return element(data, content_.name, names_hidden_);
}

std::string Composer::classification(const Classification& one) const {
  const MarkingData& all = content_.classification_marking;
  if (hidden_ || says(all, MarkingCode::kNoMarkingDisplay)) return {};
  return element(one.marking, one.name, names_hidden_ || says(all, MarkingCode::kNoNameDisplay));
}

std::string Composer::classification_part(const Label& label) const {
  if (!label.classification()) return "[no classification]";
  const Classification* known = policy_.classification(*label.classification());
  if (known == nullptr) {
    return "[classification " + std::to_string(*label.classification()) + "]";
  }
  if (class_suppressed_ || hidden_ ||
      says(content_.classification_marking, MarkingCode::kNoMarkingDisplay) ||
      says(known->marking, MarkingCode::kNoMarkingDisplay)) {
    return {};
  }
  return group(content_.classification_marking, classification(*known));
}

std::string Composer::classifications_part(const Clearance& clearance) const {
  const ChosenQualifier chosen = chosen_qualifier(content_.classification_marking, style_);
  const std::string_view separator = chosen.separator.value_or("/");
  std::string parts;
  bool any = false;
  for (const Classification& one : policy_.classifications()) {
    if (!clearance.holds(one.lacv)) continue;
    any = true;
    append_part(parts, classification(one), separator);
  }
  UnknownNumbers unknown;
  for (const std::uint16_t lacv : clearance.classifications()) {
    if (policy_.classification(std::uint32_t{lacv}) == nullptr) unknown.add(lacv);
  }
  std::string line;
  if (!parts.empty()) line = group(content_.classification_marking, parts);
  if (!unknown.empty()) {
    append_part(line, "[classification" + unknown.text() + "]", separator_);
  } else if (!any) {
    line = "[no classification]";
  }
  return line;
}

// The values of one tag that the label holds, in the policy's order.
std::string Composer::tag_part(const Tag& tag, const Category& category, bool names_hidden) const {
  if (says(tag.marking, MarkingCode::kNoMarkingDisplay)) return {};
  const bool hidden = names_hidden || says(tag.marking, MarkingCode::kNoNameDisplay);
  const ChosenQualifier chosen = chosen_qualifier(tag.marking, style_);
  const std::string_view separator = chosen.separator.value_or(", ");
  std::string parts;
  bool shown = false;
  for (const TagCategory& one : tag.categories) {
    if (!category.holds(one.lacv)) continue;
    shown = shown || !says(one.marking, MarkingCode::kNoMarkingDisplay);
    append_part(parts, element(one.marking, one.name, hidden), separator);
  }
  if (!shown) return {};
  return group(tag.marking, parts);
}

std::string Composer::tag_set_part(const TagSet& tag_set,
                                   std::span<const Category> categories) const {
  if (hidden_ || says(tag_set.marking, MarkingCode::kNoMarkingDisplay)) return {};
  const bool names_hidden = names_hidden_ || says(tag_set.marking, MarkingCode::kNoNameDisplay);
  const ChosenQualifier chosen = chosen_qualifier(tag_set.marking, style_);
  std::string parts;
  for (const Tag& tag : tag_set.tags) {
    const Category* category = find(categories, tag_set.id, tag.kind);
    if (category == nullptr) continue;
    append_part(parts, tag_part(tag, *category, names_hidden),
                chosen.separator.value_or(separator_));
  }
  if (parts.empty()) return {};
  return group(tag_set.marking, parts);
}

// What the policy does not know of a category, by number; empty where it knows all of it.
std::string Composer::unknown_part(const Category& category) const {
  const SecurityPolicy::Space* space = policy_.space(category.tag_set(), category.kind());
  UnknownNumbers unknown;
  for (const std::uint32_t lacv : category.values()) {
    if (space == nullptr || space->find(lacv) == nullptr) unknown.add(lacv);
  }
  if (unknown.empty()) return {};
  return "[" + std::string(to_string(category.kind())) + " " + category.tag_set().to_dotted() +
         ":" + unknown.text() + "]";
}

void Composer::append_categories(std::string& line, std::span<const Category> categories) const {
  for (const TagSet& tag_set : policy_.tag_sets()) {
    append_part(line, tag_set_part(tag_set, categories), separator_);
  }
  for (const Category& category : categories) {
    append_part(line, unknown_part(category), separator_);
  }
}

const PrivacyMarkEntry* Composer::entry(const PrivacyMark& mark) const {
  const auto found =
      std::ranges::find(content_.privacy_marks, mark.text(), &PrivacyMarkEntry::name);
  return found == content_.privacy_marks.end() ? nullptr : &*found;
}

std::string Composer::privacy_mark_part(const PrivacyMark& mark) const {
  const PrivacyMarkEntry* known = entry(mark);
  if (known == nullptr) return "[privacy mark]";
  if (hidden_) return {};
  return element(known->marking, known->name, names_hidden_);
}

std::string Composer::label(const Label& label) {
  heed_all(label);
  std::string line(chosen_phrase(content_.marking, style_).value_or(""));
  append_part(line, policy_part(), separator_);
  append_part(line, classification_part(label), separator_);
  append_categories(line, label.categories());
  if (label.privacy_mark()) append_part(line, privacy_mark_part(*label.privacy_mark()), separator_);
  return framed(prefix_, line, suffix_);
}

std::string Composer::clearance(const Clearance& clearance) const {
  std::string line(chosen_phrase(content_.marking, style_).value_or(""));
  append_part(line, policy_part(), separator_);
  append_part(line, classifications_part(clearance), separator_);
  append_categories(line, clearance.categories());
  return framed(prefix_, line, suffix_);
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

std::string_view to_string(MarkingPurpose purpose) {
  const auto found =
      std::ranges::find(kPurposeNames, purpose, [](const auto& p) { return p.first; });
  return found == kPurposeNames.end() ? std::string_view() : found->second;
}

std::optional<MarkingPurpose> marking_purpose(std::string_view text) {
  const auto found = std::ranges::find(kPurposeNames, text, [](const auto& p) { return p.second; });
  if (found == kPurposeNames.end()) return std::nullopt;
  return found->first;
}

std::string marking(const SecurityPolicy& policy, const Label& label, const MarkingStyle& style) {
  if (label.policy() != policy.id()) return "[policy " + label.policy().to_dotted() + "]";
  return one_line(Composer(policy, style).label(label));
}

std::string marking(const SecurityPolicy& policy, const Label& label) {
  return marking(policy, label, {});
}

std::string clearance_marking(const SecurityPolicy& policy, const Clearance& clearance,
                              const MarkingStyle& style) {
  if (clearance.policy() != policy.id()) return "[policy " + clearance.policy().to_dotted() + "]";
  return one_line(Composer(policy, style).clearance(clearance));
}

DisplayMarking display_marking(const SecurityPolicy& policy, const Label& label,
                               const MarkingStyle& style) {
  DisplayMarking display{.text = marking(policy, label, style), .background = "", .foreground = ""};
  if (label.policy() != policy.id() || !label.classification()) return display;
  const Classification* known = policy.classification(*label.classification());
  if (known == nullptr) return display;
  display.background = known->background;
  display.foreground =
      known->foreground.empty() ? contrasting(known->background) : known->foreground;
  return display;
}

DisplayMarking display_marking(const SecurityPolicy& policy, const Label& label) {
  return display_marking(policy, label, {});
}

}  // namespace labels
