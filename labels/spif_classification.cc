#include "labels/spif_classification.h"

#include <string>
#include <utility>

#include "labels/spif_constraint.h"
#include "labels/spif_equivalent.h"
#include "labels/spif_marking.h"

namespace labels {
namespace {

using schemas::Element;

// Schema version 3.0 has a background and a foreground in place of the one colour of 2.1.
void read_colors(const Element& element, Classification& one) {
  const std::string_view* background = element.attribute("bgcolor");
  if (background == nullptr) background = element.attribute("color");
  if (background != nullptr) one.background = color_value(*background);
  const std::string_view* foreground = element.attribute("fgcolor");
  if (foreground != nullptr) one.foreground = color_value(*foreground);
}

}  // namespace

SpifRead<Classification> read_classification(const Element& element,
                                             const SpifDirectory& directory) {
  const auto lacv = number_attribute(element, "lacv");
  if (!lacv) return std::unexpected(lacv.error());
  const auto hierarchy = number_attribute(element, "hierarchy");
  if (!hierarchy) return std::unexpected(hierarchy.error());
  Classification one{.name = std::string(attribute_or_empty(element, "name")),
                     .lacv = *lacv,
                     .hierarchy = *hierarchy,
                     .obsolete = is_set(element, "obsolete"),
                     .marking = read_marking_data(element),
                     .place = place_of(element)};
  read_colors(element, one);
  auto required = read_required(element, directory);
  if (!required) return std::unexpected(required.error());
  one.required = *std::move(required);
  auto excluded = read_excluded(element, directory);
  if (!excluded) return std::unexpected(excluded.error());
  one.excluded = *std::move(excluded);
  auto equivalents = read_equivalent_classifications(element, directory);
  if (!equivalents) return std::unexpected(equivalents.error());
  one.equivalents = *std::move(equivalents);
  return one;
}

}  // namespace labels
