#include "guard/net/admission.h"

#include <gtest/gtest.h>

#include <vector>

namespace guard::net {
namespace {

TEST(Admission, CapsAnAddressAtItsBound) {
  Admission admission(100, 2);
  auto first = admission.admit("192.0.2.1");
  auto second = admission.admit("192.0.2.1");
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(admission.admit("192.0.2.1"));
  EXPECT_TRUE(admission.admit("192.0.2.2"));
  second.reset();
  EXPECT_TRUE(admission.admit("192.0.2.1"));
}

TEST(Admission, CapsAllTogether) {
  Admission admission(2, 2);
  const auto first = admission.admit("192.0.2.1");
  {
    const auto second = admission.admit("192.0.2.2");
    EXPECT_TRUE(second);
    EXPECT_FALSE(admission.admit("192.0.2.3"));
    EXPECT_EQ(admission.admitted(), 2U);
  }
  EXPECT_EQ(admission.admitted(), 1U);
  EXPECT_TRUE(admission.admit("192.0.2.3"));
}

TEST(Admission, Ipv6SourceIsItsNetwork) {
  Admission admission(100, 1);
  const auto first = admission.admit("2001:db8::1");
  EXPECT_TRUE(first);
  EXPECT_FALSE(admission.admit("2001:db8::2"));
  EXPECT_TRUE(admission.admit("2001:db8:0:1::1"));
}

TEST(Admission, MovedPassCountsOnce) {
  Admission admission(1, 1);
  {
    auto pass = admission.admit("192.0.2.1");
    ASSERT_TRUE(pass);
    const Admission::Pass moved = std::move(*pass);
    pass.reset();
    EXPECT_FALSE(admission.admit("192.0.2.1"));
  }
  EXPECT_TRUE(admission.admit("192.0.2.1"));
}

}  // namespace
}  // namespace guard::net
