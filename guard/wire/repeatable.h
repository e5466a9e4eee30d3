// repeatable: which stanzas may reach a peer twice.
//
// A stanza that was on its way when a stream or an edge died may have arrived. Stream management
// allows it to be sent again, and then it may arrive twice (SPEC: XEP-0198 5). Messages, presence,
// and an iq that asks, answers or fails come to no harm by that; an iq of type set orders
// something, so it is left in doubt instead.
#pragma once

#include <string_view>

namespace guard::wire {

// repeatable says whether a stanza may be sent again. `stanza` is as our filter writes it: the
// attributes of the root in double quotes, every other such quote and '>' escaped. An iq in any
// other spelling is taken for an order.
[[nodiscard]] inline bool repeatable(std::string_view stanza) {
  if (!stanza.starts_with("<iq")) return true;
  const std::string_view tag = stanza.substr(0, stanza.find('>'));
  for (const char* harmless : {" type=\"get\"", " type=\"result\"", " type=\"error\""}) {
    if (tag.find(harmless) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace guard::wire
