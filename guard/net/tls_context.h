// TlsContext: how TLS is spoken on one side of the guard, and the certificates that it shows (RFC
// 7590, RFC 9325): TLS 1.2 and 1.3, no compression, no renegotiation, no session resumption, no
// early data. What a peer shows is judged by Trust.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace guard::net {

class TlsSession;

// TlsIdentity is a certificate with its intermediates, leaf first, and its key, both PEM.
struct TlsIdentity {
  std::string chain;
  std::string key;
};

// TlsServer: how a handshake is answered. Names are A-labels in lower case.
struct TlsServer {
  // What the stream's `to` asked for; its certificate is shown unless SNI names another domain
  // for which `may_show` says yes. INVARIANT(INVISIBLE): no other certificate is ever shown.
  std::string local;
  std::function<bool(std::string_view)> may_show;
  // Direct TLS (SPEC: XEP-0368): the client's ALPN, where it sends one, must hold `xmpp-server`.
  bool direct = false;
};

// TlsClient: how a handshake is begun: as `local` (its certificate is shown, where there is one),
// with SNI `remote`; with ALPN `xmpp-server` where it is direct TLS.
struct TlsClient {
  std::string local;
  std::string remote;
  bool direct = false;
};

// TlsContext outlives its sessions.
class TlsContext {
 public:
  // make reads the PEM texts; the error says, in words of our own, which could not be used.
  [[nodiscard]] static std::expected<std::unique_ptr<TlsContext>, std::string> make(
      const std::vector<TlsIdentity>& identities);
  ~TlsContext();
  // replace takes other certificates, for handshakes that begin from now on; sessions that stand
  // keep theirs. The error leaves everything as it was.
  [[nodiscard]] std::expected<void, std::string> replace(
      const std::vector<TlsIdentity>& identities);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // has_certificate says whether there is a certificate whose dNSName is that A-label.
  [[nodiscard]] bool has_certificate(std::string_view domain) const;

  [[nodiscard]] std::unique_ptr<TlsSession> answer(const TlsServer& how) const;
  [[nodiscard]] std::unique_ptr<TlsSession> begin(const TlsClient& how) const;

  struct State;
  [[nodiscard]] const State& state() const { return *state_; }

 private:
  TlsContext();
  std::unique_ptr<State> state_;
};

}  // namespace guard::net
