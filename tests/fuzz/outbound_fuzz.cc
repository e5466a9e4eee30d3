// The outbound machine on any bytes: what a server may say to a guard that has called it.
// Property: no crash; no stanza and no pair that the server's certificate has not proved; every
// pair that is wanted is answered; nothing is acknowledged that was not sent.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "guard/base/check.h"
#include "guard/xmpp/outbound_stream.h"

namespace {

using namespace guard::xmpp;

class OnePeer final : public PeerLookup {
 public:
  std::optional<PeerId> peer_of(std::string_view domain) const override {
    return domain == "l" || domain == "m" ? std::optional<PeerId>(1) : std::nullopt;
  }
  bool represents(PeerId, std::string_view local) const override { return local == "h"; }
  const PeerDemands& demands(PeerId) const override { return demands_; }
  bool opened(std::string_view, std::string_view, std::string_view) const override { return false; }

 private:
  PeerDemands demands_;
};

}  // namespace

// The first octet says how the rest is cut, and with its highest bit that a certificate is
// demanded;
// '\x01' in it lets the handshake succeed, '\x03' closes in order, '\x04' says that the oldest
// stanza is handled, '\x05' lets the certificate prove l from then on, '\x06' sends a stanza where
// that may be,
// '\x07' wants a pair with m, '\x08' asks about a key. They are not XML, so nothing is lost.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const OnePeer policy;
  const DialbackSecret secret("s");
  const bool external = data[0] >= 128;
  OutboundStream stream(
      {.pair = {.remote = "l", .local = "h"},
       .demands = {.auth = external ? AuthDemand::kExternalOnly : AuthDemand::kDialbackAllowed,
                   .both_ways = true,
                   .guard = true},
       .secret = &secret,
       .have_certificate = true,
       .lookup = &policy,
       .peer = 1,
       .limits = {.bytes = 12'000}});
  TlsFacts facts;
  bool admitted = false;
  std::uint64_t handled = 0;
  std::uint64_t sent = 0;
  std::uint64_t acknowledged = 0;  // the last place
  std::uint64_t wanted = 0;
  std::uint64_t questions = 0;
  const auto run = [&](const StreamEvent& event) {
    for (const StreamAction& action : stream.on(event)) {
      if (const auto* const it = std::get_if<Admitted>(&action)) {
        CHECK(facts.certificate.chain_valid && it->pair.remote == "l" && it->pair.local == "h");
        admitted = true;
      }
      CHECK(!std::holds_alternative<Authenticated>(action) || !external ||
            facts.certificate.chain_valid);
      CHECK(!std::holds_alternative<Stanza>(action) || admitted);
      const bool answer = std::holds_alternative<PairAdded>(action);
      if (answer || std::holds_alternative<PairRefused>(action)) --wanted;
      if (std::holds_alternative<Verified>(action)) --questions;
      const auto* const more = std::get_if<Acknowledged>(&action);
      if (more != nullptr) acknowledged = std::max(acknowledged, more->run.last);
    }
  };
  run(Connected{});
  const std::size_t piece = 1U + data[0] % 127U;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!bytes.empty()) {
    const std::size_t mark =
        std::min(bytes.find_first_of("\x01\x03\x04\x05\x06\x07\x08"), bytes.size());
    for (std::size_t at = 0; at < mark; at += piece) {
      run(Received{bytes.substr(at, std::min(piece, mark - at))});
    }
    if (mark == bytes.size()) break;
    if (bytes[mark] == 1) run(TlsEstablished{facts});
    if (bytes[mark] == 3) run(CloseRequested{});
    if (bytes[mark] == 4 && stream.unhandled() > 0) {
      ++handled;
      run(stream.tells_each() ? StanzasHandled{.runs = {{handled, handled}}} : StanzasHandled{1});
    }
    if (bytes[mark] == 5) {
      facts.version = TlsVersion::kTls13;
      facts.certificate = {.presented = true, .chain_valid = true, .dns_names = {"l"}};
    }
    if (bytes[mark] == 6 && stream.may_send()) {
      ++sent;
      run(StanzasSent{1});
    }
    if (bytes[mark] == 7) {
      ++wanted;
      run(PairWanted{{.remote = "m", .local = "h"}});
    }
    if (bytes[mark] == 8) {
      ++questions;
      run(VerifyRequested{.pair = {.remote = "l", .local = "h"}, .stream_id = "x", .key = "k"});
    }
    bytes.remove_prefix(mark + 1);
  }
  run(Disconnected{});
  CHECK(stream.closed() && wanted == 0 && questions == 0 && acknowledged <= sent);
  return 0;
}
