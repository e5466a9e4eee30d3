// StreamCondition: how the recorder's word for a stream error is spelt for the stream machines.
#pragma once

#include <optional>

#include "guard/wire/messages.h"
#include "guard/xmpp/stream_error.h"

namespace guard::edge {

// stream_error gives nullopt for kNone: a close in good order.
[[nodiscard]] std::optional<xmpp::StreamError> stream_error(wire::StreamCondition condition);

}  // namespace guard::edge
