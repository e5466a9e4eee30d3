#include "labels/tool/shown_input.h"

#include <span>
#include <string_view>

#include "labels/tool/shown_label.h"

namespace labels::tool {
namespace {

void add_labels(Rows& rows, std::string_view name, const PolicySet& policies,
                std::span<const Label> all) {
  for (const Label& label : all) {
    rows.add(name, shown_in_one_line(policy_of(policies, label.policy()), label));
  }
}

void write_labels(guard::JsonWriter& json, std::string_view name, const PolicySet& policies,
                  std::span<const Label> all) {
  if (all.empty()) return;
  json.key(name).array();
  for (const Label& label : all) {
    json.object();
    write_members(json, policy_of(policies, label.policy()), label);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void add_rows(Rows& rows, const PolicySet& policies, const ReadLabel& read) {
  rows.add("format", read.description);
  if (read.label) add_rows(rows, policy_of(policies, read.label->policy()), *read.label);
  add_labels(rows, "equivalent", policies, read.equivalents);
  add_labels(rows, "metadata label", policies, read.metadata);
  if (read.display_marking) rows.add("sent marking", *read.display_marking);
  for (const std::string& one : read.besides) rows.add("besides", one);
  if (read.signatures > 0) {
    rows.add("signatures", std::to_string(read.signatures) + ", not verified");
  }
}

void write_members(guard::JsonWriter& json, const PolicySet& policies, const ReadLabel& read) {
  json.member("format", to_string(read.format)).member("encoding", to_string(read.spelling));
  json.member("description", read.description);
  if (read.label) write_members(json, policy_of(policies, read.label->policy()), *read.label);
  write_labels(json, "equivalents", policies, read.equivalents);
  write_labels(json, "metadata_labels", policies, read.metadata);
  if (read.display_marking) json.member("sent_marking", *read.display_marking);
  if (!read.besides.empty()) {
    json.key("besides").array();
    for (const std::string& one : read.besides) json.value(one);
    json.end_array();
  }
  if (read.signatures > 0) json.member("signatures", read.signatures);
}

void write_members(guard::JsonWriter& json, const GivenClearance& given) {
  json.member("encoding", to_string(given.read.spelling));
  json.member("description", given.read.description);
  write_members(json, &given.policy, given.read.clearance);
  json.member("marking", clearance_marking(given.policy, given.read.clearance));
}

}  // namespace labels::tool
