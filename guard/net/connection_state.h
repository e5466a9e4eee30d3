// Connection::State: the socket with its output. For this folder only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <memory>
#include <string>

#include "guard/net/connection.h"
#include "guard/net/loop_state.h"

namespace guard::net {

// A completion handler holds the state alive; `dead` says that nobody listens any more.
struct Connection::State : std::enable_shared_from_this<Connection::State> {
  explicit State(Loop& in) : loop(in), socket(in.state().io) {}
  State(Loop& in, boost::asio::ip::tcp::socket taken) : loop(in), socket(std::move(taken)) {}

  enum class Phase : std::uint8_t { kConnecting, kOpen, kFinishing, kGone };
  // A record that has been encrypted: once the kernel has `raw` octets, `plain` count as written.
  struct Mark {
    std::uint64_t raw;
    std::uint64_t plain;
  };

  void connect(const std::string& to, std::uint16_t port);
  void open();
  void arm_read();
  void readable();
  void decrypt(std::string_view bytes);
  void progress_handshake();
  void schedule_flush();
  void flush();
  void move_plain();
  bool fill();
  void end_output();
  void lose(std::string_view why);
  void advance_written();

  Loop& loop;
  boost::asio::ip::tcp::socket socket;
  ConnectionEvents* events = nullptr;
  std::string address;
  Phase phase = Phase::kConnecting;
  std::unique_ptr<TlsSession> tls;
  bool dead = false;
  bool paused = false;
  bool reading = false;
  bool writing = false;
  bool flush_due = false;
  bool output_ended = false;
  bool tls_reported = false;
  std::string pending;  // given, not encrypted yet
  std::size_t pending_begin = 0;
  std::string raw;  // for the kernel
  std::size_t raw_begin = 0;
  std::uint64_t raw_taken = 0;  // octets that the kernel took, ever
  std::uint64_t given = 0;
  std::uint64_t encrypted = 0;
  std::uint64_t written = 0;
  std::deque<Mark> marks;
};

}  // namespace guard::net
