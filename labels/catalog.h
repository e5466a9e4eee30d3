// Catalog: the labels that a clearance grants, for people to choose from (SPEC: XEP-0258 4, label
// catalog discovery).
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "guard/base/utc_time.h"
#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

struct CatalogItem {
  Label label;
  // The place in a menu, items joined by "|" (SPEC: XEP-0258 4, selector-value): the
  // classification, then what else the label bears. A "|" in a name is shown as "/".
  std::string selector;
};

inline constexpr std::size_t kMostNeededValues = 4;
inline constexpr std::size_t kMaxCatalogValues = 8;  // that may be asked for
inline constexpr std::size_t kMaxCatalogItems = 1'000;
inline constexpr std::size_t kMaxCatalogCandidates = 1'000'000;  // labels that are looked at

struct CatalogRequest {
  guard::UtcTime at = {};  // labels must be valid at that moment
  // At most so many category values in one label. A classification that has no valid label with so
  // few gets those with the fewest that make one, up to kMostNeededValues.
  std::size_t values = 1;
  // For who has less room or less time than a tool.
  std::size_t most_items = kMaxCatalogItems;
  std::size_t most_candidates = kMaxCatalogCandidates;
};

// CatalogFault says that the catalog would be too large to be of use, or to be made.
struct CatalogFault {
  std::string what;
};

// catalog gives, for each classification of the clearance from the lowest, the labels that are
// valid and granted: those with the fewest values first, then in the policy's order. Informative
// values are borne only where there is no valid label without them; values that need a text of the
// originator never. A privacy mark is borne only where the policy demands one.
[[nodiscard]] std::expected<std::vector<CatalogItem>, CatalogFault> catalog(
    const SecurityPolicy& policy, const Clearance& clearance, const CatalogRequest& request);

// arranged gives labels under `policy` their places in a menu, in the order in which they are
// given.
[[nodiscard]] std::vector<CatalogItem> arranged(const SecurityPolicy& policy,
                                                std::vector<Label> labels);

}  // namespace labels
