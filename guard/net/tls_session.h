// TlsSession: one TLS connection between octets and octets; it has no socket.
//
// A thin adapter over SSL* with a BIO of our own that reads from the caller's buffer and appends
// to a string, so that an idle session holds no buffers. A peer's certificate never fails the
// handshake by what it says: Trust judges it, so that dialback can be used where it is allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "guard/net/peer_certificate.h"
#include "guard/xmpp/peer_lookup.h"

namespace guard::net {

//                    handshake done           close_notify
//   kHandshaking ───────────────→ kEstablished ──────────→ kEnded
//        └───────── alert, bad record ──┴──────────────→ kFailed
enum class TlsState : std::uint8_t { kHandshaking, kEstablished, kEnded, kFailed };

class TlsSession {
 public:
  // kRecord: the most that one record carries, in octets.
  static constexpr std::size_t kRecord = 16384;

  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // input lends ciphertext until it has been consumed by handshake() and read(), which must be
  // called until they make no more progress before the lent octets die.
  void input(std::string_view ciphertext);

  // handshake goes on as far as the input allows and returns the state.
  TlsState handshake();

  // read decrypts into `buffer` and returns how many octets; 0 when more input is needed or the
  // session has ended or failed: see state(). REQUIRES: not kHandshaking.
  [[nodiscard]] std::size_t read(std::span<char> buffer);

  // write encrypts; a record for each kRecord octets. REQUIRES: kEstablished.
  void write(std::string_view plaintext);

  // close writes close_notify.
  void close();

  // take_output moves the ciphertext for the peer to the end of `out`.
  void take_output(std::string& out);

  [[nodiscard]] TlsState state() const { return state_; }
  // version and certificate: what is known of the peer. REQUIRES: kEstablished has been reached.
  [[nodiscard]] xmpp::TlsVersion version() const { return version_; }
  [[nodiscard]] const PeerCertificate& certificate() const { return certificate_; }
  // own says what stands in the certificate that we have shown or would show when asked; nothing is
  // presented without one. Its chain counts as valid. REQUIRES: kEstablished has been reached.
  [[nodiscard]] xmpp::CertificateFacts own() const;
  // failure says why the state is kFailed: a stable word (README.md).
  [[nodiscard]] std::string_view failure() const { return failure_; }

 private:
  friend class TlsContext;
  struct Inner;  // SSL* and its BIO's ends
  explicit TlsSession(std::unique_ptr<Inner> inner);
  void fail_on(int result);
  void established();

  std::unique_ptr<Inner> inner_;
  TlsState state_ = TlsState::kHandshaking;
  xmpp::TlsVersion version_ = xmpp::TlsVersion::kTls12;
  PeerCertificate certificate_;
  std::string_view failure_ = "tls-failed";
};

}  // namespace guard::net
