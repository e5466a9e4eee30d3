#include "guard/net/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "guard/base/check.h"
#include "guard/net/connection_state.h"

namespace guard::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

namespace {
// How much is encrypted ahead of the kernel: four records.
constexpr std::size_t kAhead = 4 * TlsSession::kRecord;
// An idle connection keeps no buffer larger than this.
constexpr std::size_t kKeep = 4096;
// Unacknowledged octets end the connection after this, whatever the retransmission timer says.
constexpr unsigned kUserTimeoutMs = 60'000;
// What the kernel may hold that it has not sent: "written" stays near the truth when a peer stalls.
constexpr int kNotSent = 128 << 10;

void shrink(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeep) std::string().swap(buffer);
}
}  // namespace

void Connection::State::connect(const std::string& to, std::uint16_t port) {
  error_code error;
  const auto parsed = asio::ip::make_address(to, error);
  address = to;
  auto self = shared_from_this();
  if (error) {
    loop.defer([self] { self->lose("bad-address"); });
    return;
  }
  socket.async_connect(Tcp::endpoint(parsed, port), [self](const error_code& failed) {
    if (self->dead || self->phase != Phase::kConnecting) return;
    if (failed) return self->lose("connect-failed");
    self->open();
    self->events->on_connected();
  });
}

void Connection::State::open() {
  phase = Phase::kOpen;
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(Tcp::no_delay(true), ignored);
  const unsigned timeout = kUserTimeoutMs;
  setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
  const int not_sent = kNotSent;
  setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &not_sent, sizeof not_sent);
  arm_read();
}

void Connection::State::arm_read() {
  if (reading || paused || dead || phase == Phase::kGone || phase == Phase::kConnecting) return;
  reading = true;
  socket.async_wait(Tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->reading = false;
    if (self->dead || self->phase == Phase::kGone) return;
    if (error) return self->lose("read-failed");
    if (self->paused) return;
    self->readable();
    self->arm_read();
  });
}

void Connection::State::readable() {
  auto& scratch = loop.state().scratch;
  error_code error;
  const std::size_t size = socket.read_some(asio::buffer(scratch), error);
  if (error == asio::error::would_block || error == asio::error::try_again) return;
  if (error == asio::error::eof) return lose("end-of-file");
  if (error) return lose("read-failed");
  if (phase == Phase::kFinishing) return;
  const std::string_view bytes(scratch.data(), size);
  if (tls == nullptr) {
    events->on_received(bytes);
  } else {
    decrypt(bytes);
  }
}

void Connection::State::progress_handshake() {
  tls->handshake();
  tls->take_output(raw);
  schedule_flush();
  if (tls->state() == TlsState::kEstablished && !tls_reported) {
    tls_reported = true;
    events->on_tls();
  }
}

void Connection::State::decrypt(std::string_view bytes) {
  // The owner may start things from within its calls; `self` keeps this alive meanwhile.
  const auto self = shared_from_this();
  tls->input(bytes);
  if (tls->state() == TlsState::kHandshaking) progress_handshake();
  auto& plain = loop.state().plain;
  while (!dead && phase == Phase::kOpen && tls->state() == TlsState::kEstablished) {
    const std::size_t size = tls->read(plain);
    if (size == 0) break;
    events->on_received(std::string_view(plain.data(), size));
  }
  tls->input({});
  if (dead || phase != Phase::kOpen) return;
  tls->take_output(raw);
  schedule_flush();
  if (tls->state() == TlsState::kEnded) return lose("tls-closed");
  if (tls->state() == TlsState::kFailed) {
    flush();  // the alert
    if (!dead && phase == Phase::kOpen) lose(tls->failure());
  }
}

void Connection::State::schedule_flush() {
  if (flush_due || dead || phase == Phase::kConnecting || phase == Phase::kGone) return;
  flush_due = true;
  loop.defer([self = shared_from_this()] {
    self->flush_due = false;
    self->flush();
  });
}

// move_plain moves all of pending into raw as it is.
void Connection::State::move_plain() {
  if (pending_begin == pending.size()) return;
  raw.append(pending, pending_begin);
  encrypted += pending.size() - pending_begin;
  marks.push_back({raw_taken + (raw.size() - raw_begin), encrypted});
  shrink(pending);
  pending_begin = 0;
}

// fill moves the next octets into raw; false where there is nothing that can go now.
bool Connection::State::fill() {
  if (pending_begin == pending.size()) return false;
  if (tls != nullptr && tls->state() != TlsState::kEstablished) return false;
  if (tls == nullptr) {
    move_plain();
    return true;
  }
  const std::size_t size = std::min(pending.size() - pending_begin, kAhead);
  std::string_view rest = std::string_view(pending).substr(pending_begin, size);
  while (!rest.empty()) {
    const auto record = rest.substr(0, TlsSession::kRecord);
    tls->write(record);
    tls->take_output(raw);
    encrypted += record.size();
    marks.push_back({raw_taken + (raw.size() - raw_begin), encrypted});
    rest.remove_prefix(record.size());
  }
  pending_begin += size;
  if (pending_begin == pending.size()) {
    shrink(pending);
    pending_begin = 0;
  } else if (pending_begin > pending.size() / 2) {
    pending.erase(0, pending_begin);
    pending_begin = 0;
  }
  return true;
}

void Connection::State::advance_written() {
  const std::uint64_t before = written;
  while (!marks.empty() && marks.front().raw <= raw_taken) {
    written = marks.front().plain;
    marks.pop_front();
  }
  if (written != before && phase == Phase::kOpen) events->on_written();
}

void Connection::State::flush() {
  const auto self = shared_from_this();
  if (writing) return;
  while (!dead && (phase == Phase::kOpen || phase == Phase::kFinishing)) {
    if (raw_begin == raw.size()) {
      shrink(raw);
      raw_begin = 0;
      if (!fill()) break;
      if (tls != nullptr && tls->state() == TlsState::kFailed) return lose("tls-failed");
    }
    error_code error;
    const std::size_t size =
        socket.write_some(asio::buffer(raw.data() + raw_begin, raw.size() - raw_begin), error);
    raw_begin += size;
    raw_taken += size;
    if (error == asio::error::would_block || error == asio::error::try_again) {
      writing = true;
      socket.async_wait(Tcp::socket::wait_write, [self](const error_code& failed) {
        self->writing = false;
        if (self->dead || self->phase == Phase::kGone) return;
        if (failed) return self->lose("write-failed");
        self->flush();
      });
      break;
    }
    if (error) return lose("write-failed");
    advance_written();
  }
  if (!dead && phase == Phase::kFinishing && !writing && !output_ended) end_output();
}

void Connection::State::end_output() {
  output_ended = true;
  if (tls != nullptr) {
    tls->close();
    tls->take_output(raw);
    error_code ignored;
    // A few octets; where the kernel has no room for them the peer gets no close_notify.
    socket.write_some(asio::buffer(raw.data() + raw_begin, raw.size() - raw_begin), ignored);
  }
  error_code ignored;
  socket.shutdown(Tcp::socket::shutdown_send, ignored);
}

void Connection::State::lose(std::string_view why) {
  if (phase == Phase::kGone) return;
  phase = Phase::kGone;
  error_code ignored;
  socket.close(ignored);
  if (!dead && events != nullptr) events->on_lost(why);
}

std::unique_ptr<Connection> Connection::connect(Loop& loop, const std::string& address,
                                                std::uint16_t port, ConnectionEvents& events) {
  auto state = std::make_shared<State>(loop);
  state->events = &events;
  state->connect(address, port);
  return std::make_unique<Connection>(std::move(state));
}

Connection::Connection(std::shared_ptr<State> state) : state_(std::move(state)) {}

Connection::~Connection() {
  state_->dead = true;
  state_->phase = State::Phase::kGone;
  error_code ignored;
  state_->socket.close(ignored);
}

void Connection::start(ConnectionEvents& events) {
  CHECK(state_->events == nullptr);
  state_->events = &events;
  state_->open();
}

void Connection::send(std::string_view bytes) {
  if (state_->phase != State::Phase::kOpen) return;
  state_->pending.append(bytes);
  state_->given += bytes.size();
  state_->schedule_flush();
}

void Connection::start_tls(std::unique_ptr<TlsSession> session) {
  CHECK(state_->tls == nullptr);
  if (state_->phase != State::Phase::kOpen) return;
  state_->move_plain();
  state_->tls = std::move(session);
  // A client speaks first.
  state_->progress_handshake();
}

void Connection::pause_reading(bool pause) {
  state_->paused = pause;
  if (!pause) state_->arm_read();
}

void Connection::finish() {
  if (state_->phase == State::Phase::kConnecting) return abort();
  if (state_->phase != State::Phase::kOpen) return;
  state_->phase = State::Phase::kFinishing;
  state_->paused = false;
  state_->arm_read();
  state_->loop.defer([self = state_] { self->flush(); });
}

void Connection::abort() {
  state_->loop.defer([self = state_] {
    if (!self->dead) self->lose("aborted");
  });
}

std::uint64_t Connection::given() const { return state_->given; }
std::uint64_t Connection::written() const { return state_->written; }
const TlsSession* Connection::tls() const { return state_->tls.get(); }
const std::string& Connection::address() const { return state_->address; }

}  // namespace guard::net
