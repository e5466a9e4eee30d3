// What is shown of a label or clearance as it was given: its format, and what stood around it.
#pragma once

#include <string>

#include "guard/base/json_writer.h"
#include "labels/label_reading.h"
#include "labels/policy_set.h"
#include "labels/tool/given.h"
#include "labels/tool/rows.h"

namespace labels::tool {

// add_rows adds format, label, equivalents, metadata labels, the display marking as it came, what
// else is said of the labels, and how many signatures there were.
void add_rows(Rows& rows, const PolicySet& policies, const ReadLabel& read);

// write_members writes the same as members of an object that is open.
void write_members(guard::JsonWriter& json, const PolicySet& policies, const ReadLabel& read);
void write_members(guard::JsonWriter& json, const GivenClearance& given);

}  // namespace labels::tool
