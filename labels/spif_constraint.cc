#include "labels/spif_constraint.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "labels/date_format.h"
#include "labels/spif_time.h"

namespace labels {
namespace {

using schemas::Element;
using ReadGroup = std::function<SpifRead<CategoryGroup>(const Element&)>;

SpifRead<RequiredOperation> read_operation(const Element& element) {
  const std::string_view operation = attribute_or_empty(element, "operation");
  if (operation == "onlyOne") return RequiredOperation::kOnlyOne;
  if (operation == "oneOrMore") return RequiredOperation::kOneOrMore;
  if (operation == "all") return RequiredOperation::kAll;
  return fault_at(element, "operation " + in_quotes(operation),
                  "\"onlyOne\", \"oneOrMore\" or \"all\"");
}

SpifRead<std::vector<RequiredCategory>> read_all_required(const Element& element,
                                                          const ReadGroup& read_group) {
  std::vector<RequiredCategory> all;
  for (const Element* child : element.elements()) {
    if (!is_spif(*child, "requiredCategory")) continue;
    const auto operation = read_operation(*child);
    if (!operation) return std::unexpected(operation.error());
    RequiredCategory one{.operation = *operation, .place = place_of(*child)};
    for (const Element* group : child->elements()) {
      auto read = read_group(*group);
      if (!read) return std::unexpected(read.error());
      one.groups.push_back(*read);
    }
    all.push_back(std::move(one));
  }
  return all;
}

// One bound of a selection; nullopt for "unbounded".
SpifRead<std::optional<std::uint32_t>> read_bound(const Element& element, std::string_view name) {
  if (attribute_or_empty(element, name) == "unbounded") return std::optional<std::uint32_t>();
  const auto value = number_attribute(element, name);
  if (!value) return std::unexpected(value.error());
  return std::optional(*value);
}

SpifRead<void> read_classes(const Element& element, const SpifDirectory& directory,
                            TagCategory& category) {
  if (const std::string_view* name = element.attribute("requiredClass")) {
    if (!directory.has_classification(*name)) {
      return fault_at(element, "requiredClass " + in_quotes(*name) + " is not a classification",
                      "the name of a securityClassification");
    }
    category.required_class = *name;
  }
  for (const Element* child : element.elements()) {
    if (!is_spif(*child, "excludedClass")) continue;
    const std::string name = child->text();
    if (!directory.has_classification(name)) {
      return fault_at(*child, "excludedClass " + in_quotes(name) + " is not a classification",
                      "the name of a securityClassification");
    }
    category.excluded_classes.push_back(name);
  }
  return {};
}

SpifRead<void> read_user_input(const Element& element, TagCategory& category) {
  const std::string_view type = attribute_or_empty(element, "userInput");
  if (type == "string") category.user_input = UserInput::kString;
  if (type == "integer") category.user_input = UserInput::kInteger;
  if (type == "date") category.user_input = UserInput::kDate;
  const std::string_view* format = element.attribute("dateFormat");
  if (format == nullptr) return {};
  if (type != "date") {
    return fault_at(element, "dateFormat without userInput=\"date\"", "both or neither");
  }
  if (!DateFormat::parse(*format)) {
    return fault_at(element, "dateFormat " + in_quotes(*format),
                    "fields among yyyy, yy, MM, dd, HH, mm, ss, at least a day, and no other "
                    "letters");
  }
  category.date_format = *format;
  return {};
}

SpifRead<std::optional<std::int64_t>> read_time(const Element& element, std::string_view name,
                                                DayEnd day_end) {
  const std::string_view* text = element.attribute(name);
  if (text == nullptr) return std::optional<std::int64_t>();
  const std::optional<std::int64_t> time = read_spif_time(*text, day_end);
  if (!time) {
    return fault_at(element, std::string(name) + "=" + in_quotes(*text),
                    "a time such as 2026-07-01, 2026-07-01T12:00:00Z or 20260701120000Z");
  }
  return time;
}

}  // namespace

SpifRead<std::vector<RequiredCategory>> read_required(const Element& element,
                                                      const SpifDirectory& directory) {
  return read_all_required(element, [&](const Element& group) { return directory.group(group); });
}

SpifRead<std::vector<RequiredCategory>> read_foreign_required(const Element& element) {
  return read_all_required(element, foreign_group);
}

SpifRead<std::vector<CategoryGroup>> read_excluded(const Element& element,
                                                   const SpifDirectory& directory) {
  std::vector<CategoryGroup> all;
  for (const Element* child : element.elements()) {
    if (!is_spif(*child, "excludedCategory")) continue;
    const auto group = directory.group(*child);
    if (!group) return std::unexpected(group.error());
    all.push_back(*group);
  }
  return all;
}

SpifRead<Selection> read_selection(const Element& element) {
  Selection selection{.place = place_of(element)};
  if (element.attribute("minSelection") != nullptr) {
    const auto minimum = read_bound(element, "minSelection");
    if (!minimum) return std::unexpected(minimum.error());
    if (!*minimum) return fault_at(element, "minSelection=\"unbounded\"", "a number");
    selection.minimum = **minimum;
  }
  if (element.attribute("maxSelection") != nullptr) {
    const auto maximum = read_bound(element, "maxSelection");
    if (!maximum) return std::unexpected(maximum.error());
    selection.maximum = *maximum;
  }
  if (is_set(element, "singleSelection")) {
    if (selection.maximum.value_or(1) > 1) {
      return fault_at(element,
                      "singleSelection=\"true\" with maxSelection=" +
                          in_quotes(std::to_string(*selection.maximum)),
                      "a maximum of 1 or none");
    }
    if (!selection.maximum) selection.maximum = 1;
  }
  if (selection.maximum && selection.minimum > *selection.maximum) {
    return fault_at(element,
                    "a minimum selection of " + std::to_string(selection.minimum) +
                        " above the maximum of " + std::to_string(*selection.maximum),
                    "a maximum that is not below the minimum");
  }
  return selection;
}

SpifRead<void> read_conditions(const Element& element, const SpifDirectory& directory,
                               TagCategory& category) {
  if (auto read = read_classes(element, directory, category); !read) return read;
  if (auto read = read_user_input(element, category); !read) return read;
  auto required = read_required(element, directory);
  if (!required) return std::unexpected(required.error());
  category.required = *std::move(required);
  auto excluded = read_excluded(element, directory);
  if (!excluded) return std::unexpected(excluded.error());
  category.excluded = *std::move(excluded);
  const auto not_before = read_time(element, "notBefore", DayEnd::kFirstSecond);
  if (!not_before) return std::unexpected(not_before.error());
  category.not_before = *not_before;
  const auto not_after = read_time(element, "notAfter", DayEnd::kLastSecond);
  if (!not_after) return std::unexpected(not_after.error());
  category.not_after = *not_after;
  return {};
}

}  // namespace labels
