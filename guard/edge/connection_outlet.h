// ConnectionOutlet: a connection, as a sending half sees it.
#pragma once

#include "guard/edge/sending_half.h"
#include "guard/net/connection.h"

namespace guard::edge {

// It borrows the connection, for one call of SendingHalf::pump.
class ConnectionOutlet final : public Outlet {
 public:
  explicit ConnectionOutlet(net::Connection& connection) : connection_(connection) {}

  void send(std::string_view bytes) override { connection_.send(bytes); }
  [[nodiscard]] std::uint64_t given() const override { return connection_.given(); }
  [[nodiscard]] std::uint64_t queued() const override { return connection_.queued(); }

 private:
  net::Connection& connection_;
};

}  // namespace guard::edge
