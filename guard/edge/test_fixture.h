// EdgeProcess: the fixture of the tests that run one real guard-edge: a low edge with one near
// peer, near.lab, that may see far.lab and not hidden.lab.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "guard/edge/test_house.h"
#include "guard/edge/test_peer.h"
#include "guard/net/test_pki.h"

namespace guard::edge {

inline constexpr char kNear[] = "near.lab";
inline constexpr char kFar[] = "far.lab";
inline constexpr char kHidden[] = "hidden.lab";  // a far domain that the peer may not see

inline constexpr char kFeatures[] = "<stream:features>";
inline constexpr char kHeaderEnd[] = "xml:lang='en'>";

class EdgeProcess : public ::testing::Test {
 protected:
  EdgeProcess() : pki_("near authority"), guard_pki_("guard authority") {
    configuration_.side = Side::kLow;
    port_ = free_port();
    configuration_.listen = {{"127.0.0.1", port_}};
    wire::NearPeer near;
    near.index = 1;
    near.name = "near";
    near.domains = {{kNear, DomainMatch::kExact}, {"rooms.near.lab", DomainMatch::kExact}};
    near.addresses = {{"127.0.0.1", server_.port()}};
    near.view = configuration_.add_view({0});
    configuration_.near_peers = {near};
    configuration_.far_peers = {{0, {{kFar, DomainMatch::kExact}}},
                                {2, {{kHidden, DomainMatch::kExact}}}};
    for (const char* domain : {kFar, kHidden}) {
      const TestCertificate certificate = guard_pki_.issue(domain);
      configuration_.certificates.push_back({certificate.chain, certificate.key});
    }
    configuration_.trust.authorities = pki_.authority();
    configuration_.dialback_secret = "a secret of thirty-two octets, or";
    configuration_.limits.handshake_seconds = 2;
  }

  void start() {
    house_ = std::make_unique<TestHouse>(configuration_);
    ASSERT_TRUE(house_->start());
  }

  // logged_in gives an authenticated stream from the near peer; null where it is refused.
  std::unique_ptr<TestPeer> logged_in() {
    auto peer = std::make_unique<TestPeer>(port_);
    const std::string came = peer->log_in(kNear, kFar, pki_.issue(kNear));
    EXPECT_NE(came.find("features"), std::string::npos) << came;
    return peer;
  }

  // answered accepts the guard's own stream and authenticates it with EXTERNAL; null on failure. It
  // shows `mine`, or a good certificate.
  std::unique_ptr<TestPeer> answered(int milliseconds = 5000,
                                     const TestCertificate* mine = nullptr) {
    auto peer = server_.accept(milliseconds);
    if (!peer) return nullptr;
    const TestCertificate good = pki_.issue(kNear);
    if (!begin_tls(*peer, mine == nullptr ? good : *mine)) return nullptr;
    return authenticate_guard(*peer) ? std::move(peer) : nullptr;
  }

  // managed accepts the guard's own stream and has it enable stream management; null on failure.
  std::unique_ptr<TestPeer> managed() {
    auto peer = server_.accept();
    if (!peer || !begin_tls(*peer, pki_.issue(kNear))) return nullptr;
    if (!authenticate_guard(*peer, "<sm xmlns='urn:xmpp:sm:3'/>")) return nullptr;
    if (peer->read_until("<enable xmlns='urn:xmpp:sm:3'/>").empty()) return nullptr;
    peer->send("<enabled xmlns='urn:xmpp:sm:3'/>");
    return peer;
  }

  // begin_tls answers the guard's stream up to TLS; false where the guard leaves.
  static bool begin_tls(TestPeer& peer, const TestCertificate& mine) {
    if (peer.read_until(kHeaderEnd).empty()) return false;
    peer.send(stream_header(kNear, kFar, "one") + kFeatures +
              "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
              "</stream:features>");
    (void)peer.read_until("/>");
    peer.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    return peer.start_tls(true, &mine);
  }

  // authenticate_guard answers what the guard says once TLS is up; `last` is in the last features.
  static bool authenticate_guard(TestPeer& peer, const std::string& last = {}) {
    (void)peer.read_until(kHeaderEnd);
    peer.send(stream_header(kNear, kFar, "two") + kFeatures +
              "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
              "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>");
    if (peer.read_until("</auth>").find("EXTERNAL") == std::string::npos) return false;
    peer.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    (void)peer.read_until(kHeaderEnd);
    peer.send(stream_header(kNear, kFar, "three") + kFeatures + last + "</stream:features>");
    return true;
  }

  wire::Deliver delivery(std::uint64_t number, const std::string& bytes, int seconds = 30) {
    wire::Deliver deliver;
    deliver.delivery = number;
    deliver.peer = 1;
    deliver.pair = {kFar, kNear};
    deliver.deadline = UtcTime{now_utc().microseconds + std::int64_t{1'000'000} * seconds};
    deliver.bytes = bytes;
    return deliver;
  }

  TestPki pki_;
  TestPki guard_pki_;
  TestServer server_;
  std::uint16_t port_ = 0;
  wire::EdgeConfiguration configuration_;
  std::unique_ptr<TestHouse> house_;
};

inline const std::string kMessage =
    "<message from='a@near.lab' to='b@far.lab'><body>hello</body></message>";

}  // namespace guard::edge
