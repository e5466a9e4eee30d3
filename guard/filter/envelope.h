// Envelope: what a stanza is and whom it is from and for, apart from its content.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "guard/xmpp/jid.h"

namespace guard::filter {

enum class StanzaKind : std::uint8_t { kMessage = 0, kPresence, kIq };

// to_string gives the element's name.
[[nodiscard]] std::string_view to_string(StanzaKind kind);

// Envelope exists only once both addresses have been verified for the stream (SIDE_BOUND), so a
// reply may be sent to `from`.
struct Envelope {
  StanzaKind kind = StanzaKind::kMessage;
  std::string type;  // with the default filled in: normal, available, or as the peer wrote it
  std::string id;    // as the peer wrote it; empty without one
  xmpp::Jid from;    // normal form
  xmpp::Jid to;      // normal form; only its domain where the rest is malformed
  bool muc_join = false;  // a presence that asks a room for entry (SPEC: XEP-0045 7.2)
};

}  // namespace guard::filter
