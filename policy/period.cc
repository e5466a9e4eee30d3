#include "policy/period.h"

#include <algorithm>

namespace policy {

Access access_at(const std::optional<Period>& active, std::span<const Block> blocked,
                 guard::UtcTime at) {
  const bool known = at.microseconds > 0;
  const bool cut_off = std::ranges::any_of(
      blocked, [&](const Block& block) { return !known || block.period.holds(at); });
  if (cut_off) return Access::kBlocked;
  if (!active || active->is_open()) return Access::kOpen;
  return known && active->holds(at) ? Access::kOpen : Access::kInactive;
}

}  // namespace policy
