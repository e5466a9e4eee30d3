// The directory attributes of a peer's certificate: handed to the filter where the policy asks for
// the clearance in them, and the certificate has let the stream in.
#include <gtest/gtest.h>

#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

class Clearance : public EdgeProcess {
 protected:
  wire::NearPeer& near() { return configuration_.near_peers[0]; }
  // The attributes that the filter is told of a stream whose certificate has these.
  std::string told(const std::string& hexadecimal) {
    auto peer = std::make_unique<TestPeer>(port_);
    const std::string came = peer->log_in(
        kNear, kFar, pki_.issue({.dns_names = {kNear}, .directory_attributes = hexadecimal}));
    EXPECT_NE(came.find("features"), std::string::npos) << came;
    const auto context = house_->offers().expect<wire::Context>();
    EXPECT_TRUE(context && !context->pairs.empty());
    const std::string attributes = context ? context->attributes : "none came";
    peer.reset();
    const auto forgotten = house_->offers().expect<wire::Context>();
    EXPECT_TRUE(forgotten && forgotten->pairs.empty() && forgotten->attributes.empty());
    return attributes;
  }
};

TEST_F(Clearance, IsHandedToTheFilterWhereThePolicyAsksForIt) {
  near().certificate_clearance = true;
  start();
  EXPECT_EQ(told("30020500"), std::string("\x30\x02\x05\x00", 4));
  EXPECT_EQ(told(""), "");
}

TEST_F(Clearance, IsNobodysAffairWhereItDoesNot) {
  start();
  EXPECT_EQ(told("30020500"), "");
}

TEST_F(Clearance, OfTheLargestSizeAndNotOneOctetMore) {
  near().certificate_clearance = true;
  start();
  std::string octets;
  for (std::size_t i = 0; i < wire::kMaxAttributes; ++i) octets += "41";
  EXPECT_EQ(told(octets), std::string(wire::kMaxAttributes, 'A'));
  EXPECT_EQ(told(octets + "41"), "");
}

}  // namespace
}  // namespace guard::edge
