#include "policy/limits.h"

#include <array>

namespace policy {

std::span<const LimitBounds> limit_bounds() {
  static constexpr std::array<LimitBounds, 14> kBounds = {{
      {"stanza-bytes", &Limits::stanza_bytes, 10'000, 1'048'576},  // floor: RFC 6120 13.12
      {"unauthenticated-bytes", &Limits::unauthenticated_bytes, 2'048, 8'192},
      {"depth", &Limits::depth, 8, 64},
      {"attributes", &Limits::attributes, 8, 64},
      {"namespaces", &Limits::namespaces, 4, 32},
      {"elements", &Limits::elements, 32, 8'192},
      {"streams", &Limits::streams, 1, 16'384},
      {"connections-per-address", &Limits::connections_per_address, 1, 4'096},
      {"handshake-seconds", &Limits::handshake_seconds, 1, 60},
      {"idle-seconds", &Limits::idle_seconds, 10, 3'600},
      {"ping-seconds", &Limits::ping_seconds, 1, 600},
      {"queue-stanzas", &Limits::queue_stanzas, 1, 100'000},
      {"queue-bytes", &Limits::queue_bytes, 1'048'576, 512U << 20U},  // floor: the largest stanza
      {"queue-seconds", &Limits::queue_seconds, 1, 3'600},
  }};
  return kBounds;
}

}  // namespace policy
