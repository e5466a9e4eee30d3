// What the two sides must not share: each fault named with its place in the site file, and the twin
// that differs in it alone.
#include "guard/supervisor/apart_checks.h"

#include <gtest/gtest.h>

#include "guard/supervisor/ip_text.h"
#include "guard/supervisor/test_plan.h"

namespace guard::supervisor {
namespace {

class ApartTest : public PlanTest {
 protected:
  void listen(const std::string& high, const std::string& low) {
    site_ = replaced(pristine_, "<listen address=\"10.77.1.2\" port=\"5269\"/>", high);
    site_ = replaced(site_, "<listen address=\"10.77.2.2\" port=\"5269\"/>", low);
  }
  static std::string at(const std::string& address, const std::string& port) {
    return "<listen address=\"" + address + "\" port=\"" + port + "\"/>";
  }
  // Where that edge stands in the site file, as errors have it.
  [[nodiscard]] std::string place_of(const std::string& side) const {
    const std::size_t edge = site_.find("<edge side=\"" + side + "\"");
    const auto line = 1 + std::count(site_.begin(), site_.begin() + static_cast<long>(edge), '\n');
    return "guard.xml:" + std::to_string(line) + ":";
  }
  void expect_fault(const std::string& place, const std::string& what) {
    const std::string found = faults();
    EXPECT_NE(found.find(what), std::string::npos) << found;
    EXPECT_NE(found.find(place), std::string::npos) << found;
  }

  std::string pristine_ = site_;
};

TEST_F(ApartTest, NoTwoListenersStandAtOneAddressAndPort) {
  listen(at("10.77.1.2", "5269"), at("10.77.1.2", "5269"));
  expect_fault(place_of("low"),
               "the edge of side low listens at 10.77.1.2 port 5269, as that of side high does");
  listen(at("2001:db8::2", "5269"), at("2001:0db8:0::2", "5269"));
  expect_fault(place_of("low"), "as that of side high does");
  listen(at("0.0.0.0", "5269"), at("10.77.2.2", "5269"));
  expect_fault(place_of("low"), "listens at 10.77.2.2 port 5269");
  listen(at("10.77.1.2", "5269") + at("10.77.1.2", "5269"), at("10.77.2.2", "5269"));
  expect_fault(place_of("high"), "listens at 10.77.1.2 port 5269, as it does already");
}

TEST_F(ApartTest, AnotherPortFamilyOrNetworkIsAnotherPlace) {
  listen(at("10.77.1.2", "5269"), at("10.77.1.2", "5270"));
  EXPECT_EQ(faults(), "");
  listen(at("0.0.0.0", "5269"), at("::", "5269"));
  EXPECT_EQ(faults(), "");
  listen(at("10.77.1.2", "5269"), at("10.77.1.2", "5269"));
  site_ = replaced(site_, "<edge side=\"low\"", "<edge side=\"low\" network-namespace=\"/proc\"");
  EXPECT_EQ(faults(), "");
}

TEST_F(ApartTest, EachSideHasADialbackSecretOfItsOwn) {
  folder_.write("dialback-low.secret", "0123456789abcdef");
  expect_fault(place_of("low"), "dialback-low.secret is that of side high");
  folder_.write("dialback-low.secret", "0123456789abcdeF");
  EXPECT_EQ(faults(), "");
}

TEST_F(ApartTest, NoAuthorityIsTrustedOnBothSides) {
  const net::TestPki both("both's authority");
  folder_.write("trust-high.pem", high_.authority() + both.authority());
  EXPECT_EQ(faults(), "");
  folder_.write("trust-low.pem", low_.authority() + both.authority());
  expect_fault(place_of("low"), "both's authority\" is trusted on both sides");
  folder_.write("trust-low.pem", low_.authority());
  EXPECT_EQ(faults(), "");
  // One that a single peer is believed by is trusted, too.
  folder_.write("own.pem", both.authority());
  site_ = replaced(site_, "<address ip=\"10.77.2.1\" port=\"5269\"/>",
                   "<address ip=\"10.77.2.1\" port=\"5269\"/><trust file=\"own.pem\"/>");
  expect_fault(place_of("low"), "both's authority\" is trusted on both sides");
}

TEST(IpText, AddressesHaveOneSpelling) {
  EXPECT_EQ(normal_address("2001:0DB8:0::0:9"), "2001:db8::9");
  EXPECT_EQ(normal_address("10.77.1.1"), "10.77.1.1");
  EXPECT_TRUE(is_every_address(normal_address("0::0")));
  EXPECT_FALSE(is_every_address("::1"));
}

}  // namespace
}  // namespace guard::supervisor
