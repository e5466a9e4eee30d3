// The markings of a SPIF: which phrase, qualifier and colours of an element are shown.
//
// One marking is made for every purpose, so of several phrases the first that is meant for a page
// or a document and is English (or of no language) is taken; the rest are noted.
#pragma once

#include <string>
#include <string_view>

#include "labels/marking_data.h"
#include "labels/security_policy.h"
#include "labels/spif_element.h"
#include "labels/spif_notes.h"
#include "schemas/element.h"

namespace labels {

// read_marking_data reads the markingData and markingQualifier children of an element, in the
// file's order.
[[nodiscard]] MarkingData read_marking_data(const schemas::Element& element);

// marking_phrase returns the phrase among the element's markingData, or an empty string.
[[nodiscard]] std::string marking_phrase(const schemas::Element& element, SpifNotes& notes);

// marking_qualifier returns the element's qualifier; what it does not give is taken from
// `otherwise`.
[[nodiscard]] Qualifier marking_qualifier(const schemas::Element& element, Qualifier otherwise,
                                          SpifNotes& notes);

// color_value turns a colour's name or "#rrggbb" into "#RRGGBB"; an empty string for anything else.
// "fuschia" is read as "fuchsia", as schema version 2.1 spells it.
[[nodiscard]] std::string color_value(std::string_view color);

}  // namespace labels
