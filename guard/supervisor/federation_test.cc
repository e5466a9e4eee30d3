// A large federation: ten thousand peers that all see each other, a hundred thousand domains.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "guard/base/sanitized.h"
#include "guard/edge/routes.h"
#include "guard/supervisor/test_plan.h"
#include "guard/wire/codec.h"

namespace guard::supervisor {
namespace {

// With the two of the example ten thousand, the most that a site file may have. Sanitizers make it
// ten times as slow.
constexpr int kPeersOfSide = kSanitized ? 499 : 4'999;
constexpr int kDomains = 10;  // of each peer
constexpr int kNamesInCertificate = 250;

std::string domain(const char* side, int peer, int number) {
  return "d" + std::to_string(number) + ".p" + std::to_string(peer) + "." + side + ".example";
}

class Federation : public PlanTest {
 protected:
  Federation() {
    std::string peers;
    std::string places;
    for (const char* side : {"high", "low"}) {
      for (int peer = 0; peer < kPeersOfSide; ++peer) {
        const std::string name = side + std::to_string(peer);
        peers += "<peer name=\"" + name + "\" side=\"" + side + "\">";
        for (int i = 0; i < kDomains; ++i) {
          peers += "<domain name=\"" + domain(side, peer, i) + "\"/>";
        }
        peers +=
            "<connection authentication=\"external\" tls=\"1.2\"/><clearance>"
            "<classification name=\"UNCLASSIFIED\"/></clearance></peer>\n";
        places += "<peer name=\"" + name + "\"/>\n";
      }
    }
    folder_.write("policy.xml", replaced(example("policy.xml"), "<direction from=\"high\"",
                                         peers + "<direction from=\"high\""));
    site_ = replaced(site_, "</guard>", places + "</guard>");
    show_all(high_, "high", "low");
    show_all(low_, "low", "high");
  }
  void show_all(const net::TestPki& pki, const std::string& edge, const char* far) {
    for (int first = 0; first < kPeersOfSide; first += kNamesInCertificate) {
      std::vector<std::string> names;
      for (int peer = first; peer < std::min(first + kNamesInCertificate, kPeersOfSide); ++peer) {
        names.push_back("*.p" + std::to_string(peer) + "." + far + ".example");
      }
      show(pki, "certificates-" + edge + "/" + std::to_string(first) + ".pem", names);
    }
  }
};

TEST_F(Federation, IsPlannedToldAndRoutedInTwoSeconds) {
  const std::clock_t began = std::clock();
  const auto made = plan();
  ASSERT_TRUE(made) << faults().substr(0, 2000);
  const std::clock_t planned = std::clock();
  std::size_t octets = 0;
  for (const wire::EdgeConfiguration& edge : made->edges) {
    const std::string told = wire::encode_configuration(edge);
    octets = std::max(octets, told.size());
    EXPECT_LE(told.size(), wire::kMaxConfiguration);
    const auto heard = wire::decode_configuration<wire::EdgeConfiguration>(told);
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->views.size(), 1U);
    const edge::Routes routes(*heard, {});
    const bool high = edge.side == Side::kHigh;
    const auto last = routes.peer_of(domain(high ? "high" : "low", kPeersOfSide - 1, 9));
    ASSERT_TRUE(last);
    EXPECT_TRUE(routes.represents(*last, domain(high ? "low" : "high", 0, 0)));
    EXPECT_FALSE(routes.represents(*last, domain(high ? "low" : "high", 0, kDomains)));
    EXPECT_FALSE(routes.represents(*last, domain(high ? "high" : "low", 0, 0)));
  }
  const std::clock_t ended = std::clock();
  // Of processor time: whatever else runs does not count.
  const auto ms = [](std::clock_t from, std::clock_t to) {
    return static_cast<long long>(to - from) * 1000 / CLOCKS_PER_SEC;
  };
  std::printf("%d peers, %d domains: planned in %lld ms, told and routed in %lld ms, %zu octets\n",
              2 * kPeersOfSide + 2, 2 * kPeersOfSide * kDomains + 2, ms(began, planned),
              ms(planned, ended), octets);
  EXPECT_LT(ms(began, ended), kSanitized ? 20'000 : 2'000);
  RecordProperty("milliseconds", std::to_string(ms(began, ended)));
}

}  // namespace
}  // namespace guard::supervisor
