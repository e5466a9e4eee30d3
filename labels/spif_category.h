// The securityCategoryTagSet elements of a SPIF file, with their tags and categories.
#pragma once

#include "labels/policy_content.h"
#include "labels/spif_directory.h"
#include "labels/spif_element.h"
#include "schemas/element.h"

namespace labels {

// read_tag_set reads one securityCategoryTagSet.
[[nodiscard]] SpifRead<TagSet> read_tag_set(const schemas::Element& element,
                                            const SpifDirectory& directory);

}  // namespace labels
