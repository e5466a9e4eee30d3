#include "labels/clearance_der.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "guard/base/hex.h"
#include "labels/der_writer_for_test.h"
#include "labels/example_policy_for_test.h"

namespace labels::clearance_der_test {
namespace {

using test::category;
using test::oid;
using test::sequence;
using test::set;
using test::tag_set;
using test::tlv;

const std::string kPolicyOid = "0603883701";  // 2.999.1
const std::string kPolicyTagged = "8003883701";

// "accepted", or the reason and the offset; whatever is accepted is written again as it was.
std::string verdict(const std::string& hex) {
  const auto read = read_clearance_der(*guard::from_hex(hex));
  if (!read) {
    return std::string(to_string(read.error().reason)) + " " + std::to_string(read.error().offset);
  }
  EXPECT_EQ(guard::to_hex(encode_clearance(*read)), hex);
  return "accepted";
}

std::vector<std::uint16_t> classes(const std::string& hex) {
  return read_clearance_der(*guard::from_hex(hex))->clearance.classifications();
}

TEST(ClearanceDerForm, BothTaggingsAreRead) {
  // {secret, unclassified} and the restrictive bit 0 of 2.999.1.1.
  const std::string categories = category(0, tag_set(1), "03020780");
  const std::string universal = sequence(kPolicyOid + "03020348" + set(categories));
  const std::string context = sequence(kPolicyTagged + "81020348" + tlv("a2", categories));
  EXPECT_EQ(verdict(universal), "accepted");
  EXPECT_EQ(verdict(context), "accepted");
  const auto a = read_clearance_der(*guard::from_hex(universal));
  const auto b = read_clearance_der(*guard::from_hex(context));
  EXPECT_EQ(a->tagging, ClearanceTagging::kUniversal);
  EXPECT_EQ(b->tagging, ClearanceTagging::kContext);
  EXPECT_EQ(a->clearance, b->clearance);
  EXPECT_EQ(a->clearance.policy(), oid("2.999.1"));
  EXPECT_EQ(a->clearance.classifications(), (std::vector<std::uint16_t>{1, 4}));
  EXPECT_EQ(a->clearance.categories().front(),
            *Category::make(oid("2.999.1.1"), CategoryKind::kRestrictive, {0}));
}

TEST(ClearanceDerForm, AMixtureOfTheTwoIsRefused) {
  EXPECT_EQ(verdict(sequence(kPolicyOid + "81020348")), "unexpected-tag 7");
  EXPECT_EQ(verdict(sequence(kPolicyTagged + "03020348")), "unexpected-tag 7");
  EXPECT_EQ(verdict(sequence(kPolicyTagged + set(category(0, tag_set(1), "03020780")))),
            "unexpected-tag 7");
}

TEST(ClearanceDerForm, TheDefaultClassListIsUnclassifiedAndIsNotWritten) {
  EXPECT_EQ(verdict(sequence(kPolicyOid)), "accepted");
  EXPECT_EQ(classes(sequence(kPolicyOid)), (std::vector<std::uint16_t>{1}));
  EXPECT_EQ(verdict(sequence(kPolicyOid + "03020640")), "default-written 7");
  EXPECT_EQ(verdict(sequence(kPolicyTagged + "81020640")), "default-written 7");
  EXPECT_EQ(verdict(sequence(kPolicyOid + set(category(0, tag_set(1), "03020780")))), "accepted");
}

TEST(ClearanceDerForm, AnEmptyClassListGrantsNothing) {
  EXPECT_EQ(verdict(sequence(kPolicyOid + "030100")), "accepted");
  EXPECT_TRUE(classes(sequence(kPolicyOid + "030100")).empty());
}

TEST(ClearanceDerForm, ClassificationsReachTo256) {
  const std::string zeros(2 * 32, '0');
  EXPECT_EQ(verdict(sequence(kPolicyOid + tlv("03", "07" + zeros + "80"))), "accepted");
  EXPECT_EQ(verdict(sequence(kPolicyOid + tlv("03", "06" + zeros + "40"))),
            "classification-range 7");
}

TEST(ClearanceDerForm, WhatIsNotDerIsRefused) {
  EXPECT_EQ(verdict(""), "truncated 0");
  EXPECT_EQ(verdict("3000"), "policy-missing 0");
  EXPECT_EQ(verdict("3100"), "unexpected-tag 0");
  EXPECT_EQ(verdict(sequence("03020348")), "unexpected-tag 2");
  EXPECT_EQ(verdict(sequence("0600")), "oid-malformed 2");
  EXPECT_EQ(verdict(sequence(kPolicyOid) + "00"), "trailing-bytes 7");
  EXPECT_EQ(verdict(sequence(kPolicyOid + "03020300")), "bit-string-trailing-zero 9");
  EXPECT_EQ(verdict(sequence(kPolicyOid + "03020749")), "bit-string-padding 9");
  EXPECT_EQ(verdict(sequence(kPolicyOid + "03020348" + "0500")), "unexpected-tag 11");
  EXPECT_EQ(verdict(sequence(kPolicyOid + "03020348" + set(""))), "no-categories 11");
  EXPECT_EQ(verdict(sequence(kPolicyOid + set(category(0, tag_set(1), "03020780")) + "0500")),
            "trailing-bytes 37");
  EXPECT_EQ(verdict(sequence(kPolicyOid + "03020348" + "03020348")), "unexpected-tag 11");
}

TEST(ClearanceDerForm, NamedTagSetsHaveNoPlaceForInformativeCategories) {
  const SecurityPolicy policy = test::example_policy();
  Clearance clearance(policy.id());
  ASSERT_TRUE(clearance.add(*Category::make(oid("2.999.7.5"), CategoryKind::kInformativeBits, {0}))
                  .has_value());
  EXPECT_TRUE(
      encode_clearance(clearance, ClearanceTagging::kUniversal, CategoryEncoding::kTagTypes, policy)
          .has_value());
  EXPECT_EQ(encode_clearance(clearance, ClearanceTagging::kUniversal,
                             CategoryEncoding::kNamedTagSets, policy)
                .error(),
            LabelReason::kInformative);
}

}  // namespace
}  // namespace labels::clearance_der_test
