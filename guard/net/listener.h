// Listener: accepts TCP connections on one address and port.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "guard/net/connection.h"
#include "guard/net/loop.h"

namespace guard::net {

class Listener {
 public:
  // Accepted takes a connection that does not read yet (Connection::start); it is closed without a
  // word where it is dropped.
  using Accepted = std::function<void(std::unique_ptr<Connection>)>;

  // listen binds at once; the error says what the kernel said. Port 0: any; see port().
  [[nodiscard]] static std::expected<std::unique_ptr<Listener>, std::string> listen(
      Loop& loop, const std::string& address, std::uint16_t port, Accepted accepted);
  ~Listener();  // stops accepting
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  struct State;
  explicit Listener(std::shared_ptr<State> state);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace guard::net
