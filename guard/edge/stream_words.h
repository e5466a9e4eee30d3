// Stream words: how events of streams are put into the stable words of README.md. Pure.
#pragma once

#include <string>

#include "guard/xmpp/stream_event.h"

namespace guard::edge {

// detail_of gives the words for the end of a stream, such as "frame too-deep".
[[nodiscard]] std::string detail_of(const xmpp::Closing& closing);

// detail_of gives the words for a refusal, such as "certificate expired".
[[nodiscard]] std::string detail_of(const xmpp::AuthenticationRefused& refused);

// detail_of_certificate gives the words for a certificate that proves nothing (any more).
[[nodiscard]] std::string detail_of_certificate(xmpp::CertificateFault fault);

// detail_of gives the words for an authentication, such as "external tls1.3".
[[nodiscard]] std::string detail_of(xmpp::AuthMethod method, xmpp::TlsVersion version);

}  // namespace guard::edge
