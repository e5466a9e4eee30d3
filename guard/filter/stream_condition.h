// StreamCondition: which stream error answers what the framer and the parser refuse.
#pragma once

#include "guard/wire/messages.h"
#include "guard/xmpp/stream_error.h"
#include "schemas/read_error.h"

namespace guard::filter {

// wire_condition gives the condition as the recorder passes it to the edge. Those that the guard
// never sends become undefined-condition.
[[nodiscard]] wire::StreamCondition wire_condition(xmpp::StreamError error);

// wire_condition gives what answers a fault of the parser; kNone for kSchema and kInternal, which
// do not close the stream.
[[nodiscard]] wire::StreamCondition wire_condition(schemas::ReadFault fault);

}  // namespace guard::filter
