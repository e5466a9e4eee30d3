// PolicyContent: what a security policy consists of, as plain data, before it is checked and
// compiled into a SecurityPolicy.
//
// SPEC: Open XML SPIF 2.1 and 3.0 (namespace http://www.xmlspif.org/spif). Who controls it: the
// people who wrote the file, which the policy digest covers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "labels/category.h"
#include "labels/constraint.h"
#include "labels/equivalent.h"
#include "labels/label.h"
#include "labels/marking_data.h"
#include "labels/oid.h"
#include "labels/place.h"

namespace labels {

struct Classification {
  std::string name;
  std::uint32_t lacv = 0;       // the number in labels (label and certificate value), 0 to 256
  std::uint32_t hierarchy = 0;  // higher is more sensitive; serves ranges in clearances only
  std::string background = "";  // "#RRGGBB", or empty where the file gives none
  std::string foreground = "";  // "#RRGGBB", or empty where the file gives none
  bool obsolete = false;        // no label with it is valid
  MarkingData marking = {};
  std::vector<RequiredCategory> required = {};
  std::vector<CategoryGroup> excluded = {};
  std::vector<EquivalentClassification> equivalents = {};
  Place place = {};
};

struct TagCategory {
  std::string name;
  std::uint32_t lacv = 0;  // bit or integer, within the bounds of category.h
  bool obsolete = false;   // no label with it is valid
  std::optional<std::string> required_class = {};  // name of the only classification it goes with
  std::vector<std::string> excluded_classes = {};  // names of those it does not go with
  std::vector<RequiredCategory> required = {};
  std::vector<CategoryGroup> excluded = {};
  std::optional<UserInput> user_input = {};
  std::string date_format = {};                 // of a user input of type date
  std::optional<std::int64_t> not_before = {};  // seconds since 1970 UTC, both ends included
  std::optional<std::int64_t> not_after = {};
  MarkingData marking = {};
  std::vector<EquivalentCategory> equivalents = {};
  Place place = {};
};

struct Tag {
  std::string name;
  CategoryKind kind = CategoryKind::kRestrictive;
  std::vector<TagCategory> categories;
  Selection selection = {};
  MarkingData marking = {};
  Place place = {};
};

inline constexpr std::size_t kMaxTags = 64;  // of one tag set

struct TagSet {
  std::string name;
  Oid id;
  std::vector<Tag> tags;
  MarkingData marking = {};
  Place place = {};
};

struct PrivacyMarkEntry {
  std::string name;
  bool obsolete = false;
  MarkingData marking = {};
  Place place = {};
};

// DefaultPolicy is the policy that data without a label is under. It gives no classification: what
// such data is labelled with is said elsewhere, or nobody is granted it.
// SPEC: X.841 defaultSecurityPolicyIdData; Open XML SPIF, defaultSecurityPolicyId.
struct DefaultPolicy {
  std::string name = {};
  Oid id = {};
  Place place = {};
};

// PolicyContent is what a SecurityPolicy is made from.
struct PolicyContent {
  std::string name;
  Oid id;
  std::vector<Classification> classifications;
  std::vector<TagSet> tag_sets;
  std::vector<PrivacyMarkEntry> privacy_marks;  // those that a label may bear
  Selection privacy_mark_selection = {};
  std::vector<EquivalentPolicy> equivalent_policies = {};
  std::optional<DefaultPolicy> default_policy = {};
  MarkingData policy_marking = {};          // of securityPolicyId
  MarkingData classification_marking = {};  // of securityClassifications, for all of them
  MarkingData marking = {};                 // of the whole file
};

}  // namespace labels
