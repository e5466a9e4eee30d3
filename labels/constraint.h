// Constraint: the conditions of a security policy on labels that bear one of its elements.
//
// SPEC: Open XML SPIF 2.1, requiredCategory, excludedCategory, and the selections of tags. Judged
// by validity.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "labels/category.h"
#include "labels/oid.h"
#include "labels/place.h"

namespace labels {

// CategoryGroup names values: of one tag set, perhaps of one tag type only, perhaps one value only.
// With neither `lacv` nor `all` in the file it means the whole set, which is what `lacv` without a
// value says here in either case; `all` tells that the file said it aloud (then a label must bear
// every value, where a required category asks for "all").
struct CategoryGroup {
  Oid tag_set = {};  // resolved from tagSetRef or tagSetId when the file is read
  std::optional<CategoryKind> kind = {};
  std::optional<std::uint32_t> lacv = {};
  bool all = false;
  Place place = {};
};

enum class RequiredOperation : std::uint8_t { kOnlyOne, kOneOrMore, kAll };

// RequiredCategory: of its groups a label must match exactly one, one or more, or all.
struct RequiredCategory {
  RequiredOperation operation = RequiredOperation::kAll;
  std::vector<CategoryGroup> groups = {};  // one or more
  Place place = {};
};

// Selection bounds how many values of a tag, or how many privacy marks, a label may bear.
// singleSelection="true" is a maximum of 1. `minimum` is asked of every label of the policy.
struct Selection {
  std::uint32_t minimum = 0;
  std::optional<std::uint32_t> maximum = {};  // nullopt: unbounded
};

// UserInput: the value is a text that the originator gives, of this type.
enum class UserInput : std::uint8_t { kString, kInteger, kDate };

}  // namespace labels
