// Side and Lane: the two networks that the guard stands between, and the ways through it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace guard {

enum class Side : std::uint8_t { kHigh = 0, kLow = 1 };

// Lane: the direction that a stanza travels in: across, or between two peers of one side (a star of
// leaves around the guard).
enum class Lane : std::uint8_t { kHighToLow = 0, kLowToHigh = 1, kHighToHigh = 2, kLowToLow = 3 };

inline constexpr std::array<Side, 2> kSides = {Side::kHigh, Side::kLow};
inline constexpr std::array<Lane, 4> kLanes = {Lane::kHighToLow, Lane::kLowToHigh,
                                               Lane::kHighToHigh, Lane::kLowToLow};

[[nodiscard]] constexpr Side other(Side side) {
  return side == Side::kHigh ? Side::kLow : Side::kHigh;
}
[[nodiscard]] constexpr Side near_side(Lane lane) {
  return lane == Lane::kHighToLow || lane == Lane::kHighToHigh ? Side::kHigh : Side::kLow;
}
[[nodiscard]] constexpr Side far_side(Lane lane) {
  return lane == Lane::kLowToHigh || lane == Lane::kHighToHigh ? Side::kHigh : Side::kLow;
}
[[nodiscard]] constexpr Lane lane_between(Side near, Side far) {
  if (near == Side::kHigh) return far == Side::kHigh ? Lane::kHighToHigh : Lane::kHighToLow;
  return far == Side::kHigh ? Lane::kLowToHigh : Lane::kLowToLow;
}
// lane_from is the lane across from that side.
[[nodiscard]] constexpr Lane lane_from(Side near) { return lane_between(near, other(near)); }
// reverse_of is the lane that answers take.
[[nodiscard]] constexpr Lane reverse_of(Lane lane) {
  return lane_between(far_side(lane), near_side(lane));
}
[[nodiscard]] constexpr bool is_across(Lane lane) { return near_side(lane) != far_side(lane); }
[[nodiscard]] constexpr std::string_view to_string(Side side) {
  return side == Side::kHigh ? "high" : "low";
}
[[nodiscard]] constexpr std::string_view to_string(Lane lane) {
  constexpr std::array<std::string_view, 4> kNames = {"high-to-low", "low-to-high", "high-to-high",
                                                      "low-to-low"};
  return kNames[static_cast<std::size_t>(lane)];
}
[[nodiscard]] constexpr std::optional<Side> side_from(std::string_view name) {
  if (name == "high") return Side::kHigh;
  if (name == "low") return Side::kLow;
  return std::nullopt;
}
[[nodiscard]] constexpr std::optional<Lane> lane_named(std::string_view name) {
  for (const Lane lane : kLanes) {
    if (to_string(lane) == name) return lane;
  }
  return std::nullopt;
}

}  // namespace guard
