#include "guard/base/hex.h"

#include <gtest/gtest.h>

#include "guard/base/sha256.h"

namespace guard {
namespace {

TEST(Hex, ComesBack) {
  const Bytes bytes{0x00, 0x7f, 0x80, 0xff};
  EXPECT_EQ(to_hex(bytes), "007f80ff");
  EXPECT_EQ(from_hex("007F80ff"), bytes);
}

TEST(Hex, RefusesWhatIsNotPairsOfDigits) {
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_hex("0x00"));
  EXPECT_FALSE(from_hex(" 00"));
  EXPECT_TRUE(from_hex("")->empty());
}

// FIPS 180-4's examples.
TEST(Sha256, KnownDigests) {
  Sha256 sha256;
  EXPECT_EQ(to_hex(sha256.digest(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256.digest({as_bytes("a"), as_bytes(""), as_bytes("bc")}),
            sha256.digest(as_bytes("abc")));
  EXPECT_NE(sha256.digest(as_bytes("abd")), sha256.digest(as_bytes("abc")));
}

}  // namespace
}  // namespace guard
