// Our own XML, of labels and of clearances.
#include "labels/plain_label.h"

#include <gtest/gtest.h>

#include <string>

#include "labels/plain_clearance.h"
#include "labels/xml_for_test.h"

namespace labels::plain_label_test {
namespace {

using test::oid;
using test::parsed;
using test::said;
using test::schema_refuses;

const std::string kNs = " xmlns='urn:xmpp-guard:label:1'";
const std::string kPolicy = " policy='TEST' policy-id='2.999.7'";

std::string verdict(const std::string& xml, const PolicySet& policies = test::test_policies()) {
  const schemas::Document document = parsed(xml);
  const auto read = read_plain_label(document.root(), policies);
  if (!read) return said(read.error());
  return *write_plain_label(*read, policies);
}
std::string label(const std::string& attributes, const std::string& inside = "") {
  return "<label" + kNs + attributes + ">" + inside + "</label>";
}

TEST(PlainLabel, SaysEverythingByName) {
  const std::string canonical =
      "<label xmlns=\"urn:xmpp-guard:label:1\" policy=\"TEST\" policy-id=\"2.999.7\" "
      "classification=\"MID\" privacy-mark=\"STAFF\" created=\"2026-01-31T12:00:00Z\" "
      "review=\"2036-01-31T12:00:00Z\">"
      "<category tag-set=\"Release\" tag=\"Nations\" value=\"ALPHA\"/>"
      "<category tag-set=\"Mixed\" tag=\"Must\" value=\"SAME\"/>"
      "<category tag-set=\"Reference\" tag=\"Reference\" value=\"NUMBER\" text=\"17 &lt; 18\"/>"
      "</label>";
  EXPECT_EQ(verdict(canonical), canonical);
  // The tag may be left out where the value is in one tag only; the order is free.
  EXPECT_EQ(verdict(label(" policy-id='2.999.7' classification='MID' privacy-mark='STAFF' "
                          "review='2036-01-31T12:00:00Z' created='2026-01-31T12:00:00.000Z'",
                          "<category tag-set='Reference' value='NUMBER' text='17 &lt; 18'/>"
                          "<category tag-set='Mixed' tag='Must' value='SAME'/>"
                          "<category tag-set='Release' value='ALPHA'/>")),
            canonical);
}

TEST(PlainLabel, MayBeWithoutAClassification) {
  EXPECT_EQ(
      verdict(label(kPolicy)),
      "<label xmlns=\"urn:xmpp-guard:label:1\" policy=\"TEST\" policy-id=\"2.999.7\"></label>");
}

TEST(PlainLabel, NamesItsPolicyUnlessThereIsOnlyOne) {
  EXPECT_EQ(verdict(label("")), "unknown-policy ");
  EXPECT_EQ(verdict(label(" policy='OTHER'")), "unknown-policy ");
  EXPECT_EQ(verdict(label(" policy-id='2.999.99'")), "unknown-policy ");
  EXPECT_EQ(verdict(label(" policy-id='x'")), "unknown-policy ");
  EXPECT_EQ(verdict(label(" policy='TEST' policy-id='2.999.8'")), "policy-names ");
  EXPECT_NE(verdict(label(" classification='LOW'"), *PolicySet::make({test::example_policy()}))
                .find("policy=\"TEST\""),
            std::string::npos);
}

TEST(PlainLabel, RefusesWhatThePolicyDoesNotName) {
  EXPECT_EQ(verdict(label(kPolicy + " classification='X'")), "unknown-name ");
  EXPECT_EQ(verdict(label(kPolicy + " privacy-mark='X'")), "unknown-name ");
  EXPECT_EQ(verdict(label(kPolicy + " created='2026-01-31'")), "time ");
  EXPECT_EQ(verdict(label(kPolicy + " review='soon'")), "time ");
  const auto category = [](const std::string& attributes) {
    return verdict(label(kPolicy, "<category " + attributes + "/>"));
  };
  EXPECT_EQ(category("tag-set='X' value='ALPHA'"), "unknown-name category[1]");
  EXPECT_EQ(category("tag-set='Release' tag='X' value='ALPHA'"), "unknown-name category[1]");
  EXPECT_EQ(category("tag-set='Release' value='X'"), "unknown-name category[1]");
  EXPECT_EQ(category("tag-set='Mixed' value='SAME'"), "unknown-name category[1]");  // in two tags
  EXPECT_EQ(verdict(label(kPolicy,
                          "<category tag-set='Release' value='ALPHA'/>"
                          "<category tag-set='Release' value='ALPHA'/>")),
            "duplicate-value category[2]");
  EXPECT_EQ(category("tag-set='Reference' value='NUMBER' text='a&#x9;b'"),
            "user-text-character category[1]");
}

TEST(PlainLabel, TheSchemaRefusesWhatIsNotOfIt) {
  EXPECT_FALSE(schema_refuses(label(kPolicy)));
  EXPECT_TRUE(schema_refuses(label(kPolicy + " other='1'")));
  EXPECT_TRUE(schema_refuses(label(kPolicy, "<other/>")));
  EXPECT_TRUE(schema_refuses(label(kPolicy, "<category tag-set='Release'/>")));
  EXPECT_TRUE(schema_refuses(label(kPolicy, "text")));
  EXPECT_TRUE(schema_refuses("<labels" + kNs + "/>"));
}

TEST(PlainLabel, WhatHasNoNameIsNotWritten) {
  const PolicySet policies = test::test_policies();
  EXPECT_EQ(write_plain_label(Label(oid("2.999.99")), policies).error(),
            LabelReason::kUnknownPolicy);
  Label label(oid("2.999.7"));
  ASSERT_TRUE(label.set_classification(99).has_value());
  EXPECT_EQ(write_plain_label(label, policies).error(), LabelReason::kUnnamed);
  Label mark(oid("2.999.7"));
  mark.set_privacy_mark(*PrivacyMark::of("X"));
  EXPECT_EQ(write_plain_label(mark, policies).error(), LabelReason::kUnnamed);
  for (const char* tag_set : {"2.999.7.1", "2.999.7.99"}) {
    Label value(oid("2.999.7"));
    ASSERT_TRUE(
        value.add(*Category::make(oid(tag_set), CategoryKind::kRestrictive, {9})).has_value());
    EXPECT_EQ(write_plain_label(value, policies).error(), LabelReason::kUnnamed);
  }
}

std::string faults(const std::string& inside) {
  const schemas::Document document =
      parsed("<clearance" + kNs + kPolicy + ">" + inside + "</clearance>");
  const auto read = read_plain_clearance(document.root(), test::example_policy());
  if (read) return "accepted";
  std::string all;
  for (const XmlFault& fault : read.error()) all += (all.empty() ? "" : ", ") + fault.path;
  return all;
}

TEST(PlainClearance, IsReadInTheWordsOfThePolicyFile) {
  const schemas::Document document =
      parsed("<clearance" + kNs + kPolicy +
             "><classifications from='LOW' to='MID'/><classification name='TOP'/>"
             "<category tag-set='Release' value='ALPHA'/>"
             "<category tag-set='Release' value='STAFF'/><categories tag-set='Caveats'/>"
             "</clearance>");
  const auto read = read_plain_clearance(document.root(), test::example_policy());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->classifications(), (std::vector<std::uint16_t>{1, 2, 7}));
  EXPECT_EQ(*read->find(oid("2.999.7.2"), CategoryKind::kPermissive),
            *Category::make(oid("2.999.7.2"), CategoryKind::kPermissive, {0, 2}));
  EXPECT_EQ(*read->find(oid("2.999.7.1"), CategoryKind::kRestrictive),
            *Category::make(oid("2.999.7.1"), CategoryKind::kRestrictive, {0, 1}));
}

TEST(PlainClearance, TellsEveryFaultWhereItIs) {
  EXPECT_EQ(faults("<classification name='LOW'/>"), "accepted");
  EXPECT_EQ(faults("<classification name='X'/><category tag-set='Release' value='ALPHA'/>"
                   "<category tag-set='Release' value='X'/>"),
            "classification[1], category[2]");
  EXPECT_EQ(faults("<classifications from='TOP' to='LOW'/>"), "classifications[1]");
  EXPECT_EQ(faults("<classifications from='LOW' to='MID'/><classifications from='LOW' to='TOP'/>"),
            "classifications[2]");
  EXPECT_EQ(faults("<classification name='LOW'/><category tag-set='Handling' value='BURN'/>"),
            "category[1]");
  // Faults of the whole stand at the whole.
  EXPECT_EQ(faults(""), "");
  EXPECT_EQ(faults("<classification name='LOW'/><classification name='LOW'/>"), "");
}

TEST(PlainClearance, WhatHasNoNameIsNotWritten) {
  const PolicySet policies = test::test_policies();
  EXPECT_EQ(write_plain_clearance(Clearance(oid("2.999.99")), policies).error(),
            LabelReason::kUnknownPolicy);
  Clearance clearance(oid("2.999.7"));
  EXPECT_EQ(write_plain_clearance(clearance, policies).error(),
            LabelReason::kClassificationMissing);
  ASSERT_TRUE(clearance.add_classification(1).has_value());
  Clearance informative = clearance;
  ASSERT_TRUE(
      informative.add(*Category::make(oid("2.999.7.5"), CategoryKind::kInformativeBits, {0}))
          .has_value());
  EXPECT_EQ(write_plain_clearance(informative, policies).error(), LabelReason::kInformative);
  Clearance value = clearance;
  ASSERT_TRUE(
      value.add(*Category::make(oid("2.999.7.1"), CategoryKind::kRestrictive, {9})).has_value());
  EXPECT_EQ(write_plain_clearance(value, policies).error(), LabelReason::kUnnamed);
  ASSERT_TRUE(clearance.add_classification(99).has_value());
  EXPECT_EQ(write_plain_clearance(clearance, policies).error(), LabelReason::kUnnamed);
}

}  // namespace
}  // namespace labels::plain_label_test
