// TlsContext::State and the pieces of a session that its makers share. For this folder only.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "guard/net/openssl_handles.h"
#include "guard/net/tls_context.h"
#include "guard/net/tls_session.h"

namespace guard::net {

struct LoadedIdentity {
  CertificateOwner leaf;
  CertificateStack others;
  KeyOwner key;
};

struct TlsContext::State {
  ContextOwner server;
  ContextOwner client;
  std::vector<LoadedIdentity> identities;
  std::map<std::string, std::size_t, std::less<>> by_name;  // dNSName in lower case

  // find gives the identity for an A-label, by its own name, else by a wildcard's.
  [[nodiscard]] const LoadedIdentity* find(std::string_view domain) const;
};

// kProtocol is ALPN's name of the server-to-server protocol, as it stands on the wire.
inline constexpr std::array<unsigned char, 12> kProtocol = {11,  'x', 'm', 'p', 'p', '-',
                                                            's', 'e', 'r', 'v', 'e', 'r'};

// Pipe is what the BIO of a session reads from and appends to.
struct Pipe {
  std::string_view in;
  std::string out;
};

struct TlsSession::Inner {
  Pipe pipe;
  TlsServer server;  // for the server name callback
  SslOwner ssl;
};

// use_identity makes the session show that certificate.
[[nodiscard]] bool use_identity(SSL* ssl, const LoadedIdentity& identity);

}  // namespace guard::net
