#include "labels/oid.h"

#include <gtest/gtest.h>

#include "guard/base/hex.h"

namespace labels {
namespace {

std::optional<Oid> from_hex_content(std::string_view hex) {
  return Oid::from_content(*guard::from_hex(hex));
}

struct Pair {
  const char* dotted;
  const char* hex;
};

TEST(Oid, DottedAndContentAgree) {
  for (const Pair& pair :
       {Pair{"0.0", "00"}, Pair{"0.39", "27"}, Pair{"1.1", "29"}, Pair{"1.39", "4f"},
        Pair{"2.0", "50"}, Pair{"2.39", "77"}, Pair{"2.47", "7f"}, Pair{"2.48", "8100"},
        Pair{"2.999", "8837"}, Pair{"2.999.1", "883701"}, Pair{"1.2.840.113549", "2a864886f70d"},
        Pair{"1.3.26.1.3.1", "2b1a010301"},
        Pair{"2.16.840.1.101.2.1.8.3.0", "60864801650201080300"},
        // A UUID below 2.25 takes 128 bits.
        Pair{"2.25.340282366920938463463374607431768211455",
             "6983ffffffffffffffffffffffffffffffffff7f"}}) {
    const auto dotted = Oid::from_dotted(pair.dotted);
    const auto content = from_hex_content(pair.hex);
    ASSERT_TRUE(dotted.has_value()) << pair.dotted;
    ASSERT_TRUE(content.has_value()) << pair.dotted;
    EXPECT_EQ(guard::to_hex(dotted->content()), pair.hex);
    EXPECT_EQ(content->to_dotted(), pair.dotted);
    EXPECT_EQ(*dotted, *content);
  }
}

TEST(Oid, EveryFirstSubidentifierSurvives) {
  for (unsigned first = 0; first < 20'000; ++first) {
    guard::Bytes content;
    if (first >= 0x4000) content.push_back(static_cast<std::uint8_t>(0x80 | (first >> 14)));
    if (first >= 0x80) content.push_back(static_cast<std::uint8_t>(0x80 | ((first >> 7) & 0x7f)));
    content.push_back(static_cast<std::uint8_t>(first & 0x7f));
    const auto oid = Oid::from_content(content);
    ASSERT_TRUE(oid.has_value()) << first;
    const unsigned top = first < 40 ? 0 : first < 80 ? 1 : 2;
    EXPECT_EQ(oid->to_dotted(), std::to_string(top) + "." + std::to_string(first - 40 * top));
    EXPECT_EQ(Oid::from_dotted(oid->to_dotted()), oid);
  }
}

TEST(Oid, RefusesContentThatIsNotMinimalOrNotComplete) {
  EXPECT_FALSE(from_hex_content("").has_value());
  EXPECT_FALSE(from_hex_content("80").has_value());
  EXPECT_FALSE(from_hex_content("8001").has_value());
  EXPECT_FALSE(from_hex_content("298001").has_value());
  EXPECT_FALSE(from_hex_content("2981").has_value());
  EXPECT_TRUE(from_hex_content("298100").has_value());
}

TEST(Oid, BoundOfOctets) {
  EXPECT_TRUE(Oid::from_content(guard::Bytes(Oid::kMaxOctets, 0x29)).has_value());
  EXPECT_FALSE(Oid::from_content(guard::Bytes(Oid::kMaxOctets + 1, 0x29)).has_value());
  std::string longest = "1.1";
  for (std::size_t i = 1; i < Oid::kMaxOctets; ++i) longest += ".1";
  EXPECT_TRUE(Oid::from_dotted(longest).has_value());
  EXPECT_FALSE(Oid::from_dotted(longest + ".1").has_value());
}

TEST(Oid, RefusesDottedThatIsNotCanonical) {
  for (const char* text : {"", "1", ".1", "1.", "1..2", "1.02", "01.2", "3.1", "0.40", "1.40",
                           "1.100", "1.2 ", " 1.2", "1.-2", "1.2a", "+1.2", "1,2", "urn:oid:1.2"}) {
    EXPECT_FALSE(Oid::from_dotted(text).has_value()) << text;
  }
  EXPECT_FALSE(Oid::from_dotted("2." + std::string(200, '9')).has_value());
}

TEST(Oid, EmptyIsNoIdentifier) {
  EXPECT_TRUE(Oid().empty());
  EXPECT_EQ(Oid().to_dotted(), "");
  EXPECT_NE(Oid(), *Oid::from_dotted("0.0"));
}

}  // namespace
}  // namespace labels
