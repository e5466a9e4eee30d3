// The markings of a SPIF: phrases, qualifiers and colours, as the file has them. Which of them are
// shown is decided in marking_choice.h.
#pragma once

#include <string>
#include <string_view>

#include "labels/marking_data.h"
#include "labels/spif_element.h"
#include "schemas/element.h"

namespace labels {

// read_marking_data reads the markingData and markingQualifier children of an element, in the
// file's order.
[[nodiscard]] MarkingData read_marking_data(const schemas::Element& element);

// color_value turns a colour's name or "#rrggbb" into "#RRGGBB"; an empty string for anything else.
// "fuschia" is read as "fuchsia", as schema version 2.1 spells it.
[[nodiscard]] std::string color_value(std::string_view color);

}  // namespace labels
