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

}  // namespace

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
