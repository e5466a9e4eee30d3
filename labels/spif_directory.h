// SpifDirectory: what the elements of a SPIF file may refer to, gathered before any of them is
// read, because a reference may stand before what it names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "labels/category.h"
#include "labels/constraint.h"
#include "labels/oid.h"
#include "labels/spif_element.h"
#include "schemas/element.h"

namespace labels {

// SpifDirectory borrows its names from the document. Where a name or id stands twice the first is
// meant; that there is a second is a fault that SecurityPolicy::make finds.
class SpifDirectory {
 public:
  // read walks the whole document. Faults: an id, number or tag type that is none.
  [[nodiscard]] static SpifRead<SpifDirectory> read(const schemas::Element& root);

  [[nodiscard]] bool has_classification(std::string_view name) const {
    return classifications_.contains(name);
  }
  [[nodiscard]] bool has_equivalent_policy(std::string_view name) const {
    return equivalent_policies_.contains(name);
  }

  // group resolves a categoryGroup or excludedCategory that speaks of this policy: its tag set by
  // tagSetRef (a name) or tagSetId; its tag type, where there is one; its lacv, where there is one.
  // An "enumerated" without enumType and a tagType7 mean what the tag set has of that. Faults:
  // what it names is not there, or could be either of two; lacv together with all="true".
  [[nodiscard]] SpifRead<CategoryGroup> group(const schemas::Element& element) const;

 private:
  struct TagSetEntry {
    Oid id;
    std::map<CategoryKind, std::set<std::uint32_t>> values;
  };
  [[nodiscard]] SpifRead<void> add_tag_set(const schemas::Element& element);
  [[nodiscard]] SpifRead<const TagSetEntry*> tag_set(const schemas::Element& element) const;

  std::set<std::string_view> classifications_;
  std::set<std::string_view> equivalent_policies_;
  std::map<std::string_view, Oid> names_;
  std::map<Oid, TagSetEntry> tag_sets_;
};

// foreign_group reads a categoryGroup that speaks of another policy, of which only the tag set's id
// can be known: tagSetId, tagType and lacv are taken as they stand. Faults: no tagSetId, no
// tagType, lacv together with all="true".
[[nodiscard]] SpifRead<CategoryGroup> foreign_group(const schemas::Element& element);

// referenced_kinds returns the kinds that tagType and enumType of a reference may mean: one, or two
// for an "enumerated" without enumType and for tagType7 (whose encoding a reference does not say),
// or all six without a tagType. Fault: tagType "notApplicable", or an enumType that does not belong
// there.
[[nodiscard]] SpifRead<std::set<CategoryKind>> referenced_kinds(const schemas::Element& element);

}  // namespace labels
