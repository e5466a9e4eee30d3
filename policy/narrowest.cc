#include "policy/narrowest.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "guard/base/check.h"

namespace policy {

std::optional<labels::Clearance> narrowest(const std::optional<labels::Clearance>& a,
                                           const std::optional<labels::Clearance>& b) {
  if (!a || !b) return std::nullopt;
  CHECK(a->policy() == b->policy());
  labels::Clearance result(a->policy());
  for (const std::uint16_t value : a->classifications()) {
    if (b->holds(value)) CHECK(result.add_classification(value));
  }
  for (const labels::Category& category : a->categories()) {
    const labels::Category* other = b->find(category.tag_set(), category.kind());
    if (other == nullptr) continue;
    std::vector<std::uint32_t> values;
    std::ranges::set_intersection(category.values(), other->values(), std::back_inserter(values));
    if (values.empty()) continue;
    auto both = labels::Category::make(category.tag_set(), category.kind(), std::move(values));
    CHECK(both);  // a subset of what was valid
    CHECK(result.add(std::move(*both)));
  }
  return result;
}

}  // namespace policy
