// ShownCategory: the values that a label or a clearance has of one tag, with the names that the
// security policy gives them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "guard/base/json_writer.h"
#include "labels/category.h"
#include "labels/label.h"
#include "labels/oid.h"
#include "labels/security_policy.h"
#include "labels/tool/rows.h"

namespace labels::tool {

struct ShownValue {
  std::string name = {};  // empty where the policy does not know the value
  std::uint32_t number = 0;
  std::string text = {};  // of the originator; hostile
};

// Names are empty where the policy does not know them.
struct ShownCategory {
  std::string tag_set = {};
  Oid tag_set_id = {};
  std::string tag = {};
  CategoryKind kind = CategoryKind::kRestrictive;
  std::vector<ShownValue> values = {};
};

// shown_categories gives one entry for each tag, in canonical order and then in the policy's; what
// the policy does not know comes last of its tag set. `policy` may be nullptr. `texts` are those of
// the label, none for a clearance.
[[nodiscard]] std::vector<ShownCategory> shown_categories(const SecurityPolicy* policy,
                                                          std::span<const Category> categories,
                                                          std::span<const UserText> texts);

// add_rows adds a row "category" for each.
void add_rows(Rows& rows, std::span<const ShownCategory> categories);

// write_json writes an array of objects.
void write_json(guard::JsonWriter& json, std::span<const ShownCategory> categories);

// shown_number is "NAME (4)", or "(4)" where there is no name.
[[nodiscard]] std::string shown_number(std::string_view name, std::uint32_t number);

}  // namespace labels::tool
