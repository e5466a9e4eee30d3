#include "guard/edge/stream_words.h"

namespace guard::edge {

std::string detail_of(const xmpp::Closing& closing) {
  std::string words(xmpp::to_string(closing.cause));
  if (closing.fault) {
    words += ' ';
    words += xmpp::to_string(*closing.fault);
  } else if (closing.error) {
    words += ' ';
    words += xmpp::to_string(*closing.error);
  }
  return words;
}

std::string detail_of_certificate(xmpp::CertificateFault fault) {
  return "certificate " + std::string(xmpp::to_string(fault));
}

std::string detail_of(const xmpp::AuthenticationRefused& refused) {
  if (refused.fault) return detail_of_certificate(*refused.fault);
  return std::string(xmpp::to_string(refused.cause));
}

std::string detail_of(xmpp::AuthMethod method, xmpp::TlsVersion version) {
  std::string words(xmpp::to_string(method));
  words += version == xmpp::TlsVersion::kTls13 ? " tls1.3" : " tls1.2";
  return words;
}

}  // namespace guard::edge
