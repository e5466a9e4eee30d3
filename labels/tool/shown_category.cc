#include "labels/tool/shown_category.h"

#include <algorithm>
#include <utility>

namespace labels::tool {
namespace {

std::string text_of(std::span<const UserText> texts, const Category& category, std::uint32_t lacv) {
  for (const UserText& text : texts) {
    if (text.tag_set == category.tag_set() && text.kind == category.kind() && text.lacv == lacv) {
      return text.text;
    }
  }
  return {};
}

// Appends the category's values, one entry for each tag.
void append(std::vector<ShownCategory>& shown, const SecurityPolicy* policy,
            const Category& category, std::span<const UserText> texts) {
  const TagSet* tag_set = policy != nullptr ? policy->tag_set(category.tag_set()) : nullptr;
  const SecurityPolicy::Space* space =
      policy != nullptr ? policy->space(category.tag_set(), category.kind()) : nullptr;
  ShownCategory unknown{.tag_set = tag_set != nullptr ? tag_set->name : "",
                        .tag_set_id = category.tag_set(),
                        .kind = category.kind()};
  std::vector<std::pair<std::uint32_t, ShownCategory>> tags;
  for (const std::uint32_t lacv : category.values()) {
    const auto* value = space != nullptr ? space->find(lacv) : nullptr;
    ShownValue shown_value{.number = lacv, .text = text_of(texts, category, lacv)};
    if (value == nullptr) {
      unknown.values.push_back(std::move(shown_value));
      continue;
    }
    const Tag& tag = tag_set->tags[value->tag];
    shown_value.name = tag.categories[value->category].name;
    auto at = std::ranges::find(tags, value->tag, &decltype(tags)::value_type::first);
    if (at == tags.end()) {
      ShownCategory known = unknown;
      known.tag = tag.name;
      known.values.clear();
      at = tags.insert(at, {value->tag, std::move(known)});
    }
    at->second.values.push_back(std::move(shown_value));
  }
  std::ranges::sort(tags, {}, &decltype(tags)::value_type::first);
  for (auto& [index, known] : tags) shown.push_back(std::move(known));
  if (!unknown.values.empty()) shown.push_back(std::move(unknown));
}

}  // namespace

std::vector<ShownCategory> shown_categories(const SecurityPolicy* policy,
                                            std::span<const Category> categories,
                                            std::span<const UserText> texts) {
  std::vector<ShownCategory> shown;
  for (const Category& category : categories) append(shown, policy, category, texts);
  return shown;
}

void add_rows(Rows& rows, std::span<const ShownCategory> categories) {
  for (const ShownCategory& category : categories) {
    std::string line =
        category.tag_set.empty() ? category.tag_set_id.to_dotted() : category.tag_set;
    if (!category.tag.empty() && category.tag != category.tag_set) line += ", " + category.tag;
    line += ", " + std::string(to_string(category.kind)) + ": ";
    for (std::size_t i = 0; i < category.values.size(); ++i) {
      const ShownValue& value = category.values[i];
      if (i > 0) line += ", ";
      line += shown_number(value.name, value.number);
      if (!value.text.empty()) line += " \"" + value.text + "\"";
    }
    rows.add("category", line);
  }
}

void write_json(guard::JsonWriter& json, std::span<const ShownCategory> categories) {
  json.array();
  for (const ShownCategory& category : categories) {
    json.object();
    if (!category.tag_set.empty()) json.member("tag_set", category.tag_set);
    json.member("tag_set_id", category.tag_set_id.to_dotted());
    if (!category.tag.empty()) json.member("tag", category.tag);
    json.member("type", to_string(category.kind)).key("values").array();
    for (const ShownValue& value : category.values) {
      json.object();
      if (!value.name.empty()) json.member("name", value.name);
      json.member("number", value.number);
      if (!value.text.empty()) json.member("text", value.text);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

std::string shown_number(std::string_view name, std::uint32_t number) {
  std::string shown(name);
  if (!shown.empty()) shown += ' ';
  return shown + "(" + std::to_string(number) + ")";
}

}  // namespace labels::tool
