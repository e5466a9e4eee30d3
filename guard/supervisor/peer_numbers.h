// peer_numbers: a peer keeps its number over a reload, and with it its streams and its queue
// (README.md, Reload). Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "guard/supervisor/plan.h"

namespace guard::supervisor {

// kMostPeers bounds the numbers that are ever given while guardd runs, retired ones included.
inline constexpr std::size_t kMostPeers = 65'536;

// carry_numbers gives the peers of `next`, which make_plan has numbered by their places in the
// policy, the numbers that they have in `in_force`. A peer that is new, or whose connections are
// made in another way than before, gets a number that nobody had; numbers that nobody has any more
// are retired. The error, a sentence: a peer has changed sides (the log knows peers by name: what
// waits for it would go to the other side), or there are no numbers left. `next` is of no use then.
[[nodiscard]] std::expected<void, std::string> carry_numbers(const Plan& in_force, Plan& next,
                                                             std::size_t most = kMostPeers);

}  // namespace guard::supervisor
