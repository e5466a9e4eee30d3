// Labels and clearances whose categories are wrapped by tag set, as SDN.801c has them.
#include "labels/sdn801c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "guard/base/hex.h"
#include "labels/clearance_der.h"
#include "labels/der_writer_for_test.h"
#include "labels/ess.h"
#include "labels/example_policy_for_test.h"

namespace labels::sdn801c_test {
namespace {

using test::oid;
using test::sequence;
using test::set;
using test::tlv;

// The policy 2.999.7 of example_policy_for_test.h, and its tag sets 2.999.7.1 to .6.
const std::string kTestPolicy = "0603883707";
std::string tag_set_of_policy(std::size_t number) {
  return tlv("06", "883707" + test::hex_octet(number));
}

std::string wrapped(const std::string& arc, const std::string& named_tag_sets) {
  return set(sequence(tlv("80", "6086480165020108" + arc) + tlv("a1", set(named_tag_sets))));
}
std::string label_of(const std::string& named_tag_sets) {
  return set("020107" + kTestPolicy + wrapped("01", named_tag_sets));
}
std::string named(std::size_t number, const std::string& tags) {
  return sequence(tag_set_of_policy(number) + sequence(tags));
}

std::string verdict(std::string_view hex) {
  const guard::Bytes der = *guard::from_hex(hex);
  const auto read = read_ess(der);
  if (!read) return std::string(to_string(read.error().reason));
  EXPECT_EQ(guard::to_hex(encode_ess(*read)), hex);
  EXPECT_EQ(read->encoding, CategoryEncoding::kNamedTagSets);
  return "accepted";
}

const std::string kBit0 = "03020780";
const std::string kRestrictive0 = tlv("a1", kBit0);
const std::string kPermissive0 = tlv("a6", kBit0);

TEST(NamedTagSets, EveryTagIsReadAndWrittenAgain) {
  EXPECT_EQ(verdict(label_of(named(1, kRestrictive0))), "accepted");
  EXPECT_EQ(verdict(label_of(named(2, kPermissive0))), "accepted");
  EXPECT_EQ(verdict(label_of(named(3, tlv("a2", set("020164"))))), "accepted");
  EXPECT_EQ(verdict(label_of(named(5, tlv("a7", kBit0)))), "accepted");
  EXPECT_EQ(verdict(label_of(named(5, tlv("a7", set("020111"))))), "accepted");
  EXPECT_EQ(verdict(label_of(named(6, kRestrictive0 + kPermissive0))), "accepted");
  EXPECT_EQ(verdict(label_of(named(1, kRestrictive0) + named(2, kPermissive0))), "accepted");
}

TEST(NamedTagSets, BitmapsAreCategoriesAtOnce) {
  const auto label = decode_ess(*guard::from_hex(label_of(named(6, kRestrictive0 + kPermissive0))));
  ASSERT_TRUE(label.has_value());
  ASSERT_EQ(label->categories().size(), 2U);
  EXPECT_EQ(label->categories()[0],
            *Category::make(oid("2.999.7.6"), CategoryKind::kRestrictive, {0}));
  EXPECT_EQ(label->categories()[1],
            *Category::make(oid("2.999.7.6"), CategoryKind::kPermissive, {0}));
}

TEST(NamedTagSets, ThePolicySaysWhatAnEnumeratedTagIs) {
  const SecurityPolicy policy = test::example_policy();
  const guard::Bytes permissive = *guard::from_hex(label_of(named(3, tlv("a2", set("020164")))));
  EXPECT_EQ(decode_ess(permissive).error(), (LabelError{0, LabelReason::kEnumeratedOpen}));
  const auto read = read_ess(permissive);
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->label.categories().empty());
  ASSERT_EQ(read->open.size(), 1U);
  const auto label = decode_ess(permissive, policy);
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(label->categories().front(),
            *Category::make(oid("2.999.7.3"), CategoryKind::kEnumeratedPermissive, {100}));

  const guard::Bytes restrictive = *guard::from_hex(label_of(named(4, tlv("a2", set("020203e8")))));
  EXPECT_EQ(decode_ess(restrictive, policy)->categories().front(),
            *Category::make(oid("2.999.7.4"), CategoryKind::kEnumeratedRestrictive, {1000}));

  // Neither a tag set without enumerated tags nor one that nobody knows.
  for (const std::size_t number : {std::size_t{1}, std::size_t{9}}) {
    const guard::Bytes other = *guard::from_hex(label_of(named(number, tlv("a2", set("020164")))));
    EXPECT_EQ(decode_ess(other, policy).error().reason, LabelReason::kEnumeratedOpen);
  }
}

// A tag set with enumerated tags of both kinds: 1 and 2 permissive, 2 and 3 restrictive.
SecurityPolicy policy_with_both() {
  PolicyContent content = test::example_content();
  content.tag_sets.push_back(
      {.name = "Both",
       .id = oid("2.999.7.7"),
       .tags = {test::tag("May", CategoryKind::kEnumeratedPermissive, {{"A", 1}, {"B", 2}}),
                test::tag("Must", CategoryKind::kEnumeratedRestrictive, {{"B", 2}, {"C", 3}})},
       .place = {}});
  return *SecurityPolicy::make(content);
}

TEST(NamedTagSets, ValuesTellTheKindWhereATagSetHasBoth) {
  const SecurityPolicy policy = policy_with_both();
  const auto settled = [&](std::vector<std::uint32_t> values) {
    return settle(EnumeratedTag{.tag_set = oid("2.999.7.7"), .values = std::move(values)}, policy);
  };
  EXPECT_EQ(settled({1})->kind(), CategoryKind::kEnumeratedPermissive);
  EXPECT_EQ(settled({1, 2})->kind(), CategoryKind::kEnumeratedPermissive);
  EXPECT_EQ(settled({3})->kind(), CategoryKind::kEnumeratedRestrictive);
  EXPECT_EQ(settled({2}).error(), LabelReason::kEnumeratedOpen);     // both
  EXPECT_EQ(settled({1, 3}).error(), LabelReason::kEnumeratedOpen);  // neither
  EXPECT_EQ(settled({4}).error(), LabelReason::kEnumeratedOpen);     // neither
}

TEST(NamedTagSets, WhatCannotBeToldApartIsNotWritten) {
  const SecurityPolicy policy = policy_with_both();
  const auto written = [&](CategoryKind kind, std::uint32_t value) {
    Label label(policy.id());
    EXPECT_TRUE(label.add(*Category::make(oid("2.999.7.7"), kind, {value})).has_value());
    return encode_ess(label, CategoryEncoding::kNamedTagSets, policy);
  };
  EXPECT_TRUE(written(CategoryKind::kEnumeratedPermissive, 1).has_value());
  EXPECT_TRUE(written(CategoryKind::kEnumeratedRestrictive, 3).has_value());
  EXPECT_EQ(written(CategoryKind::kEnumeratedPermissive, 2).error(), LabelReason::kEnumeratedOpen);
  EXPECT_EQ(written(CategoryKind::kEnumeratedRestrictive, 1).error(), LabelReason::kEnumeratedOpen);
}

TEST(NamedTagSets, TwoEnumeratedTagsOfOneTagSetArePossibleAndThreeAreNot) {
  const SecurityPolicy policy = policy_with_both();
  const auto tag = [](const char* value) { return tlv("a2", set(value)); };
  const std::string two = label_of(named(7, tag("020101") + tag("020103")));
  EXPECT_EQ(verdict(two), "accepted");
  const auto label = decode_ess(*guard::from_hex(two), policy);
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(label->categories().size(), 2U);
  EXPECT_EQ(guard::to_hex(*encode_ess(*label, CategoryEncoding::kNamedTagSets, policy)), two);
  EXPECT_EQ(verdict(label_of(named(7, tag("020101") + tag("020102") + tag("020103")))),
            "duplicate-category");
  // Two that settle to the same kind are one category twice.
  const std::string same = label_of(named(7, tag("020101") + tlv("a2", set("020101020102"))));
  EXPECT_EQ(verdict(same), "accepted");
  EXPECT_EQ(decode_ess(*guard::from_hex(same), policy).error().reason,
            LabelReason::kDuplicateCategory);
}

TEST(NamedTagSets, WhatIsNotTheirStructureIsRefused) {
  // securityLevel
  EXPECT_EQ(verdict(label_of(named(1, tlv("a1", "020101" + kBit0)))), "security-level");
  // LrbacInfo, the other form of the type
  EXPECT_EQ(
      verdict(set(kTestPolicy +
                  set(sequence(tlv("80", "608648016502010801") +
                               tlv("a1", sequence(kTestPolicy + set(named(1, kRestrictive0)))))))),
      "unexpected-tag");
  EXPECT_EQ(verdict(label_of("")), "no-categories");
  EXPECT_EQ(verdict(label_of(named(1, ""))), "category-empty");
  EXPECT_EQ(verdict(label_of(named(1, tlv("a1", "030100")))), "category-empty");
  EXPECT_EQ(verdict(label_of(named(1, tlv("a1", "")))), "truncated");
  EXPECT_EQ(verdict(label_of(named(1, tlv("a1", kBit0 + kBit0)))), "trailing-bytes");
  EXPECT_EQ(verdict(label_of(named(1, tlv("a1", set("020101"))))), "unexpected-tag");
  EXPECT_EQ(verdict(label_of(named(3, tlv("a2", kBit0)))), "unexpected-tag");
  EXPECT_EQ(verdict(label_of(named(3, tlv("a2", set(""))))), "category-empty");
  EXPECT_EQ(verdict(label_of(named(5, tlv("a7", "020101")))), "unexpected-tag");
  EXPECT_EQ(verdict(label_of(named(5, tlv("a7", "")))), "truncated");
  EXPECT_EQ(verdict(label_of(named(1, tlv("a3", kBit0)))), "unexpected-tag");
  EXPECT_EQ(verdict(label_of(named(1, tlv("81", "0780")))), "unexpected-tag");
  EXPECT_EQ(verdict(label_of(sequence(tag_set_of_policy(1) + sequence(kRestrictive0) + "0500"))),
            "trailing-bytes");
  EXPECT_EQ(verdict(label_of(sequence(sequence(kRestrictive0)))), "unexpected-tag");
}

TEST(NamedTagSets, OrderIsDersAndNothingStandsTwice) {
  EXPECT_EQ(verdict(label_of(named(2, kPermissive0) + named(1, kRestrictive0))), "set-order");
  EXPECT_EQ(verdict(label_of(named(6, kPermissive0 + kRestrictive0))), "set-order");
  EXPECT_EQ(verdict(label_of(named(1, kRestrictive0) + named(1, kRestrictive0))),
            "duplicate-category");
  EXPECT_EQ(verdict(label_of(named(1, kRestrictive0 + kRestrictive0))), "duplicate-category");
  EXPECT_EQ(verdict(label_of(named(1, kRestrictive0 + tlv("a1", "03020640")))), "set-order");
  EXPECT_EQ(verdict(label_of(named(1, tlv("a1", "03020640") + kRestrictive0))),
            "duplicate-category");
  // A tag set under two names.
  EXPECT_EQ(verdict(label_of(named(1, kRestrictive0) + named(1, kPermissive0))),
            "duplicate-category");
}

TEST(NamedTagSets, DoNotStandBesideTagTypesOrTwice) {
  const std::string one =
      sequence(tlv("80", "608648016502010801") + tlv("a1", set(named(1, kRestrictive0))));
  const std::string longer = sequence(tlv("80", "608648016502010801") +
                                      tlv("a1", set(named(1, kRestrictive0 + kPermissive0))));
  const std::string tag_type = test::category(0, "88370702", kBit0);
  const std::string long_tag_type =
      test::category(0, "88370702", tlv("03", "00" + std::string(64, 'f')));
  EXPECT_EQ(verdict(set(kTestPolicy + set(one))), "accepted");
  EXPECT_EQ(verdict(set(kTestPolicy + set(one + longer))), "mixed-encodings");
  EXPECT_EQ(verdict(set(kTestPolicy + set(one + long_tag_type))), "mixed-encodings");
  EXPECT_EQ(verdict(set(kTestPolicy + set(tag_type + longer))), "mixed-encodings");
}

TEST(NamedTagSets, AtMost64Categories) {
  const auto many = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 1; i <= count; ++i) all += named(i, kRestrictive0);
    return label_of(all);
  };
  EXPECT_EQ(verdict(many(64)), "accepted");
  EXPECT_EQ(verdict(many(65)), "too-many-categories");
}

TEST(NamedTagSets, OfAClearanceDiffer) {
  const auto clearance = [](const std::string& tags) {
    return sequence(kTestPolicy + wrapped("02", named(6, tags)));
  };
  const auto verdict_of = [](const std::string& hex) -> std::string {
    const auto read = read_clearance_der(*guard::from_hex(hex));
    if (!read) return std::string(to_string(read.error().reason));
    EXPECT_EQ(guard::to_hex(encode_clearance(*read)), hex);
    return "accepted";
  };
  const std::string restrictive = tlv("81", "0780");
  const std::string permissive = tlv("86", "0780");
  EXPECT_EQ(verdict_of(clearance(restrictive + permissive)), "accepted");
  EXPECT_EQ(verdict_of(clearance(tlv("a2", "020101"))), "accepted");
  // The tags of a label, the type of a label, and what only a label may say.
  EXPECT_EQ(verdict_of(clearance(kRestrictive0)), "unexpected-tag");
  EXPECT_EQ(verdict_of(clearance(tlv("a7", kBit0))), "unexpected-tag");
  EXPECT_EQ(verdict_of(sequence(kTestPolicy + wrapped("01", named(6, restrictive)))),
            "unknown-category");
  EXPECT_EQ(verdict(set(kTestPolicy + wrapped("02", named(6, kRestrictive0)))), "unknown-category");
}

TEST(NamedTagSets, AndTagTypesSayTheSame) {
  const SecurityPolicy policy = test::example_policy();
  std::mt19937 random(20260131);
  for (int round = 0; round < 2'000; ++round) {
    Label label(policy.id());
    Clearance clearance(policy.id());
    for (const TagSet& tag_set : policy.tag_sets()) {
      for (const Tag& tag : tag_set.tags) {
        std::vector<std::uint32_t> values;
        for (const TagCategory& one : tag.categories) {
          if (random() % 2 == 0) values.push_back(one.lacv);
        }
        auto category = Category::make(tag_set.id, tag.kind, values);
        if (!category) continue;
        if (label.find(tag_set.id, tag.kind) != nullptr) continue;
        ASSERT_TRUE(label.add(*category).has_value());
        if (rule_of(tag.kind) != CategoryRule::kInformative) {
          ASSERT_TRUE(clearance.add(*category).has_value());
        }
      }
    }
    const auto der = encode_ess(label, CategoryEncoding::kNamedTagSets, policy);
    ASSERT_TRUE(der.has_value());
    const auto again = decode_ess(*der, policy);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again, label);
    for (const auto tagging : {ClearanceTagging::kUniversal, ClearanceTagging::kContext}) {
      for (const auto encoding : {CategoryEncoding::kTagTypes, CategoryEncoding::kNamedTagSets}) {
        const auto octets = encode_clearance(clearance, tagging, encoding, policy);
        ASSERT_TRUE(octets.has_value());
        auto read = read_clearance_der(*octets);
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read->tagging, tagging);
        EXPECT_EQ(*settle(*std::move(read), policy), clearance);
      }
    }
  }
}

}  // namespace
}  // namespace labels::sdn801c_test
