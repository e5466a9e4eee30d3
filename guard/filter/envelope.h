// Envelope: what a stanza is and whom it is from and for, apart from its content.
#pragma once

#include <string>

#include "guard/xmpp/jid.h"
#include "policy/stanza_type.h"

namespace guard::filter {

// Envelope exists only once the domains of both addresses have been verified for the stream
// (SIDE_BOUND), so that a reply may be sent to `from`.
struct Envelope {
  policy::StanzaKind kind = policy::StanzaKind::kMessage;
  policy::StanzaType type = policy::StanzaType::kNormal;
  std::string id;         // as the peer wrote it; empty without one
  xmpp::Jid from;         // normal form
  xmpp::Jid to;           // normal form; only its domain where the rest is malformed
  bool answerable = false;  // its sender may be told that it failed (policy::may_be_answered)
};

}  // namespace guard::filter
