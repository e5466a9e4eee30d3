// The inbound machine on any bytes, with TLS and answers at moments that the input chooses.
// Property: no crash; no stanza and no pair without proof: a dialback answer, or a certificate, and
// only one that the input gives.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "guard/base/check.h"
#include "guard/xmpp/inbound_stream.h"

namespace {

using namespace guard::xmpp;

class OnePeer final : public PeerLookup {
 public:
  OnePeer() {
    demands_.auth = AuthDemand::kDialbackAllowed;
    demands_.both_ways = demands_.guard = true;
  }
  std::optional<PeerId> peer_of(std::string_view domain) const override {
    return domain == "l" ? std::optional<PeerId>(1) : std::nullopt;
  }
  bool represents(PeerId, std::string_view local) const override { return local == "h"; }
  const PeerDemands& demands(PeerId) const override { return demands_; }
  bool opened(std::string_view, std::string_view, std::string_view id) const override {
    return id == "x";
  }

 private:
  PeerDemands demands_;
};

}  // namespace

// The first octet says how the rest is cut; '\x01' in it lets the handshake succeed, '\x02' answers
// "valid" for the pair, '\x03' closes in order, '\x04' says that the oldest stanza is handled,
// '\x05' lets the certificate prove the domain from then on, '\x06' sends a stanza back where that
// may be, '\x07' wants one more pair. They are not XML, so nothing is lost.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const OnePeer policy;
  const DialbackSecret secret("s");
  InboundStream stream({.lookup = &policy, .secret = &secret, .limits = {.bytes = 12'000}});
  const DomainPair pair{.remote = "l", .local = "h"};
  bool answered = false;
  TlsFacts facts;
  std::uint64_t handled = 0;
  std::uint64_t wanted = 0;
  std::uint64_t acknowledged = 0;  // the last place
  std::uint64_t sent = 0;
  const auto run = [&](const StreamEvent& event) {
    for (const StreamAction& action : stream.on(event)) {
      CHECK(!std::holds_alternative<Authenticated>(action) || answered);
      CHECK(!std::holds_alternative<Stanza>(action) || !stream.pairs().empty());
      const bool answer = std::holds_alternative<PairAdded>(action);
      if (answer || std::holds_alternative<PairRefused>(action)) --wanted;
      const auto* const more = std::get_if<Acknowledged>(&action);
      if (more != nullptr) acknowledged = std::max(acknowledged, more->run.last);
    }
  };
  run(Connected{});
  const std::size_t piece = 1U + data[0] % 251U;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!bytes.empty()) {
    const std::size_t mark =
        std::min(bytes.find_first_of("\x01\x02\x03\x04\x05\x06\x07"), bytes.size());
    for (std::size_t at = 0; at < mark; at += piece) {
      run(Received{bytes.substr(at, std::min(piece, mark - at))});
    }
    if (mark == bytes.size()) break;
    if (bytes[mark] == 1) run(TlsEstablished{facts});
    if (bytes[mark] == 2) {
      answered = true;
      run(DialbackAnswered{.pair = pair, .verdict = DialbackVerdict::kValid});
    }
    if (bytes[mark] == 3) run(CloseRequested{});
    if (bytes[mark] == 4 && stream.unhandled() > 0) {
      ++handled;
      run(stream.tells_each() ? StanzasHandled{.runs = {{handled, handled}}} : StanzasHandled{1});
    }
    if (bytes[mark] == 5) {
      answered = true;
      facts.version = TlsVersion::kTls13;
      facts.certificate = {.presented = true, .chain_valid = true, .dns_names = {"l"}};
    }
    if (bytes[mark] == 6 && stream.may_send()) {
      ++sent;
      run(StanzasSent{1});
    }
    if (bytes[mark] == 7) {
      ++wanted;
      run(PairWanted{pair});
    }
    bytes.remove_prefix(mark + 1);
  }
  run(Disconnected{});
  CHECK(wanted == 0 && acknowledged <= sent);
  CHECK(stream.closed());
  return 0;
}
