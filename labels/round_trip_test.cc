// The property of every format: what it writes of a label or clearance is read as the same again,
// for random ones of the sample policies; and it writes them in one spelling.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "guard/base/base64.h"
#include "guard/base/hex.h"
#include "labels/binding_4778.h"
#include "labels/example_policy_for_test.h"
#include "labels/label_reading.h"
#include "labels/label_writing.h"
#include "labels/losses.h"
#include "labels/random_label_for_test.h"
#include "labels/samples_for_test.h"

namespace labels::round_trip_test {
namespace {

constexpr int kRounds = 300;

// The policies of the samples, and TEST, which has every kind of tag, a text, and NATO's rules.
std::vector<SecurityPolicy> policies() {
  std::vector<SecurityPolicy> all;
  for (const std::string_view name : test::kSamples) all.push_back(test::sample(name));
  PolicyContent content = test::example_content();
  content.tag_sets.push_back({.name = "Reference",
                              .id = test::oid("2.999.7.8"),
                              .tags = {test::tag("Reference", CategoryKind::kInformativeValues,
                                                 {{"NUMBER", 1}, {"OTHER", 2}})},
                              .place = {}});
  content.tag_sets.back().tags[0].categories[0].user_input = UserInput::kString;
  all.push_back(*SecurityPolicy::make(content));
  content.name = "NATO";
  content.id = test::oid("2.999.8");
  all.push_back(*SecurityPolicy::make(content));
  return all;
}

// What a label becomes in a format that does not carry all of it.
Label without_losses(const Label& label, LabelFormat format) {
  if (losses(label, format).empty()) return label;
  Label plain(label.policy());
  if (label.classification()) (void)plain.set_classification(*label.classification());
  if (label.privacy_mark()) plain.set_privacy_mark(*label.privacy_mark());
  for (const Category& category : label.categories()) (void)plain.add(category);
  return plain;
}

std::string spelled(const guard::Bytes& octets, Spelling spelling) {
  if (spelling == Spelling::kBase64) return guard::to_base64(octets) + "\n";
  if (spelling == Spelling::kHex) return guard::to_hex(octets) + "\n";
  return std::string(guard::as_text(octets));
}

TEST(RoundTrip, OfLabelsInEveryFormat) {
  const PolicySet set = *PolicySet::make(policies());
  LabelReader reader(set);
  for (const PolicyNames& names : set.policies()) {
    test::RandomLabels random(names.policy(), 11);
    for (int round = 0; round < kRounds; ++round) {
      const Label label = random.label();
      for (const LabelFormat format :
           {LabelFormat::kEss, LabelFormat::k4774, LabelFormat::kXep0258, LabelFormat::kPlain}) {
        const auto written = write_label(label, {.format = format}, set);
        ASSERT_TRUE(written.has_value()) << to_string(format) << " " << why(written.error());
        auto read = reader.read_label("label", *written);
        ASSERT_TRUE(read.has_value()) << read.error().to_string() << "\n"
                                      << guard::as_text(*written);
        ASSERT_TRUE(read->label.has_value());
        EXPECT_EQ(*read->label, without_losses(label, format)) << guard::as_text(*written);
        if (format != LabelFormat::kXep0258) {
          EXPECT_EQ(read->format, format);
        }
        EXPECT_EQ(*write_label(*read->label, {.format = format}, set),
                  *write_label(without_losses(label, format), {.format = format}, set));
      }
    }
  }
}

TEST(RoundTrip, OfEssInEverySpellingAndEncoding) {
  const PolicySet set = *PolicySet::make(policies());
  LabelReader reader(set);
  for (const PolicyNames& names : set.policies()) {
    test::RandomLabels random(names.policy(), 12);
    for (int round = 0; round < kRounds; ++round) {
      const Label label = without_losses(random.label(), LabelFormat::kEss);
      for (const CategoryEncoding encoding :
           {CategoryEncoding::kTagTypes, CategoryEncoding::kNamedTagSets}) {
        const auto der = write_label(label, {.encoding = encoding}, set);
        ASSERT_TRUE(der.has_value());
        for (const Spelling spelling : {Spelling::kRaw, Spelling::kBase64, Spelling::kHex}) {
          const auto read = reader.read_label("label", guard::as_bytes(spelled(*der, spelling)));
          ASSERT_TRUE(read.has_value()) << read.error().to_string();
          EXPECT_EQ(read->spelling, spelling);
          EXPECT_EQ(*read->label, label);
          if (!label.categories().empty()) {
            EXPECT_EQ(read->encoding, encoding);
          }
        }
      }
    }
  }
}

// What the mapping table has tokens for; the label keeps the rest to itself.
Label with_tokens_only(const Label& label, const IcismMap& map) {
  Label plain(label.policy());
  (void)plain.set_classification(*label.classification());
  for (const Category& category : label.categories()) {
    std::vector<std::uint32_t> values;
    for (const std::uint32_t value : category.values()) {
      const IcismValue wanted{category.tag_set(), category.kind(), value};
      if (std::ranges::any_of(map.values, [&](const auto& one) { return one.second == wanted; })) {
        values.push_back(value);
      }
    }
    if (!values.empty()) {
      (void)plain.add(*Category::make(category.tag_set(), category.kind(), std::move(values)));
    }
  }
  return plain;
}

TEST(RoundTrip, OfIcismThroughTheMappingTable) {
  const PolicySet set = *PolicySet::make({test::sample("national")});
  const IcismMap map = *read_icism_map("map.xml", test::sample_text("national-icism"), set);
  LabelReader reader(set, map);
  test::RandomLabels random(set.policies().front().policy(), 14);
  std::size_t several = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Label label = with_tokens_only(random.label(), map);
    if (label.categories().size() > 1) ++several;
    const auto written = write_label(label, {.format = LabelFormat::kIcism, .icism = &map}, set);
    ASSERT_TRUE(written.has_value()) << why(written.error());
    const auto read = reader.read_label("label", *written);
    ASSERT_TRUE(read.has_value()) << read.error().to_string() << "\n" << guard::as_text(*written);
    EXPECT_EQ(read->format, LabelFormat::kIcism);
    EXPECT_EQ(*read->label, label) << guard::as_text(*written);
    EXPECT_EQ(*write_label(*read->label, {.format = LabelFormat::kIcism, .icism = &map}, set),
              *written);
  }
  EXPECT_GT(several, std::size_t{kRounds} / 10);
}

// A label, up to two alternatives and up to two of metadata, in one binding.
TEST(RoundTrip, OfBindings) {
  const PolicySet set = *PolicySet::make(policies());
  LabelReader reader(set);
  std::vector<test::RandomLabels> random;
  for (const PolicyNames& names : set.policies()) random.emplace_back(names.policy(), 15);
  for (std::size_t round = 0; round < kRounds; ++round) {
    std::size_t next = round;
    const auto any = [&] { return random[next++ % random.size()].label(); };
    std::vector<Label4774> labels{{.role = Role4774::kOriginator, .label = any()}};
    for (std::size_t i = 0; i < round % 3; ++i) {
      labels.push_back({.role = Role4774::kAlternative, .label = any()});
    }
    for (std::size_t i = 0; i < round / 3 % 3; ++i) {
      labels.push_back({.role = Role4774::kMetadata, .label = any()});
    }
    const auto written = write_binding_4778(labels, "#message", set);
    ASSERT_TRUE(written.has_value()) << why(written.error());
    const auto read = reader.read_label("binding", guard::as_bytes(*written));
    ASSERT_TRUE(read.has_value()) << read.error().to_string() << "\n" << *written;
    std::vector<Label4774> again{{.role = Role4774::kOriginator, .label = *read->label}};
    for (const Label& one : read->equivalents) {
      again.push_back({.role = Role4774::kAlternative, .label = one});
    }
    for (const Label& one : read->metadata) {
      again.push_back({.role = Role4774::kMetadata, .label = one});
    }
    EXPECT_EQ(again, labels) << *written;
    EXPECT_EQ(*write_binding_4778(again, "#message", set), *written);
  }
}

TEST(RoundTrip, OfClearancesInEveryFormat) {
  const PolicySet set = *PolicySet::make(policies());
  LabelReader reader(set);
  for (const PolicyNames& names : set.policies()) {
    test::RandomLabels random(names.policy(), 13);
    for (int round = 0; round < kRounds; ++round) {
      const Clearance clearance = random.clearance();
      for (const ClearanceFormat format : {ClearanceFormat::kDer, ClearanceFormat::kDerContext,
                                           ClearanceFormat::k4774, ClearanceFormat::kPlain}) {
        const auto written = write_clearance(clearance, format, set);
        ASSERT_TRUE(written.has_value()) << why(written.error());
        const auto read = reader.read_clearance("clearance", *written);
        ASSERT_TRUE(read.has_value()) << read.error().to_string() << "\n"
                                      << guard::as_text(*written);
        EXPECT_EQ(read->clearance, clearance) << guard::as_text(*written);
        if (format == ClearanceFormat::k4774 || format == ClearanceFormat::kPlain) continue;
        for (const Spelling spelling : {Spelling::kBase64, Spelling::kHex}) {
          const auto again =
              reader.read_clearance("clearance", guard::as_bytes(spelled(*written, spelling)));
          ASSERT_TRUE(again.has_value()) << again.error().to_string();
          EXPECT_EQ(again->clearance, clearance);
        }
      }
    }
  }
}

}  // namespace
}  // namespace labels::round_trip_test
