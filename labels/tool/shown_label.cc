#include "labels/tool/shown_label.h"

#include <string>
#include <vector>

#include "labels/label_time.h"
#include "labels/marking.h"
#include "labels/tool/given.h"
#include "labels/tool/shown_category.h"

namespace labels::tool {
namespace {

std::string classification_name(const SecurityPolicy* policy, std::uint32_t number) {
  const Classification* known = policy != nullptr ? policy->classification(number) : nullptr;
  return known != nullptr ? known->name : "";
}

void write_policy(guard::JsonWriter& json, const SecurityPolicy* policy, const Oid& id) {
  json.key("policy").object();
  if (policy != nullptr) json.member("name", policy->name());
  json.member("id", id.to_dotted()).end_object();
}

void write_classification(guard::JsonWriter& json, const SecurityPolicy* policy,
                          std::uint32_t number) {
  json.object();
  const std::string name = classification_name(policy, number);
  if (!name.empty()) json.member("name", name);
  json.member("number", number).end_object();
}

}  // namespace

void add_rows(Rows& rows, const SecurityPolicy* policy, const Label& label) {
  rows.add("policy", shown_policy(policy, label.policy()));
  const auto number = label.classification();
  rows.add("classification",
           number ? shown_number(classification_name(policy, *number), *number) : "none");
  if (label.privacy_mark()) rows.add("privacy mark", label.privacy_mark()->text());
  add_rows(rows, shown_categories(policy, label.categories(), label.user_texts()));
  if (label.created()) rows.add("created", to_string(*label.created()));
  if (label.review()) rows.add("review", to_string(*label.review()));
}

void add_rows(Rows& rows, const SecurityPolicy* policy, const Clearance& clearance) {
  rows.add("policy", shown_policy(policy, clearance.policy()));
  std::string names;
  for (const std::uint16_t number : clearance.classifications()) {
    if (!names.empty()) names += ", ";
    names += shown_number(classification_name(policy, number), number);
  }
  rows.add("classifications", names.empty() ? "none" : names);
  add_rows(rows, shown_categories(policy, clearance.categories(), {}));
}

std::string shown_in_one_line(const SecurityPolicy* policy, const Label& label) {
  if (policy != nullptr) return policy->name() + ": " + marking(*policy, label);
  return label.policy().to_dotted() + ": " +
         (label.classification() ? shown_number("", *label.classification()) : "none") +
         (label.categories().empty() ? "" : ", with categories");
}

void write_members(guard::JsonWriter& json, const SecurityPolicy* policy, const Label& label) {
  write_policy(json, policy, label.policy());
  if (label.classification()) {
    json.key("classification");
    write_classification(json, policy, *label.classification());
  }
  if (label.privacy_mark()) json.member("privacy_mark", label.privacy_mark()->text());
  json.key("categories");
  write_json(json, shown_categories(policy, label.categories(), label.user_texts()));
  if (label.created()) json.member("created", to_string(*label.created()));
  if (label.review()) json.member("review", to_string(*label.review()));
}

void write_members(guard::JsonWriter& json, const SecurityPolicy* policy,
                   const Clearance& clearance) {
  write_policy(json, policy, clearance.policy());
  json.key("classifications").array();
  for (const std::uint16_t number : clearance.classifications()) {
    write_classification(json, policy, number);
  }
  json.end_array().key("categories");
  write_json(json, shown_categories(policy, clearance.categories(), {}));
}

}  // namespace labels::tool
