// Connection: a TCP connection with or without TLS on it.
//
// Who controls its input: whoever can reach the port. What it reads is handed on at once and kept
// nowhere; what is to be written is kept in send order until the kernel takes it, and queued()
// says how much that is: the owner bounds it.
//
//   connect ──→ Connecting ──on_connected──→ Open ──finish()──→ Finishing ──on_lost──→ gone
//   accepted ──────────────────────────────→ Open ──────error, end of file──on_lost──→ gone
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "guard/net/loop.h"
#include "guard/net/tls_session.h"

namespace guard::net {

// ConnectionEvents is what the owner of a connection hears. Inside any call the owner may call the
// connection, and inside on_lost it may destroy it.
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;
  // on_connected: TCP is up (connections that we opened only).
  virtual void on_connected() = 0;
  // on_received: octets from the peer, decrypted where TLS is up; they die with the call.
  virtual void on_received(std::string_view bytes) = 0;
  // on_tls: the handshake that start_tls began has succeeded; tls() says what is known.
  virtual void on_tls() = 0;
  // on_written: written() has grown.
  virtual void on_written() = 0;
  // on_lost: the connection is gone; nothing follows. `why` is a stable word (README.md).
  virtual void on_lost(std::string_view why) = 0;
};

class Connection {
 public:
  // connect begins to open a connection to an IP literal. Failure comes as on_lost, never from
  // within this call.
  [[nodiscard]] static std::unique_ptr<Connection> connect(Loop& loop, const std::string& address,
                                                           std::uint16_t port,
                                                           ConnectionEvents& events);
  ~Connection();  // closes at once
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // start makes an accepted connection read. `events` outlives the connection.
  void start(ConnectionEvents& events);

  // send queues octets; they leave at the end of the loop's turn, with all others.
  void send(std::string_view bytes);

  // start_tls: what follows in both directions is TLS; what was queued before still goes as it is.
  void start_tls(std::unique_ptr<TlsSession> session);

  // pause_reading stops reading from the socket (the kernel then holds the peer back).
  void pause_reading(bool pause);

  // finish writes what is queued, then close_notify and the end of file, drops what still comes
  // in and calls on_lost at the peer's end of file. The owner sets the deadline (abort).
  void finish();

  // abort closes at once; on_lost("aborted") comes at the end of the turn.
  void abort();

  // given and written count the octets of send() since the beginning: taken by send, and handed to
  // the kernel. Octets of a TLS record count as written when the whole record is: before that the
  // peer cannot read any of it.
  [[nodiscard]] std::uint64_t given() const;
  [[nodiscard]] std::uint64_t written() const;
  [[nodiscard]] std::uint64_t queued() const { return given() - written(); }

  // tls is the session that start_tls began; nullptr before.
  [[nodiscard]] const TlsSession* tls() const;

  // address is the far end's IP address, without a port.
  [[nodiscard]] const std::string& address() const;

  struct State;
  explicit Connection(std::shared_ptr<State> state);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace guard::net
