// StreamLink: for tests. Joins an OutboundStream to an InboundStream without sockets, with made-up
// TLS, and keeps what the two asked for.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "guard/xmpp/inbound_stream.h"
#include "guard/xmpp/outbound_stream.h"

namespace guard::xmpp {

// Who talks in these tests, as the guard sees it.
inline const DomainPair kPair{.remote = "low.example", .local = "high.example"};

// TestLookup is a policy made of tables.
class TestLookup final : public PeerLookup {
 public:
  std::map<std::string, PeerId, std::less<>> peers;  // domain to peer
  std::map<PeerId, PeerDemands> wants;
  std::set<std::pair<PeerId, std::string>> visible;  // far domains that a peer may see
  std::function<bool(std::string_view, std::string_view, std::string_view)> is_open;

  std::optional<PeerId> peer_of(std::string_view domain) const override {
    const auto it = peers.find(domain);
    return it == peers.end() ? std::nullopt : std::optional(it->second);
  }
  bool represents(PeerId peer, std::string_view local) const override {
    return visible.contains({peer, std::string(local)});
  }
  const PeerDemands& demands(PeerId peer) const override { return wants.at(peer); }
  bool opened(std::string_view local, std::string_view remote,
              std::string_view stream_id) const override {
    return is_open && is_open(local, remote, stream_id);
  }
};

// actions_of picks the actions of one kind.
template <typename Kind>
std::vector<Kind> actions_of(const std::vector<StreamAction>& actions) {
  std::vector<Kind> result;
  for (const StreamAction& action : actions) {
    if (const auto* const it = std::get_if<Kind>(&action)) result.push_back(*it);
  }
  return result;
}

inline TlsFacts certificate_for(std::string domain) {
  TlsFacts facts{.version = TlsVersion::kTls13};
  facts.certificate.presented = true;
  facts.certificate.chain_valid = true;
  facts.certificate.dns_names.push_back(std::move(domain));
  return facts;
}

class StreamLink {
 public:
  StreamLink(const OutboundConfig& outbound, const InboundConfig& inbound)
      : out(outbound), in(inbound) {}

  OutboundStream out;
  InboundStream in;
  TlsFacts facts_of_initiator;  // what the receiving side sees
  TlsFacts facts_of_receiver;
  std::vector<StreamAction> out_actions;  // without Send; Stanza::bytes is kept in stanzas
  std::vector<StreamAction> in_actions;
  std::vector<std::string> stanzas;      // that the receiving side took
  std::vector<std::string> out_stanzas;  // that the initiating side took
  std::string to_in;                     // bytes on their way
  std::string to_out;
  bool split = false;  // deliver byte by byte
  bool drop_everything = false;

  void connect() {
    in_event(Connected{});
    out_event(Connected{});
    run();
  }
  void out_event(const StreamEvent& event) { note_out(out.on(event)); }
  void in_event(const StreamEvent& event) { note_in(in.on(event)); }
  // say writes bytes as the initiating server would, past its machine.
  void say(std::string_view bytes) {
    to_in += bytes;
    run();
  }
  // reply does so for the receiving server.
  void reply(std::string_view bytes) {
    to_out += bytes;
    run();
  }
  // run carries bytes and handshakes until nothing moves.
  void run() {
    while (step()) {
    }
  }
  bool step() {
    if (drop_everything) return false;
    if (out_wants_tls_ && in_wants_tls_ && to_in.empty() && to_out.empty()) {
      out_wants_tls_ = in_wants_tls_ = false;
      in_event(TlsEstablished{facts_of_initiator});
      out_event(TlsEstablished{facts_of_receiver});
      return true;
    }
    if (!to_in.empty()) {
      const std::string bytes = take(to_in);
      in_event(Received{bytes});
      return true;
    }
    if (!to_out.empty()) {
      const std::string bytes = take(to_out);
      out_event(Received{bytes});
      return true;
    }
    return false;
  }

 private:
  std::string take(std::string& bytes) const {
    std::string taken = bytes.substr(0, split ? 1 : std::string::npos);
    bytes.erase(0, taken.size());
    return taken;
  }
  void note_out(std::span<const StreamAction> actions) {
    for (const StreamAction& action : actions) {
      if (const auto* const send = std::get_if<Send>(&action)) {
        to_in += send->bytes;
        continue;
      }
      if (const auto* const stanza = std::get_if<Stanza>(&action)) {
        out_stanzas.emplace_back(stanza->bytes);
        continue;
      }
      if (std::holds_alternative<StartTls>(action)) out_wants_tls_ = true;
      out_actions.push_back(action);
    }
  }
  void note_in(std::span<const StreamAction> actions) {
    for (const StreamAction& action : actions) {
      if (const auto* const send = std::get_if<Send>(&action)) {
        to_out += send->bytes;
        continue;
      }
      if (const auto* const stanza = std::get_if<Stanza>(&action)) {
        stanzas.emplace_back(stanza->bytes);
        continue;
      }
      if (std::holds_alternative<StartTls>(action)) in_wants_tls_ = true;
      in_actions.push_back(action);
    }
  }

  bool out_wants_tls_ = false;
  bool in_wants_tls_ = false;
};

}  // namespace guard::xmpp
