// TestPeer: a scriptable XMPP server for tests: blocking sockets, raw TLS, says what it is told.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "guard/net/test_pki.h"

namespace guard::edge {

using net::TestAuthoritySpec;
using net::TestCertificate;
using net::TestCertificateSpec;
using net::TestListSpec;
using net::TestPki;

class TestPeer {
 public:
  // connect opens a TCP connection to 127.0.0.1.
  explicit TestPeer(std::uint16_t port);
  // A connection that was accepted (TestServer).
  explicit TestPeer(int socket);
  ~TestPeer();
  TestPeer(const TestPeer&) = delete;
  TestPeer& operator=(const TestPeer&) = delete;

  // send gives false where the connection is broken.
  bool send(std::string_view bytes);
  // read_until returns what came up to and including `text`, or all that came before the end of
  // file or until the time is over (closed() says which). It answers an end tag with an end tag.
  [[nodiscard]] std::string read_until(std::string_view text, int milliseconds = 5000);
  // read_to_end returns what comes until the end of file.
  [[nodiscard]] std::string read_to_end(int milliseconds = 5000) {
    return read_until({}, milliseconds);
  }
  [[nodiscard]] bool closed() const { return closed_; }

  // What the next start_tls does beside the usual: TLS 1.2 at most; ALPN (a client's offer, or what
  // a server takes); the session of an earlier connection.
  void at_most_tls12() { at_most_tls12_ = true; }
  void speak(const std::string& protocol) { protocol_ = protocol; }
  void resume(const TestPeer& earlier);
  void staple(const std::string& response) { stapled_ = response; }  // OCSP, as a server
  // After it: whether the session is the earlier one; the protocol that was agreed.
  [[nodiscard]] bool resumed() const;
  [[nodiscard]] std::string spoken() const;
  [[nodiscard]] std::string asked_for() const;  // SNI, at a server

  // start_tls: false where the handshake fails. `certificate` may be null for a client.
  bool start_tls(bool server, const TestCertificate* certificate, const std::string& sni = {});
  // The dNSNames of the certificate that the other end showed, joined by commas.
  [[nodiscard]] std::string shown_names() const;

  // log_in opens a stream as a server with a certificate: STARTTLS, EXTERNAL, restart. It returns
  // the last thing that came, which has features in it where all went well.
  std::string log_in(const std::string& from, const std::string& to,
                     const TestCertificate& certificate);
  // log_in_over_tls does what follows TLS, for direct TLS.
  std::string log_in_over_tls(const std::string& from, const std::string& to);
  // secure does only STARTTLS and the header after it; it returns the features.
  std::string secure(const std::string& from, const std::string& to,
                     const TestCertificate* certificate);

 private:
  std::string log_in_from(std::string came, const std::string& from, const std::string& to);

  struct State;
  std::unique_ptr<State> state_;
  bool closed_ = false;
  bool end_answered_ = false;
  bool at_most_tls12_ = false;
  std::string protocol_;
  std::string stapled_;
  std::string buffer_;
};

// stream_header is what a server opens a stream with.
[[nodiscard]] std::string stream_header(const std::string& from, const std::string& to,
                                        const std::string& id = {});

// TestServer listens on a port of 127.0.0.1.
class TestServer {
 public:
  explicit TestServer(std::uint16_t port = 0);  // 0: any
  ~TestServer();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  // accept waits for a connection; null after `milliseconds`.
  [[nodiscard]] std::unique_ptr<TestPeer> accept(int milliseconds = 5000);

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

// free_port gives a port that nobody listens on now.
[[nodiscard]] std::uint16_t free_port();

}  // namespace guard::edge
