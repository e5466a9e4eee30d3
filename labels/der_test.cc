#include "labels/der.h"

#include <gtest/gtest.h>

#include "guard/base/hex.h"

namespace labels {
namespace {

LabelError first_error(std::string_view hex) {
  const guard::Bytes octets = *guard::from_hex(hex);
  DerReader reader(octets);
  const auto element = reader.next();
  return element ? LabelError{999, LabelReason::kTruncated} : element.error();
}

std::size_t content_size(guard::Bytes header, std::size_t content) {
  header.resize(header.size() + content);
  DerReader reader(header);
  const auto element = reader.next();
  return element && reader.at_end() ? element->content().size() : 999'999;
}

TEST(DerReader, ReadsLengthsInTheirShortestForm) {
  EXPECT_EQ(content_size({0x04, 0x00}, 0), 0U);
  EXPECT_EQ(content_size({0x04, 0x7f}, 0x7f), 0x7fU);
  EXPECT_EQ(content_size({0x04, 0x81, 0x80}, 0x80), 0x80U);
  EXPECT_EQ(content_size({0x04, 0x81, 0xff}, 0xff), 0xffU);
  EXPECT_EQ(content_size({0x04, 0x82, 0x01, 0x00}, 0x100), 0x100U);
  EXPECT_EQ(content_size({0x04, 0x83, 0x01, 0x00, 0x00}, 0x10000), 0x10000U);
}

TEST(DerReader, RefusesLengthsInALongerForm) {
  EXPECT_EQ(first_error("0480"), (LabelError{1, LabelReason::kIndefiniteLength}));
  EXPECT_EQ(first_error("048100"), (LabelError{1, LabelReason::kLengthNotMinimal}));
  EXPECT_EQ(first_error("04810100"), (LabelError{1, LabelReason::kLengthNotMinimal}));
  EXPECT_EQ(first_error("04817f"), (LabelError{1, LabelReason::kLengthNotMinimal}));
  EXPECT_EQ(first_error("04820080"), (LabelError{1, LabelReason::kLengthNotMinimal}));
  EXPECT_EQ(first_error("048200ff"), (LabelError{1, LabelReason::kLengthNotMinimal}));
  EXPECT_EQ(first_error("04850000000001"), (LabelError{1, LabelReason::kLengthNotMinimal}));
  EXPECT_EQ(first_error("04ff"), (LabelError{1, LabelReason::kLengthNotMinimal}));
}

TEST(DerReader, RefusesWhatRunsPastTheEnd) {
  for (const char* hex :
       {"", "04", "0401", "0481", "048180", "048201", "04820100", "0484ffffffff"}) {
    EXPECT_EQ(first_error(hex), (LabelError{0, LabelReason::kTruncated})) << hex;
  }
}

TEST(DerReader, RefusesTagsOfSeveralOctets) {
  EXPECT_EQ(first_error("1f0100"), (LabelError{0, LabelReason::kUnexpectedTag}));
  EXPECT_EQ(first_error("bf810100"), (LabelError{0, LabelReason::kUnexpectedTag}));
}

TEST(DerReader, OffsetsCountFromTheOutermostOctet) {
  const guard::Bytes octets = *guard::from_hex("0400300502010a0500");
  DerReader reader(octets);
  ASSERT_TRUE(reader.next(der::kSequence).error() == (LabelError{0, LabelReason::kUnexpectedTag}));
  const auto sequence = reader.next(der::kSequence);
  ASSERT_TRUE(sequence.has_value());
  EXPECT_EQ(sequence->offset, 2U);
  EXPECT_EQ(sequence->content_offset(), 4U);
  EXPECT_EQ(guard::to_hex(sequence->whole), "300502010a0500");
  DerReader inside(*sequence);
  ASSERT_TRUE(inside.next(der::kInteger).has_value());
  EXPECT_EQ(inside.offset(), 7U);
  EXPECT_EQ(inside.end().error(), (LabelError{7, LabelReason::kTrailingBytes}));
  ASSERT_TRUE(inside.next().has_value());
  EXPECT_TRUE(inside.end().has_value());
  EXPECT_EQ(inside.next().error(), (LabelError{9, LabelReason::kTruncated}));
}

std::expected<std::uint32_t, LabelError> read_integer(std::string_view hex, std::uint32_t max) {
  const guard::Bytes octets = *guard::from_hex(hex);
  DerReader reader(octets);
  return read_unsigned(*reader.next(der::kInteger), max, LabelReason::kValueRange);
}

TEST(DerInteger, ReadsMinimalOnes) {
  EXPECT_EQ(read_integer("020100", 256), 0U);
  EXPECT_EQ(read_integer("02017f", 256), 127U);
  EXPECT_EQ(read_integer("02020080", 256), 128U);
  EXPECT_EQ(read_integer("02020100", 256), 256U);
  EXPECT_EQ(read_integer("02047fffffff", 0x7fffffff), 0x7fffffffU);
  EXPECT_EQ(read_integer("020500ffffffff", 0xffffffff), 0xffffffffU);
}

TEST(DerInteger, RefusesPaddedNegativeAndLargeOnes) {
  const auto reason = [](std::string_view hex, std::uint32_t max) {
    const auto value = read_integer(hex, max);
    return value ? "accepted" : to_string(value.error().reason);
  };
  EXPECT_EQ(reason("0200", 256), "integer-not-minimal");
  EXPECT_EQ(reason("02020001", 256), "integer-not-minimal");
  EXPECT_EQ(reason("0202007f", 256), "integer-not-minimal");
  EXPECT_EQ(reason("0202ff80", 256), "integer-not-minimal");
  EXPECT_EQ(reason("0202ffff", 256), "integer-not-minimal");
  EXPECT_EQ(reason("0201ff", 256), "value-range");
  EXPECT_EQ(reason("020180", 256), "value-range");
  EXPECT_EQ(reason("02020101", 256), "value-range");
  EXPECT_EQ(reason("02050100000000", 0xffffffff), "value-range");
  EXPECT_EQ(reason("020900ffffffffffffffff", 0xffffffff), "value-range");
  EXPECT_EQ(reason("02090100000000000000ff", 0xffffffff), "value-range");
}

TEST(DerSetOrder, PadsTheShorterWithZeros) {
  const auto order = [](std::string_view a, std::string_view b) {
    return set_order(*guard::from_hex(a), *guard::from_hex(b));
  };
  EXPECT_LT(order("020101", "020102"), 0);
  EXPECT_GT(order("020102", "020101"), 0);
  EXPECT_EQ(order("020101", "020101"), 0);
  EXPECT_LT(order("02017f", "02020080"), 0);
  EXPECT_EQ(order("0400", "040000"), 0);
  EXPECT_LT(order("", "30"), 0);
}

}  // namespace
}  // namespace labels
