#include "guard/net/listener.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "guard/net/connection_state.h"

namespace guard::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

struct Listener::State : std::enable_shared_from_this<Listener::State> {
  State(Loop& in, Accepted to)
      : loop(in), acceptor(in.state().io), pause(in.state().io), accepted(std::move(to)) {}

  void accept() {
    acceptor.async_accept([self = shared_from_this()](const error_code& error, Tcp::socket socket) {
      if (self->dead || error == asio::error::operation_aborted) return;
      if (error) return self->rest();
      self->take(std::move(socket));
      if (!self->dead) self->accept();
    });
  }

  // Out of descriptors or memory: the queue stays in the kernel for a moment.
  void rest() {
    pause.expires_after(std::chrono::milliseconds(100));
    pause.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error && !self->dead) self->accept();
    });
  }

  void take(Tcp::socket socket) {
    error_code error;
    const auto end = socket.remote_endpoint(error);
    if (error) return;  // it has gone already
    auto made = std::make_shared<Connection::State>(loop, std::move(socket));
    auto from = end.address();
    if (from.is_v6() && from.to_v6().is_v4_mapped()) {
      from = asio::ip::make_address_v4(asio::ip::v4_mapped, from.to_v6());
    }
    made->address = from.to_string();
    accepted(std::make_unique<Connection>(std::move(made)));
  }

  Loop& loop;
  Tcp::acceptor acceptor;
  asio::steady_timer pause;
  Accepted accepted;
  bool dead = false;
};

Listener::Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() {
  state_->dead = true;
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
}

std::expected<std::unique_ptr<Listener>, std::string> Listener::listen(Loop& loop,
                                                                       const std::string& address,
                                                                       std::uint16_t port,
                                                                       Accepted accepted) {
  auto state = std::make_shared<State>(loop, std::move(accepted));
  error_code error;
  const auto parsed = asio::ip::make_address(address, error);
  if (error) return std::unexpected("not an IP address");
  const Tcp::endpoint endpoint(parsed, port);
  state->acceptor.open(endpoint.protocol(), error);
  if (!error) state->acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error && parsed.is_v6()) state->acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) state->acceptor.bind(endpoint, error);
  if (!error) state->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return std::unexpected(error.message());
  state->accept();
  return std::make_unique<Listener>(std::move(state));
}

std::uint16_t Listener::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

}  // namespace guard::net
