#include "labels/spif_directory.h"

#include <string>
#include <utility>

namespace labels {
namespace {

using schemas::Element;
using Kinds = std::set<CategoryKind>;

// lacv and all are two ways to say how much of the set is meant.
SpifRead<void> read_extent(const Element& element, CategoryGroup& group) {
  group.place = place_of(element);
  group.all = is_set(element, "all");
  if (element.attribute("lacv") == nullptr) return {};
  if (group.all) return fault_at(element, "lacv and all=\"true\" at once", "one of the two");
  const auto lacv = number_attribute(element, "lacv");
  if (!lacv) return std::unexpected(lacv.error());
  group.lacv = *lacv;
  return {};
}

}  // namespace

SpifRead<Kinds> referenced_kinds(const Element& element) {
  const std::string_view type = attribute_or_empty(element, "tagType");
  const std::string_view enum_type = attribute_or_empty(element, "enumType");
  if (!enum_type.empty() && type != "enumerated") {
    return fault_at(element, "enumType in a reference of type " + in_quotes(type),
                    "tagType \"enumerated\"");
  }
  if (type == "restrictive") return Kinds{CategoryKind::kRestrictive};
  if (type == "permissive") return Kinds{CategoryKind::kPermissive};
  if (type == "tagType7") {
    return Kinds{CategoryKind::kInformativeBits, CategoryKind::kInformativeValues};
  }
  if (type == "enumerated") {
    if (enum_type == "restrictive") return Kinds{CategoryKind::kEnumeratedRestrictive};
    if (enum_type == "permissive") return Kinds{CategoryKind::kEnumeratedPermissive};
    return Kinds{CategoryKind::kEnumeratedPermissive, CategoryKind::kEnumeratedRestrictive};
  }
  if (type.empty()) {
    return Kinds{CategoryKind::kRestrictive,       CategoryKind::kEnumeratedPermissive,
                 CategoryKind::kPermissive,        CategoryKind::kInformativeBits,
                 CategoryKind::kInformativeValues, CategoryKind::kEnumeratedRestrictive};
  }
  return fault_at(element, "tagType " + in_quotes(type) + " in a reference",
                  "\"restrictive\", \"permissive\", \"enumerated\" or \"tagType7\"");
}

SpifRead<void> SpifDirectory::add_tag_set(const Element& element) {
  const auto id = oid_attribute(element, "id");
  if (!id) return std::unexpected(id.error());
  names_.emplace(attribute_or_empty(element, "name"), *id);
  TagSetEntry& entry = tag_sets_[*id];
  entry.id = *id;
  for (const Element* tag : element.elements()) {
    if (!is_spif(*tag, "securityCategoryTag")) continue;
    const auto kind = tag_kind(*tag);
    if (!kind) return std::unexpected(kind.error());
    for (const Element* category : tag->elements()) {
      if (!is_spif(*category, "tagCategory")) continue;
      const auto lacv = number_attribute(*category, "lacv");
      if (!lacv) return std::unexpected(lacv.error());
      entry.values[*kind].insert(*lacv);
    }
  }
  return {};
}

SpifRead<SpifDirectory> SpifDirectory::read(const Element& root) {
  SpifDirectory directory;
  for (const Element* part : root.elements()) {
    for (const Element* one : part->elements()) {
      const std::string_view name = attribute_or_empty(*one, "name");
      if (is_spif(*one, "securityClassification")) directory.classifications_.insert(name);
      if (is_spif(*one, "equivalentPolicy")) directory.equivalent_policies_.insert(name);
      if (!is_spif(*one, "securityCategoryTagSet")) continue;
      if (auto added = directory.add_tag_set(*one); !added) return std::unexpected(added.error());
    }
  }
  return directory;
}

SpifRead<const SpifDirectory::TagSetEntry*> SpifDirectory::tag_set(const Element& element) const {
  const std::string_view* name = element.attribute("tagSetRef");
  const std::string_view* id = element.attribute("tagSetId");
  if ((name == nullptr) == (id == nullptr)) {
    return fault_at(element,
                    name == nullptr ? "a reference without tagSetRef or tagSetId"
                                    : "tagSetRef and tagSetId at once",
                    "one of the two");
  }
  Oid wanted;
  if (name != nullptr) {
    const auto found = names_.find(*name);
    if (found == names_.end()) {
      return fault_at(element, "tagSetRef " + in_quotes(*name) + " is not a tag set of this file",
                      "the name of a securityCategoryTagSet");
    }
    wanted = found->second;
  } else {
    const auto read = oid_attribute(element, "tagSetId");
    if (!read) return std::unexpected(read.error());
    wanted = *read;
  }
  const auto found = tag_sets_.find(wanted);
  if (found == tag_sets_.end()) {
    return fault_at(element, "tagSetId " + in_quotes(*id) + " is not a tag set of this file",
                    "the id of a securityCategoryTagSet");
  }
  return &found->second;
}

SpifRead<CategoryGroup> SpifDirectory::group(const Element& element) const {
  const auto entry = tag_set(element);
  if (!entry) return std::unexpected(entry.error());
  const auto kinds = referenced_kinds(element);
  if (!kinds) return std::unexpected(kinds.error());
  CategoryGroup group{.tag_set = (*entry)->id};
  if (auto read = read_extent(element, group); !read) return std::unexpected(read.error());

  Kinds meant;
  for (const auto& [kind, values] : (*entry)->values) {
    if (kinds->contains(kind) && (!group.lacv || values.contains(*group.lacv))) meant.insert(kind);
  }
  const bool any_type = element.attribute("tagType") == nullptr;
  if (meant.empty()) {
    const std::string type =
        any_type ? "" : " of type " + in_quotes(attribute_or_empty(element, "tagType"));
    return fault_at(element,
                    (group.lacv ? "lacv " + std::to_string(*group.lacv) : std::string("a tag")) +
                        type + " is not in that tag set",
                    "one that the tag set has");
  }
  if (any_type && !group.lacv) return group;  // whatever the tag set holds
  if (meant.size() > 1) {
    return fault_at(element, "a reference that fits tags of two types",
                    "tagType, and enumType for an enumerated tag");
  }
  group.kind = *meant.begin();
  return group;
}

SpifRead<CategoryGroup> foreign_group(const Element& element) {
  if (element.attribute("tagSetId") == nullptr || element.attribute("tagType") == nullptr) {
    return fault_at(element, "a category of another policy without tagSetId or tagType", "both");
  }
  const auto id = oid_attribute(element, "tagSetId");
  if (!id) return std::unexpected(id.error());
  const auto kinds = referenced_kinds(element);
  if (!kinds) return std::unexpected(kinds.error());
  CategoryGroup group{.tag_set = *id, .kind = *kinds->begin(), .kind_open = kinds->size() > 1};
  if (auto read = read_extent(element, group); !read) return std::unexpected(read.error());
  return group;
}

}  // namespace labels
