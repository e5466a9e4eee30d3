// Limits: the bounds that the policy sets. The site file may lower them and never raise them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace policy {

// Limits holds bytes, counts and seconds, each with its default. The fields are those of the
// processes' configuration, by the same names.
struct Limits {
  std::uint32_t stanza_bytes = 262'144;
  std::uint32_t unauthenticated_bytes = 8'192;
  std::uint32_t depth = 32;
  std::uint32_t attributes = 32;
  std::uint32_t namespaces = 16;
  std::uint32_t elements = 1'024;
  std::uint32_t streams = 4'096;
  std::uint32_t connections_per_address = 64;
  std::uint32_t handshake_seconds = 20;
  std::uint32_t idle_seconds = 300;
  std::uint32_t ping_seconds = 60;
  std::uint32_t queue_stanzas = 10'000;
  std::uint32_t queue_bytes = 64U << 20U;
  std::uint32_t queue_seconds = 60;

  bool operator==(const Limits&) const = default;
};

// LimitBounds is one field of Limits: the attribute that sets it, and the least and the greatest
// value that a policy may set.
struct LimitBounds {
  std::string_view attribute;
  std::uint32_t Limits::* field;
  std::uint32_t floor;
  std::uint32_t ceiling;
};

// limit_bounds lists every field, in the order of the struct.
[[nodiscard]] std::span<const LimitBounds> limit_bounds();

}  // namespace policy
