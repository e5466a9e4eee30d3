#include "guard/edge/probe.h"

#include <string>
#include <utility>

#include "guard/base/check.h"
#include "guard/net/tls_session.h"
#include "guard/xmpp/domain.h"

namespace guard::edge {

namespace {

constexpr std::chrono::seconds kWithin{10};

const wire::Endpoint& endpoint(const Desk& desk, const PairKey& key, std::size_t address) {
  const wire::NearPeer* peer = desk.routes.near(key.peer);
  CHECK(peer != nullptr && address < peer->addresses.size());
  return peer->addresses[address];
}

xmpp::OutboundConfig config_for(const Desk& desk, const PairKey& key, std::size_t address) {
  xmpp::OutboundConfig config;
  config.pair = {key.remote, key.local};
  config.demands = desk.routes.demands(key.peer);
  config.secret = &desk.secret;
  config.purpose = xmpp::OutboundPurpose::kVerifyOnly;
  config.have_certificate = desk.tls.has_certificate(xmpp::ascii_or_empty(key.local));
  config.direct_tls = endpoint(desk, key, address).direct_tls;
  return config;
}

}  // namespace

Probe::Probe(Desk& desk, PairKey key, std::size_t address)
    : desk_(desk),
      key_(std::move(key)),
      address_(address),
      began_(now_steady()),
      machine_(config_for(desk, key_, address)) {
  const wire::Endpoint& to = endpoint(desk, key_, address);
  connection_ = net::Connection::connect(desk.loop, to.address, to.port, *this);
}

void Probe::tick(Moment now) {
  if (!over_ && now - began_ >= kWithin) connection_->abort();
}

void Probe::on_connected() { act(machine_.on(xmpp::Connected{})); }

void Probe::on_received(std::string_view bytes) {
  act(machine_.on(xmpp::Received{bytes}));
  if (!machine_.verifying() || finishing_) return;
  result_ = true;
  act(machine_.on(xmpp::CloseRequested{std::nullopt}));
}

void Probe::on_tls() {
  const net::TlsSession& tls = *connection_->tls();
  auto verdict = desk_.trust.judge(key_.peer, tls.certificate(), net::CertificateUse::kServer);
  act(machine_.on(xmpp::TlsEstablished{{tls.version(), std::move(verdict.facts)}}));
}

void Probe::on_lost(std::string_view) {
  over_ = true;
  if (!result_) result_ = false;
}

std::optional<bool> Probe::take_result() {
  if (!result_ || std::exchange(taken_, true)) return std::nullopt;
  return result_;
}

void Probe::act(std::span<const xmpp::StreamAction> actions) {
  for (const auto& action : actions) {
    if (const auto* send = std::get_if<xmpp::Send>(&action)) {
      connection_->send(send->bytes);
    } else if (const auto* start = std::get_if<xmpp::StartTls>(&action)) {
      connection_->start_tls(desk_.tls.begin({xmpp::ascii_or_empty(start->pair.local),
                                              xmpp::ascii_or_empty(start->pair.remote),
                                              machine_.config().direct_tls}));
    } else if (std::holds_alternative<xmpp::Disconnect>(action) ||
               std::holds_alternative<xmpp::Closing>(action)) {
      // Its answer to our end tag is not waited for.
      if (!std::exchange(finishing_, true)) connection_->finish();
    }
  }
}

}  // namespace guard::edge
