// Permitted: the table of what each process may receive on each channel. Anything else ends it.
#pragma once

#include <cstdint>
#include <string_view>

#include "guard/wire/codec.h"

namespace guard::wire {

// Role: one for each executable of the graph.
enum class Role : std::uint8_t { kSupervisor = 0, kEdge, kFilter, kRecorder, kMetrics };

[[nodiscard]] std::string_view to_string(Role role);

// permitted says whether a process of `role` may receive `message` on its end of `channel`. What
// depends on the moment (a Ticket before Hello, say) the receiver's own state machine refuses.
[[nodiscard]] bool permitted(Role role, Channel channel, const AnyMessage& message);

// name_of returns the name of a message's type, for complaints.
[[nodiscard]] std::string_view name_of(const AnyMessage& message);

}  // namespace guard::wire
