// What our own certificate on a connection is good for.
#pragma once

#include <string_view>

#include "guard/net/tls_session.h"
#include "guard/xmpp/certificate_match.h"

namespace guard::edge {

// shows says whether the certificate that we show on the session names the far domain `local`: only
// then can a peer that goes by certificates know us by that name there (SPEC: S20). Wildcards do
// not count, since peers need not take them.
[[nodiscard]] inline bool shows(const net::TlsSession& session, std::string_view local) {
  return !xmpp::certificate_fault(session.own(), local, false);
}

}  // namespace guard::edge
