#include "policy/place.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace policy {

// Not std::stable_sort: libstdc++ 12 implements it with what C++23 has removed.
std::vector<Fault> in_file_order(std::vector<Fault> faults, std::size_t most) {
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::size_t>> order;
  order.reserve(faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    order.emplace_back(faults[i].place.line, faults[i].place.column, i);
  }
  std::sort(order.begin(), order.end());
  order.resize(std::min(order.size(), most));
  std::vector<Fault> sorted;
  sorted.reserve(order.size());
  for (const auto& [line, column, index] : order) sorted.push_back(std::move(faults[index]));
  return sorted;
}

}  // namespace policy
