// What is shown of a label and of a clearance: with the security policy's names beside the numbers.
#pragma once

#include <string>

#include "guard/base/json_writer.h"
#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"
#include "labels/tool/rows.h"

namespace labels::tool {

// add_rows adds policy, classification, privacy mark, categories and dates. `policy` is the one
// that the label is under, or nullptr where it is not known; then there are only numbers.
void add_rows(Rows& rows, const SecurityPolicy* policy, const Label& label);
// The same of a clearance.
void add_rows(Rows& rows, const SecurityPolicy* policy, const Clearance& clearance);

// shown_in_one_line is the marking with the policy's name in front, "EXAMPLE: EXAMPLE SECRET", or
// the policy and the numbers where the policy is not known.
[[nodiscard]] std::string shown_in_one_line(const SecurityPolicy* policy, const Label& label);

// write_members writes the same as members of an object that is open.
void write_members(guard::JsonWriter& json, const SecurityPolicy* policy, const Label& label);
void write_members(guard::JsonWriter& json, const SecurityPolicy* policy,
                   const Clearance& clearance);

}  // namespace labels::tool
