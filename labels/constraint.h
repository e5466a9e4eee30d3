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
// Without `lacv` it means the whole set, that is, any of its values. `all` tells that the file said
// all="true": then a required category with the operation "all" asks for every value of the set.
struct CategoryGroup {
  Oid tag_set = {};  // resolved from tagSetRef or tagSetId when the file is read
  std::optional<CategoryKind> kind = {};
  // Set only where the group speaks of another policy and the file does not tell which of two kinds
  // is meant (an "enumerated" without enumType: permissive or restrictive; tagType7: bits or
  // values): `kind` is the first of the two.
  bool kind_open = false;
  std::optional<std::uint32_t> lacv = {};
  bool all = false;
  Place place = {};
};

enum class RequiredOperation : std::uint8_t { kOnlyOne, kOneOrMore, kAll };

// RequiredCategory: what else a label must bear. kOnlyOne: exactly one of all values that the
// groups name. kOneOrMore: one of them or more. kAll: of each group a value, and of a group that
// says all="true" every value.
struct RequiredCategory {
  RequiredOperation operation = RequiredOperation::kAll;
  std::vector<CategoryGroup> groups = {};  // one or more
  Place place = {};
};

// Excluded categories are CategoryGroups of which a label must bear no value. A category that names
// a whole set in which it stands itself excludes the others only.

// Selection bounds how many values of a tag, or how many privacy marks, a label may bear.
// singleSelection="true" is a maximum of 1. `minimum` is asked of every label of the policy.
struct Selection {
  std::uint32_t minimum = 0;
  std::optional<std::uint32_t> maximum = {};  // nullopt: unbounded
  Place place = {};
};

// UserInput: the value is a text that the originator gives, of this type.
enum class UserInput : std::uint8_t { kString, kInteger, kDate };

}  // namespace labels
