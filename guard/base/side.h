// Side and Lane: the two networks that the guard stands between, and the ways across.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace guard {

enum class Side : std::uint8_t { kHigh = 0, kLow = 1 };

// Lane: the direction that a stanza travels in. There is one filter process for each lane that
// the policy uses. Lanes within a side (a star of leaves) have values of their own reserved.
enum class Lane : std::uint8_t { kHighToLow = 0, kLowToHigh = 1 };

[[nodiscard]] constexpr Side other(Side side) {
  return side == Side::kHigh ? Side::kLow : Side::kHigh;
}
[[nodiscard]] constexpr Side near_side(Lane lane) {
  return lane == Lane::kHighToLow ? Side::kHigh : Side::kLow;
}
[[nodiscard]] constexpr Side far_side(Lane lane) { return other(near_side(lane)); }
[[nodiscard]] constexpr Lane lane_from(Side near) {
  return near == Side::kHigh ? Lane::kHighToLow : Lane::kLowToHigh;
}
[[nodiscard]] constexpr std::string_view to_string(Side side) {
  return side == Side::kHigh ? "high" : "low";
}
[[nodiscard]] constexpr std::string_view to_string(Lane lane) {
  return lane == Lane::kHighToLow ? "high-to-low" : "low-to-high";
}
[[nodiscard]] constexpr std::optional<Side> side_from(std::string_view name) {
  if (name == "high") return Side::kHigh;
  if (name == "low") return Side::kLow;
  return std::nullopt;
}

}  // namespace guard
