#include "guard/xmpp/stream_event.h"

namespace guard::xmpp {

std::string_view to_string(RefusalCause cause) {
  switch (cause) {
    case RefusalCause::kUnknownHost:
      return "unknown-host";
    case RefusalCause::kTlsBelowFloor:
      return "tls-below-floor";
    case RefusalCause::kKeyNotPinned:
      return "key-not-pinned";
    case RefusalCause::kCertificate:
      return "certificate";
    case RefusalCause::kAuthzid:
      return "authzid";
    case RefusalCause::kMechanism:
      return "mechanism";
    case RefusalCause::kDialbackForbidden:
      return "dialback-forbidden";
    case RefusalCause::kDialbackInvalid:
      return "dialback-invalid";
    case RefusalCause::kDialbackError:
      return "dialback-error";
    case RefusalCause::kRefusedByPeer:
      return "refused-by-peer";
    case RefusalCause::kTooMany:
      return "too-many";
  }
  return "unknown";
}

RefusalCause floor_refusal(const TlsFacts& tls, const PeerDemands& demands) {
  return tls.version < demands.minimum_tls ? RefusalCause::kTlsBelowFloor
                                           : RefusalCause::kKeyNotPinned;
}

std::string_view to_string(CloseCause cause) {
  switch (cause) {
    case CloseCause::kPeerClosed:
      return "peer-closed";
    case CloseCause::kPeerError:
      return "peer-error";
    case CloseCause::kRequested:
      return "requested";
    case CloseCause::kTimeout:
      return "timeout";
    case CloseCause::kFrame:
      return "frame";
    case CloseCause::kProtocol:
      return "protocol";
    case CloseCause::kInjection:
      return "injection";
    case CloseCause::kDisconnected:
      return "disconnected";
    case CloseCause::kRefused:
      return "refused";
  }
  return "unknown";
}

std::string_view to_string(AuthMethod method) {
  switch (method) {
    case AuthMethod::kExternal:
      return "external";
    case AuthMethod::kCertificate:
      return "certificate";
    case AuthMethod::kDialback:
      return "dialback";
  }
  return "unknown";
}

}  // namespace guard::xmpp
