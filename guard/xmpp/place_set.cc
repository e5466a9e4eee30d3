#include "guard/xmpp/place_set.h"

#include <algorithm>

#include "guard/base/check.h"

namespace guard::xmpp {

std::uint64_t PlaceSet::add(const PlaceRun& run) {
  CHECK(run.first >= 1 && run.first <= run.last);
  PlaceRun whole = run;
  std::uint64_t there = 0;  // of the whole
  auto at = runs_.upper_bound(run.first);
  if (at != runs_.begin() && std::prev(at)->second + 1 >= run.first) --at;
  while (at != runs_.end() && at->first <= run.last + 1) {
    whole = {std::min(whole.first, at->first), std::max(whole.last, at->second)};
    there += at->second - at->first + 1;
    at = runs_.erase(at);
  }
  runs_.emplace(whole.first, whole.last);
  const std::uint64_t added = whole.last - whole.first + 1 - there;
  size_ += added;
  return added;
}

}  // namespace guard::xmpp
