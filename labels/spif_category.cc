#include "labels/spif_category.h"

#include <string>
#include <utility>

#include "labels/spif_constraint.h"
#include "labels/spif_equivalent.h"
#include "labels/spif_marking.h"

namespace labels {
namespace {

using schemas::Element;

SpifRead<TagCategory> read_category(const Element& element, const SpifDirectory& directory) {
  const auto lacv = number_attribute(element, "lacv");
  if (!lacv) return std::unexpected(lacv.error());
  TagCategory category{.name = std::string(attribute_or_empty(element, "name")),
                       .lacv = *lacv,
                       .obsolete = is_set(element, "obsolete"),
                       .marking = read_marking_data(element),
                       .place = place_of(element)};
  if (auto read = read_conditions(element, directory, category); !read) {
    return std::unexpected(read.error());
  }
  auto equivalents = read_equivalent_categories(element, directory);
  if (!equivalents) return std::unexpected(equivalents.error());
  category.equivalents = *std::move(equivalents);
  return category;
}

SpifRead<Tag> read_tag(const Element& element, const SpifDirectory& directory) {
  const auto kind = tag_kind(element);
  if (!kind) return std::unexpected(kind.error());
  const auto selection = read_selection(element);
  if (!selection) return std::unexpected(selection.error());
  Tag tag{.name = std::string(attribute_or_empty(element, "name")),
          .kind = *kind,
          .categories = {},
          .selection = *selection,
          .marking = read_marking_data(element),
          .place = place_of(element)};
  for (const Element* child : element.elements()) {
    if (!is_spif(*child, "tagCategory")) continue;
    auto category = read_category(*child, directory);
    if (!category) return std::unexpected(category.error());
    tag.categories.push_back(*std::move(category));
  }
  return tag;
}

}  // namespace

SpifRead<TagSet> read_tag_set(const Element& element, const SpifDirectory& directory) {
  const auto id = oid_attribute(element, "id");
  if (!id) return std::unexpected(id.error());
  TagSet tag_set{.name = std::string(attribute_or_empty(element, "name")),
                 .id = *id,
                 .tags = {},
                 .marking = read_marking_data(element),
                 .place = place_of(element)};
  for (const Element* child : element.elements()) {
    if (!is_spif(*child, "securityCategoryTag")) continue;
    auto tag = read_tag(*child, directory);
    if (!tag) return std::unexpected(tag.error());
    tag_set.tags.push_back(*std::move(tag));
  }
  return tag_set;
}

}  // namespace labels
