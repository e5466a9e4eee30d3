#include "labels/icism.h"

#include <gtest/gtest.h>

#include <string>

#include "labels/samples_for_test.h"
#include "labels/xml_for_test.h"

namespace labels::icism_test {
namespace {

using test::oid;
using test::parsed;
using test::said;

const std::string kTable =
    "<icism-map xmlns='urn:xmpp-guard:icism-map:1' policy='TEST'>"
    "<classification token='U' name='LOW'/><classification token='S' name='MID'/>"
    "<tokens attribute='SCIcontrols' tag-set='Caveats'>"
    "<token name='RD' value='RED'/><token name='BL' value='BLUE'/></tokens>"
    "<tokens attribute='releasableTo' tag-set='Release' tag='Nations'>"
    "<token name='AAA' value='ALPHA'/><token name='BBB' value='BRAVO'/></tokens>"
    "<fixed attribute='ownerProducer' token='XAA'/></icism-map>";

IcismMap table() { return *read_icism_map("map.xml", kTable, test::test_policies()); }

std::string icism(const std::string& attributes) {
  return "<icismlabel xmlns='http://example.gov/IC-ISM/0' " + attributes + "/>";
}

std::string verdict(const std::string& attributes) {
  const schemas::Document document = parsed(icism(attributes));
  const auto read = read_icism_label(document.root(), table());
  if (!read) return std::string(to_string(read.error().reason)) + ": " + read.error().what;
  return *write_icism_label(*read, table());
}

TEST(IcismLabels, AreReadAndWrittenInOneSpelling) {
  const std::string canonical =
      "<icismlabel xmlns=\"http://example.gov/IC-ISM/0\" classification=\"S\" SCIcontrols=\"RD\" "
      "ownerProducer=\"XAA\" releasableTo=\"AAA BBB\"/>";
  EXPECT_EQ(verdict("releasableTo=' BBB  AAA' classification='S' ownerProducer='XAA' "
                    "SCIcontrols='RD'"),
            canonical);
  const schemas::Document document =
      parsed(icism("classification='S' ownerProducer='XAA' releasableTo='BBB'"));
  const auto label = read_icism_label(document.root(), table());
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(label->policy(), oid("2.999.7"));
  EXPECT_EQ(label->classification(), 7);
  EXPECT_EQ(label->categories().front(),
            *Category::make(oid("2.999.7.2"), CategoryKind::kPermissive, {1}));
}

TEST(IcismLabels, UnknownTokensAndAttributesAreRefused) {
  const std::string good = "classification='S' ownerProducer='XAA' ";
  EXPECT_NE(verdict(good).find("classification=\"S\""), std::string::npos);
  EXPECT_EQ(verdict("classification='TS' ownerProducer='XAA'"),
            "unknown-name: classification=\"TS\"");
  EXPECT_EQ(verdict("classification='S U' ownerProducer='XAA'"),
            "structure: classification=\"S U\"");
  EXPECT_EQ(verdict("classification='' ownerProducer='XAA'"), "structure: classification=\"\"");
  EXPECT_EQ(verdict(good + "releasableTo='CCC'"), "unknown-name: releasableTo=\"CCC\"");
  EXPECT_EQ(verdict(good + "releasableTo='aaa'"), "unknown-name: releasableTo=\"aaa\"");
  EXPECT_EQ(verdict(good + "releasableTo=''"), "category-empty: releasableTo=\"\"");
  EXPECT_EQ(verdict(good + "releasableTo='AAA AAA'"),
            "duplicate-value: releasableTo=\"AAA\" twice");
  EXPECT_EQ(verdict(good + "disseminationControls='NF'"),
            "unknown-name: disseminationControls=\"NF\"");
  EXPECT_EQ(verdict("classification='S'"), "structure: no ownerProducer");
  EXPECT_EQ(verdict("classification='S' ownerProducer='XBB'"), "structure: ownerProducer=\"XBB\"");
  EXPECT_TRUE(test::schema_refuses(icism(good + "other='A'")));
  EXPECT_TRUE(test::schema_refuses(icism("ownerProducer='XAA'")));
}

TEST(IcismLabels, WhatHasNoTokenIsNotWritten) {
  Label label(oid("2.999.7"));
  EXPECT_EQ(write_icism_label(label, table()).error(), LabelReason::kClassificationMissing);
  ASSERT_TRUE(label.set_classification(2).has_value());
  EXPECT_EQ(write_icism_label(label, table()).error(), LabelReason::kUnnamed);
  ASSERT_TRUE(label.set_classification(1).has_value());
  EXPECT_TRUE(write_icism_label(label, table()).has_value());
  Label mark = label;
  mark.set_privacy_mark(*PrivacyMark::of("STAFF"));
  EXPECT_EQ(write_icism_label(mark, table()).error(), LabelReason::kUnnamed);
  ASSERT_TRUE(
      label.add(*Category::make(oid("2.999.7.2"), CategoryKind::kPermissive, {0, 2})).has_value());
  EXPECT_EQ(write_icism_label(label, table()).error(), LabelReason::kUnnamed);
  EXPECT_EQ(write_icism_label(Label(oid("2.999.99")), table()).error(),
            LabelReason::kUnknownPolicy);
}

std::string table_verdict(const std::string& inside, const std::string& policy = "policy='TEST'") {
  const auto read = read_icism_map(
      "map.xml",
      "<icism-map xmlns='urn:xmpp-guard:icism-map:1' " + policy + ">" + inside + "</icism-map>",
      test::test_policies());
  return read ? "accepted" : read.error().what;
}

TEST(IcismTables, TheSampleIsGoodAndReadsALabel) {
  const PolicySet policies = *PolicySet::make({test::sample("national")});
  const auto map =
      read_icism_map("national-icism.xml", test::sample_text("national-icism"), policies);
  ASSERT_TRUE(map.has_value()) << map.error().to_string();
  const std::string label =
      "<icismlabel xmlns=\"http://example.gov/IC-ISM/0\" classification=\"S\" SCIcontrols=\"CR\" "
      "disseminationControls=\"EO\" ownerProducer=\"XAA\" releasableTo=\"DEU GBR\"/>";
  const schemas::Document document = parsed(label);
  const auto read = read_icism_label(document.root(), *map);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->classification(), 4);
  EXPECT_EQ(read->categories().size(), 2U);
  EXPECT_EQ(*write_icism_label(*read, *map), label);
}

TEST(IcismTables, AreChecked) {
  const std::string s = "<classification token='S' name='MID'/>";
  EXPECT_EQ(table_verdict(s), "accepted");
  EXPECT_EQ(table_verdict(s, "policy='OTHER'"), "the policy \"OTHER\"");
  EXPECT_EQ(table_verdict(s, ""), "no policy is named");
  EXPECT_EQ(table_verdict("<classification token='S' name='X'/>"),
            "classification \"X\" is not in the security policy");
  EXPECT_EQ(table_verdict(s + "<classification token='S' name='LOW'/>"),
            "a second token for \"LOW\", or a second meaning of \"S\"");
  EXPECT_EQ(table_verdict(s + "<classification token='T' name='MID'/>"),
            "a second token for \"MID\", or a second meaning of \"T\"");
  EXPECT_EQ(table_verdict("<fixed attribute='ownerProducer' token='X'/>"), "no classification");
  const std::string fixed = "<fixed attribute='ownerProducer' token='X'/>";
  EXPECT_EQ(table_verdict(s + fixed), "accepted");
  EXPECT_EQ(table_verdict(s + fixed + fixed), "the attribute ownerProducer is fixed twice");
  const auto tokens = [&](const std::string& inside, const std::string& attribute) {
    return table_verdict(s + fixed + "<tokens attribute='" + attribute + "' tag-set='Release'>" +
                         inside + "</tokens>");
  };
  EXPECT_EQ(tokens("<token name='A' value='ALPHA'/>", "releasableTo"), "accepted");
  EXPECT_EQ(tokens("<token name='A' value='ALPHA'/>", "ownerProducer"),
            "the attribute ownerProducer is fixed and has tokens too");
  EXPECT_EQ(
      tokens("<token name='A' value='ALPHA'/><token name='A' value='BRAVO'/>", "releasableTo"),
      "a second token for \"BRAVO\", or a second meaning of \"A\"");
  EXPECT_EQ(
      tokens("<token name='A' value='ALPHA'/><token name='B' value='ALPHA'/>", "releasableTo"),
      "a second token for \"ALPHA\", or a second meaning of \"B\"");
  EXPECT_EQ(tokens("<token name='A' value='X'/>", "releasableTo"),
            "category \"X\" is not in tag set \"Release\"");
}

TEST(IcismTables, AreRefusedWithLineAndColumn) {
  const auto read = read_icism_map("map.xml",
                                   "<icism-map xmlns='urn:xmpp-guard:icism-map:1' policy='TEST'>\n"
                                   "  <classification token='S' name='X'/>\n</icism-map>",
                                   test::test_policies());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().line, 2U);
  EXPECT_FALSE(read_icism_map("map.xml", "<icism-map", test::test_policies()).has_value());
  EXPECT_EQ(
      read_icism_map("map.xml", icism("classification='S'"), test::test_policies()).error().what,
      "the element icismlabel");
}

}  // namespace
}  // namespace labels::icism_test
