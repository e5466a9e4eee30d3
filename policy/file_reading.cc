#include "policy/file_reading.h"

#include <charconv>

#include "guard/base/check.h"

namespace policy {

void FileReading::fault(const schemas::Element& at, std::string what, std::string expected) {
  faults.push_back({place_of(at), std::move(what), std::move(expected)});
}

std::optional<LabelIndex> FileReading::label(const schemas::Element& at, std::string_view name) {
  const auto found = labels.find(name);
  if (found != labels.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [each, index] : labels) known.push_back(each);
  fault(at, "no label is called \"" + std::string(name) + "\"", "one of: " + joined(known));
  return std::nullopt;
}

Place place_of(const schemas::Element& element) {
  return {.line = element.line, .column = element.column};
}

std::string value(const schemas::Element& element, std::string_view attribute) {
  const std::string_view* found = element.attribute(attribute);
  return found == nullptr ? std::string() : std::string(*found);
}

guard::Lane lane_of(const schemas::Element& element) {
  const std::optional<guard::Side> from = guard::side_from(value(element, "from"));
  const std::optional<guard::Side> to = guard::side_from(value(element, "to"));
  CHECK(from && to);
  return guard::lane_between(*from, *to);
}

std::vector<std::string_view> words(const schemas::Element& element, std::string_view attribute) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::vector<std::string_view> found;
  const std::string_view* list = element.attribute(attribute);
  if (list == nullptr) return found;
  std::string_view rest = *list;
  while (true) {
    const std::size_t begin = rest.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return found;
    rest.remove_prefix(begin);
    const std::size_t end = std::min(rest.find_first_of(kSpace), rest.size());
    found.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
}

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  if (names.empty()) return "nothing (none is declared)";
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) {
    if (i > 0) text += ", ";
    text += names[i];
  }
  if (names.size() > kMost) text += ", ...";
  return text;
}

std::vector<guard::FileError> to_errors(const std::string& file, std::vector<Fault> faults) {
  faults = in_file_order(std::move(faults), Policy::kMaxFaults);
  std::vector<guard::FileError> errors;
  for (Fault& fault : faults) {
    errors.push_back({.file = file,
                      .line = fault.place.line,
                      .column = fault.place.column,
                      .what = std::move(fault.what),
                      .expected = std::move(fault.expected)});
  }
  return errors;
}

std::optional<std::uint32_t> bounded(FileReading& reading, const schemas::Element& element,
                                     std::string_view attribute, std::uint32_t floor,
                                     std::uint32_t ceiling) {
  const std::string_view* text = element.attribute(attribute);
  if (text == nullptr) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool whole = error == std::errc() && end == text->data() + text->size();
  if (whole && number >= floor && number <= ceiling) return number;
  reading.fault(element, std::string(attribute) + " is " + std::string(*text),
                std::to_string(floor) + " to " + std::to_string(ceiling));
  return std::nullopt;
}

void read_limits(FileReading& reading, const schemas::Element& element) {
  for (const LimitBounds& bounds : limit_bounds()) {
    const auto number = bounded(reading, element, bounds.attribute, bounds.floor, bounds.ceiling);
    if (number) reading.content.limits.*bounds.field = *number;
  }
}

}  // namespace policy
