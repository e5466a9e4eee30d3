#include "guard/metrics/server.h"

#include <sys/socket.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <string>
#include <utility>

#include "guard/base/check.h"
#include "guard/metrics/request.h"

namespace guard::metrics {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Protocol = asio::generic::stream_protocol;
using Stream = beast::basic_stream<Protocol, asio::io_context::executor_type>;
using Socket = Stream::socket_type;

// The library's word for where a message that it could not read went wrong.
unsigned status_of(beast::error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  return 400;
}

// What a listener makes: TCP on one family, or a Unix socket.
Protocol protocol_of(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  CHECK(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return {address.ss_family, 0};
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  // Visit is one connection with its one request. It lives as long as an operation of it.
  class Visit : public std::enable_shared_from_this<Visit> {
   public:
    Visit(std::shared_ptr<State> state, Socket socket)
        : state_(std::move(state)), stream_(std::move(socket)) {
      ++state_->visits;
      set_bounds(parser_, kHeader);
    }
    ~Visit() {
      --state_->visits;
      state_->wait();
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    void begin() {
      stream_.expires_after(kWithin);  // for all that follows
      http::async_read_header(
          stream_, buffer_, parser_,
          [self = shared_from_this()](beast::error_code error, std::size_t) { self->read(error); });
    }

   private:
    void read(beast::error_code error) {
      if (error == http::error::end_of_stream || error == beast::error::timeout) return;
      if (error && error.category() != http::make_error_code(http::error::bad_target).category()) {
        return;  // the connection broke
      }
      if (error) {
        Answer fault;
        fault.status = status_of(error);
        fault.body = "this is no request\n";
        return write(std::move(fault));
      }
      write(state_->answers(asked_of(parser_)));
    }

    void write(Answer answer) {
      response_.result(answer.status);
      response_.version(11);
      response_.set(http::field::content_type, answer.type);
      response_.set(http::field::cache_control, "no-store");
      if (answer.status == 405) response_.set(http::field::allow, "GET");
      response_.keep_alive(false);
      response_.body() = std::move(answer.body);
      response_.prepare_payload();
      http::async_write(stream_, response_,
                        [self = shared_from_this()](beast::error_code error, std::size_t) {
                          if (!error) self->close();
                        });
    }

    // Octets of the request that nobody has read would turn the close into a reset, and the answer
    // might be lost: the writing end is closed first, and the rest is read away, a little of it.
    void close() {
      beast::error_code ignored;
      stream_.socket().shutdown(Protocol::socket::shutdown_send, ignored);
      buffer_.clear();
      stream_.async_read_some(buffer_.prepare(kHeader),
                              [self = shared_from_this()](beast::error_code, std::size_t) {});
    }

    std::shared_ptr<State> state_;
    Stream stream_;
    beast::flat_buffer buffer_{kHeader};
    RequestParser parser_;
    http::response<http::string_body> response_;
  };

  State(asio::io_context& io, Descriptor one, Answers given)
      : loop(io),
        protocol(protocol_of(one.number())),
        listener(io, one.release()),
        answers(std::move(given)) {
    listener.non_blocking(true);
  }

  void wait() {
    if (waiting || !listener.is_open() || visits >= kConnections) return;
    waiting = true;
    listener.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](beast::error_code error) {
                          self->waiting = false;
                          if (error) return;
                          self->accept();
                          self->wait();
                        });
  }

  void accept() {
    Descriptor taken(
        ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!taken) return;  // it has gone again
    Socket socket(loop);
    beast::error_code error;
    socket.assign(protocol, taken.number(), error);
    if (error) return;
    (void)taken.release();
    std::make_shared<Visit>(shared_from_this(), std::move(socket))->begin();
  }

  asio::io_context& loop;
  const Protocol protocol;
  asio::posix::stream_descriptor listener;
  Answers answers;
  std::size_t visits = 0;
  bool waiting = false;
};

Server::Server(asio::io_context& loop, Descriptor listener, Answers answers)
    : state_(std::make_shared<State>(loop, std::move(listener), std::move(answers))) {
  const Stream warm(loop);  // the services of streams and timers open what they need with the first
  state_->wait();
}

Server::~Server() {
  beast::error_code ignored;
  state_->listener.close(ignored);
}

}  // namespace guard::metrics
