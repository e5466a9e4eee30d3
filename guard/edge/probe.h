// Probe: looks whether a better address of a peer works again, apart from the traffic: a connection
// of its own, up to the features over TLS, with the peer's certificate checked as the policy
// demands. It authenticates nobody and carries nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "guard/edge/desk.h"
#include "guard/net/connection.h"
#include "guard/xmpp/outbound_stream.h"

namespace guard::edge {

class Probe final : public net::ConnectionEvents {
 public:
  // `address` is the place of the address in the peer's list. REQUIRES: as for Outbound.
  Probe(Desk& desk, PairKey key, std::size_t address);

  // tick ends it at its deadline.
  void tick(Moment now);

  [[nodiscard]] std::size_t address() const { return address_; }
  [[nodiscard]] Moment began() const { return began_; }
  [[nodiscard]] bool over() const { return over_; }  // it can be destroyed
  // take_result says, once, whether the address works: as soon as that is known.
  [[nodiscard]] std::optional<bool> take_result();

  void on_connected() override;
  void on_received(std::string_view bytes) override;
  void on_tls() override;
  void on_written() override {}
  void on_lost(std::string_view why) override;

 private:
  void act(std::span<const xmpp::StreamAction> actions);

  Desk& desk_;
  const PairKey key_;
  const std::size_t address_;
  const Moment began_;
  xmpp::OutboundStream machine_;
  std::unique_ptr<net::Connection> connection_;
  std::optional<bool> result_;
  bool taken_ = false;
  bool finishing_ = false;
  bool over_ = false;
};

}  // namespace guard::edge
