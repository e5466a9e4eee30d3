// The categories of an ESS label: both spellings of each value, bounds, order.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "labels/ess_verdict_for_test.h"

namespace labels {
namespace {

using test::bytes;
using test::category;
using test::sequence;
using test::set;
using test::tag_set;
using test::tlv;
using test::verdict_of_category;

std::string repeat(std::string_view hex, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += hex;
  return text;
}

// Each kind: accepted, and refused with the other kind's encoding.

TEST(EssCategories, EachTagTypeHasItsEncoding) {
  const std::string bits = "03020780";
  const std::string integers = set("020101");
  for (const int type : {0, 2, 3}) {
    EXPECT_EQ(verdict_of_category(category(type, tag_set(1), bits)), "accepted") << type;
  }
  for (const int type : {1, 3, 4}) {
    EXPECT_EQ(verdict_of_category(category(type, tag_set(1), integers)), "accepted") << type;
  }
  for (const int type : {1, 4}) {
    EXPECT_EQ(verdict_of_category(category(type, tag_set(1), bits)), "unexpected-tag") << type;
  }
  for (const int type : {0, 2}) {
    EXPECT_EQ(verdict_of_category(category(type, tag_set(1), integers)), "unexpected-tag") << type;
  }
  EXPECT_EQ(verdict_of_category(category(0, tag_set(1), "020101")), "unexpected-tag");
}

TEST(EssCategories, UnknownTypesAreErrors) {
  EXPECT_EQ(verdict_of_category(category(5, tag_set(1), "03020780")), "unknown-category");
  EXPECT_EQ(verdict_of_category(category(0x7f, tag_set(1), "03020780")), "unknown-category");
  const auto with_type = [](const std::string& type_oid) {
    return sequence(tlv("80", type_oid) + tlv("a1", sequence(tlv("06", tag_set(1)) + "03020780")));
  };
  EXPECT_EQ(verdict_of_category(with_type("60864801650201080300")), "accepted");
  EXPECT_EQ(verdict_of_category(with_type("608648016502010800")), "unknown-category");
  EXPECT_EQ(verdict_of_category(with_type("608648016502010802")), "unknown-category");
  EXPECT_EQ(verdict_of_category(with_type("608648016502010803")), "unknown-category");
  EXPECT_EQ(verdict_of_category(with_type("6086480165020108030000")), "unknown-category");
  EXPECT_EQ(verdict_of_category(with_type("60864801650201080400")), "unknown-category");
  EXPECT_EQ(verdict_of_category(with_type("")), "oid-malformed");
}

TEST(EssCategories, EmptySetIsRefused) { EXPECT_EQ(verdict_of_category(""), "no-categories"); }

TEST(EssCategories, AtMost64) {
  std::string categories;
  for (std::size_t i = 0; i < 64; ++i) categories += category(0, tag_set(i), "03020780");
  EXPECT_EQ(verdict_of_category(categories), "accepted");
  EXPECT_EQ(verdict_of_category(categories + category(0, tag_set(64), "03020780")),
            "too-many-categories");
}

TEST(EssCategories, InTheOrderOfTheirOctetsAndOnce) {
  const std::string first = category(0, tag_set(1), "03020780");
  const std::string second = category(0, tag_set(2), "03020780");
  const std::string longer = category(0, tag_set(1), "0303078080");
  EXPECT_EQ(verdict_of_category(first + second), "accepted");
  EXPECT_EQ(verdict_of_category(second + first), "set-order");
  EXPECT_EQ(verdict_of_category(first + first), "duplicate-category");
  EXPECT_EQ(verdict_of_category(first + longer), "duplicate-category");
}

TEST(EssCategories, OneTagSetUnderEveryTypeIsNoDuplicate) {
  const std::string bits = "03020780";
  const std::string integers = set("020101");
  EXPECT_EQ(
      verdict_of_category(category(0, tag_set(1), bits) + category(2, tag_set(1), bits) +
                          category(3, tag_set(1), bits) + category(1, tag_set(1), integers) +
                          category(3, tag_set(1), integers) + category(4, tag_set(1), integers)),
      "accepted");
}

TEST(EssCategories, EveryLevelIsExact) {
  const std::string oid_element = tlv("80", "60864801650201080300");
  const std::string values = tlv("06", tag_set(1)) + "03020780";
  const std::string wrapped = tlv("a1", sequence(values));
  EXPECT_EQ(verdict_of_category(sequence(oid_element + wrapped)), "accepted");
  EXPECT_EQ(verdict_of_category(set(oid_element + wrapped)), "unexpected-tag");
  EXPECT_EQ(verdict_of_category(sequence(oid_element)), "truncated");
  EXPECT_EQ(verdict_of_category(sequence(wrapped)), "unexpected-tag");
  EXPECT_EQ(verdict_of_category(sequence(oid_element + wrapped + "0500")), "trailing-bytes");
  EXPECT_EQ(verdict_of_category(sequence(oid_element + tlv("81", sequence(values)))),
            "unexpected-tag");
  EXPECT_EQ(verdict_of_category(sequence(tlv("06", "60864801650201080300") + wrapped)),
            "unexpected-tag");
  EXPECT_EQ(verdict_of_category(sequence(oid_element + tlv("a1", ""))), "truncated");
  EXPECT_EQ(verdict_of_category(sequence(oid_element + tlv("a1", sequence(values) + "0500"))),
            "trailing-bytes");
  EXPECT_EQ(verdict_of_category(sequence(oid_element + tlv("a1", sequence(values + "0500")))),
            "trailing-bytes");
  EXPECT_EQ(verdict_of_category(sequence(oid_element + tlv("a1", sequence(tlv("06", tag_set(1)))))),
            "truncated");
}

TEST(EssBits, OneSpellingOnly) {
  const auto bits = [](const std::string& content) {
    return verdict_of_category(category(0, tag_set(1), tlv("03", content)));
  };
  EXPECT_EQ(bits("0780"), "accepted");
  EXPECT_EQ(bits("0001"), "accepted");
  EXPECT_EQ(bits("00ff"), "accepted");
  EXPECT_EQ(bits("070080"), "accepted");
  EXPECT_EQ(bits(""), "bit-string-padding");
  EXPECT_EQ(bits("08"), "bit-string-padding");
  EXPECT_EQ(bits("0880"), "bit-string-padding");
  EXPECT_EQ(bits("01"), "bit-string-padding");
  EXPECT_EQ(bits("00"), "category-empty");
  EXPECT_EQ(bits("07c0"), "bit-string-padding");
  EXPECT_EQ(bits("0181"), "bit-string-padding");
  EXPECT_EQ(bits("0080"), "bit-string-trailing-zero");
  EXPECT_EQ(bits("0680"), "bit-string-trailing-zero");
  EXPECT_EQ(bits("008000"), "bit-string-trailing-zero");
  EXPECT_EQ(bits("0000"), "bit-string-trailing-zero");
}

TEST(EssBits, BoundOfTheHighestBit) {
  const auto bits = [](const std::string& content) {
    return verdict_of_category(category(2, tag_set(1), tlv("03", content)));
  };
  EXPECT_EQ(bits("00" + repeat("00", 511) + "01"), "accepted");     // bit 4095
  EXPECT_EQ(bits("00" + repeat("ff", 512)), "accepted");            // all 4,096
  EXPECT_EQ(bits("07" + repeat("00", 512) + "80"), "value-range");  // bit 4096
  EXPECT_EQ(bits("00" + repeat("ff", 5'000)), "value-range");
}

TEST(EssIntegers, BoundsOrderAndOnce) {
  const auto integers = [](const std::string& content) {
    return verdict_of_category(category(1, tag_set(1), set(content)));
  };
  EXPECT_EQ(integers(""), "category-empty");
  EXPECT_EQ(integers("020100"), "accepted");
  EXPECT_EQ(integers("02010102020080"), "accepted");
  EXPECT_EQ(integers("02047fffffff"), "accepted");
  EXPECT_EQ(integers("02050080000000"), "value-range");
  EXPECT_EQ(integers("0201ff"), "value-range");
  EXPECT_EQ(integers("02020001"), "integer-not-minimal");
  EXPECT_EQ(integers("020102020101"), "set-order");
  EXPECT_EQ(integers("02020080020101"), "set-order");
  EXPECT_EQ(integers("020101020101"), "duplicate-value");
  EXPECT_EQ(integers("0401aa"), "unexpected-tag");
}

TEST(EssIntegers, BoundOfTheirNumber) {
  const auto integers = [](std::size_t count) {
    std::string content;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t value = 0x4000 + i;
      content += "0202" + test::hex_octet(value >> 8) + test::hex_octet(value);
    }
    return verdict_of_category(category(4, tag_set(1), set(content)));
  };
  EXPECT_EQ(integers(kMaxCategoryValues), "accepted");
  EXPECT_EQ(integers(kMaxCategoryValues + 1), "too-many-values");
}

}  // namespace
}  // namespace labels
