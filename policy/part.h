// Part: the children of a message or presence that its own namespace defines.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace policy {

enum class Part : std::uint8_t {
  kBody = 0,  // of a message
  kSubject,
  kThread,
  kShow,  // of a presence
  kStatus,
  kPriority,
};
inline constexpr std::size_t kPartCount = 6;
inline constexpr std::array<Part, kPartCount> kParts = {
    Part::kBody, Part::kSubject, Part::kThread, Part::kShow, Part::kStatus, Part::kPriority};

// to_string gives the element's name.
[[nodiscard]] std::string_view to_string(Part part);
[[nodiscard]] std::optional<Part> part_from(std::string_view name);

// PartSet is a set of parts.
class PartSet {
 public:
  constexpr PartSet() = default;
  template <class... Parts>
  constexpr explicit PartSet(Parts... parts)
      : bits_(static_cast<std::uint8_t>((0U | ... | bit(parts)))) {}

  constexpr void add(Part part) { bits_ = static_cast<std::uint8_t>(bits_ | bit(part)); }
  [[nodiscard]] constexpr bool has(Part part) const { return (bits_ & bit(part)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

  bool operator==(const PartSet&) const = default;

 private:
  static constexpr unsigned bit(Part part) { return 1U << static_cast<unsigned>(part); }
  std::uint8_t bits_ = 0;
};

}  // namespace policy
