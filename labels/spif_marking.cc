#include "labels/spif_marking.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace labels {
namespace {

constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

bool is_place_of_whole(std::string_view code) {
  constexpr std::array<std::string_view, 5> kPlaces{"pageTop", "pageBottom", "pageTopBottom",
                                                    "documentStart", "documentEnd"};
  return std::ranges::find(kPlaces, code) != kPlaces.end();
}

bool is_english(const schemas::Element& element) {
  const std::string_view* lang = element.attribute(kXmlNamespace, "lang");
  if (lang == nullptr || lang->empty()) return true;
  return *lang == "en" || lang->starts_with("en-");
}

// Whether a markingData is meant for the one marking that is made. Codes other than places (among
// them replacePolicy, suppressClassName, noMarkingDisplay, portionMarking) say that it is not.
bool is_for_whole(const schemas::Element& data, SpifNotes& notes) {
  bool suits = true;
  for (const schemas::Element* code : data.elements()) {
    const std::string text = code->text();
    if (is_place_of_whole(text)) continue;
    notes.add(*code, "marking code " + text + " is not acted on");
    suits = false;
  }
  return suits;
}

constexpr std::array<std::pair<std::string_view, MarkingCode>, 17> kCodes{
    {{"pageTop", MarkingCode::kPageTop},
     {"pageBottom", MarkingCode::kPageBottom},
     {"pageTopBottom", MarkingCode::kPageTopBottom},
     {"documentStart", MarkingCode::kDocumentStart},
     {"documentEnd", MarkingCode::kDocumentEnd},
     {"firstLineOfText", MarkingCode::kFirstLineOfText},
     {"lastLineOfText", MarkingCode::kLastLineOfText},
     {"subject", MarkingCode::kSubject},
     {"xHeader", MarkingCode::kXHeader},
     {"portionMarking", MarkingCode::kPortionMarking},
     {"inputTitle", MarkingCode::kInputTitle},
     {"waterMark", MarkingCode::kWaterMark},
     {"noNameDisplay", MarkingCode::kNoNameDisplay},
     {"noMarkingDisplay", MarkingCode::kNoMarkingDisplay},
     {"suppressClassName", MarkingCode::kSuppressClassName},
     {"replacePolicy", MarkingCode::kReplacePolicy},
     {"unused", MarkingCode::kUnused}}};

// The schema lets no other name through.
MarkingCode code_from(std::string_view name) {
  const auto known =
      std::ranges::find(kCodes, name, &std::pair<std::string_view, MarkingCode>::first);
  return known == kCodes.end() ? MarkingCode::kUnused : known->second;
}

std::string language_of(const schemas::Element& element) {
  const std::string_view* language = element.attribute(kXmlNamespace, "lang");
  return language == nullptr ? std::string() : std::string(*language);
}

MarkingPhrase read_phrase(const schemas::Element& element) {
  MarkingPhrase one{.phrase = std::string(attribute_or_empty(element, "phrase")),
                    .has_phrase = element.attribute("phrase") != nullptr,
                    .short_phrase = std::string(attribute_or_empty(element, "shortPhrase")),
                    .simple_phrase = std::string(attribute_or_empty(element, "simplePhrase")),
                    .input_phrase = std::string(attribute_or_empty(element, "inputPhrase")),
                    .language = language_of(element),
                    .place = place_of(element)};
  for (const schemas::Element* code : element.elements()) one.codes.add(code_from(code->text()));
  return one;
}

MarkingQualifier read_qualifier(const schemas::Element& element) {
  MarkingQualifier one{.code = code_from(attribute_or_empty(element, "markingCode")),
                       .place = place_of(element)};
  for (const schemas::Element* child : element.elements()) {
    const std::string_view part = attribute_or_empty(*child, "qualifierCode");
    std::string language = language_of(*child);
    one.texts.push_back({.part = part == "prefix"      ? QualifierPart::kPrefix
                                 : part == "separator" ? QualifierPart::kSeparator
                                                       : QualifierPart::kSuffix,
                         .text = std::string(attribute_or_empty(*child, "markingQualifier")),
                         .language = language.empty() ? language_of(element) : language});
  }
  return one;
}

}  // namespace

MarkingData read_marking_data(const schemas::Element& element) {
  MarkingData data;
  for (const schemas::Element* child : element.elements()) {
    if (is_spif(*child, "markingData")) data.phrases.push_back(read_phrase(*child));
    if (is_spif(*child, "markingQualifier")) data.qualifiers.push_back(read_qualifier(*child));
  }
  return data;
}

std::string marking_phrase(const schemas::Element& element, SpifNotes& notes) {
  std::string phrase;
  for (const schemas::Element* child : element.elements()) {
    if (!child->is(kSpifNamespace, "markingData")) continue;
    if (!is_english(*child)) {
      notes.add(*child, "a marking in another language is not used");
      continue;
    }
    if (!is_for_whole(*child, notes)) continue;
    const std::string_view* text = child->attribute("phrase");
    if (phrase.empty() && text != nullptr) phrase = *text;
  }
  return phrase;
}

Qualifier marking_qualifier(const schemas::Element& element, Qualifier otherwise,
                            SpifNotes& notes) {
  bool found = false;
  for (const schemas::Element* child : element.elements()) {
    if (!child->is(kSpifNamespace, "markingQualifier")) continue;
    const std::string_view* code = child->attribute("markingCode");
    if (found || code == nullptr || !is_place_of_whole(*code) || !is_english(*child)) {
      notes.add(*child, "a marking qualifier for another place or language is not used");
      continue;
    }
    found = true;
    for (const schemas::Element* one : child->elements()) {
      const std::string_view* text = one->attribute("markingQualifier");
      const std::string_view* part = one->attribute("qualifierCode");
      if (text == nullptr || part == nullptr || !is_english(*one)) continue;
      if (*part == "prefix") otherwise.prefix = *text;
      if (*part == "separator") otherwise.separator = *text;
      if (*part == "suffix") otherwise.suffix = *text;
    }
  }
  return otherwise;
}

std::string color_value(std::string_view color) {
  using Named = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Named, 18> kNames{{{"aqua", "#00FFFF"},
                                          {"black", "#000000"},
                                          {"blue", "#0000FF"},
                                          {"fuchsia", "#FF00FF"},
                                          {"fuschia", "#FF00FF"},
                                          {"gray", "#808080"},
                                          {"green", "#008000"},
                                          {"lime", "#00FF00"},
                                          {"maroon", "#800000"},
                                          {"navy", "#000080"},
                                          {"olive", "#808000"},
                                          {"orange", "#FFA500"},
                                          {"purple", "#800080"},
                                          {"red", "#FF0000"},
                                          {"silver", "#C0C0C0"},
                                          {"teal", "#008080"},
                                          {"white", "#FFFFFF"},
                                          {"yellow", "#FFFF00"}}};
  const auto named = std::ranges::find(kNames, color, &Named::first);
  if (named != kNames.end()) return std::string(named->second);
  if (color.size() != 7 || color.front() != '#') return "";
  std::string value(color);
  for (char& c : value) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    const bool hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || c == '#';
    if (!hex) return "";
  }
  return value.find('#', 1) == std::string::npos ? value : "";
}

}  // namespace labels
