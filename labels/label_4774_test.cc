#include "labels/label_4774.h"

#include <gtest/gtest.h>

#include <string>

#include "labels/xml_for_test.h"

namespace labels::label_4774_test {
namespace {

using test::information;
using test::kSlab;
using test::kTestLow;
using test::oid;
using test::originator_label;
using test::parsed;
using test::said;
using test::schema_refuses;

// The label as it is written again, or why it is refused.
std::string verdict(const std::string& xml) {
  const PolicySet policies = test::test_policies();
  const schemas::Document document = parsed(xml);
  const auto read = read_label_4774(document.root(), policies);
  if (!read) return said(read.error());
  const auto written = write_label_4774(*read, policies);
  EXPECT_TRUE(written.has_value());
  const schemas::Document again = parsed(*written);
  EXPECT_EQ(*read_label_4774(again.root(), policies), *read);
  return *written;
}

std::string with(const std::string& categories) {
  return originator_label(information(kTestLow + categories));
}

TEST(Adatp4774, EverythingOfALabelIsReadAndWrittenInOneSpelling) {
  const std::string canonical =
      "<originatorConfidentialityLabel xmlns=\"" + kSlab +
      "\" Id=\"a\" ReviewDateTime=\"2036-01-31T12:00:00Z\"><ConfidentialityInformation>"
      "<PolicyIdentifier URI=\"urn:oid:2.999.7\">TEST</PolicyIdentifier>"
      "<Classification>MID</Classification><PrivacyMark>STAFF</PrivacyMark>"
      "<Category TagName=\"Caveats\" Type=\"RESTRICTIVE\" URI=\"urn:oid:2.999.7.1\">"
      "<GenericValue>RED</GenericValue><GenericValue>BLUE</GenericValue></Category>"
      "<Category TagName=\"Release\" Type=\"PERMISSIVE\" URI=\"urn:oid:2.999.7.2\">"
      "<GenericValue>ALPHA</GenericValue><GenericValue>STAFF</GenericValue></Category>"
      "<Category TagName=\"Reference\" Type=\"INFORMATIVE\" URI=\"urn:oid:2.999.7.8\">"
      "<GenericValue>17/4 &amp; 5</GenericValue></Category></ConfidentialityInformation>"
      "<OriginatorID IDType=\"rfc822Name\">a@example.org</OriginatorID>"
      "<CreationDateTime>2026-01-31T12:00:00.5Z</CreationDateTime>"
      "</originatorConfidentialityLabel>";
  EXPECT_EQ(verdict(canonical), canonical);
  // Other prefixes, quotes, order of attributes and categories, a category in two, white space.
  const std::string other =
      "<s:originatorConfidentialityLabel ReviewDateTime='2036-01-31T13:00:00+01:00' Id='a' "
      "xmlns:s='" +
      kSlab +
      "'>\n <s:ConfidentialityInformation>\n"
      "<s:PolicyIdentifier>\n TEST </s:PolicyIdentifier><s:Classification> MID </s:Classification>"
      "<s:PrivacyMark>STAFF</s:PrivacyMark>"
      "<s:Category Type='PERMISSIVE' TagName='Release'><s:GenericValue>STAFF</s:GenericValue>"
      "</s:Category>"
      "<s:Category Type='INFORMATIVE' TagName='Reference'><s:GenericValue>17/4 &#38; 5"
      "</s:GenericValue></s:Category>"
      "<s:Category TagName='Caveats' Type='RESTRICTIVE'><s:GenericValue>BLUE</s:GenericValue>"
      "<s:GenericValue>RED</s:GenericValue></s:Category>"
      "<s:Category Type='PERMISSIVE' TagName='Release'><s:GenericValue>ALPHA</s:GenericValue>"
      "</s:Category></s:ConfidentialityInformation>"
      "<s:OriginatorID IDType='rfc822Name'>a@example.org</s:OriginatorID>"
      "<s:CreationDateTime>2026-01-31T12:00:00.500Z</s:CreationDateTime>"
      "</s:originatorConfidentialityLabel>";
  EXPECT_EQ(verdict(other), canonical);
}

TEST(Adatp4774, AllRolesAndTheNameOfOldAreRead) {
  const PolicySet policies = test::test_policies();
  const auto role = [&](const std::string& name) {
    const schemas::Document document =
        parsed("<" + name + " xmlns='" + kSlab + "'>" + information(kTestLow) + "</" + name + ">");
    return read_label_4774(document.root(), policies)->role;
  };
  EXPECT_EQ(role("originatorConfidentialityLabel"), Role4774::kOriginator);
  EXPECT_EQ(role("ConfidentialityLabel"), Role4774::kOriginator);
  EXPECT_EQ(role("alternativeConfidentialityLabel"), Role4774::kAlternative);
  EXPECT_EQ(role("metadataConfidentialityLabel"), Role4774::kMetadata);
  EXPECT_TRUE(schema_refuses("<otherConfidentialityLabel xmlns='" + kSlab + "'/>"));
}

TEST(Adatp4774, SuccessionIsKept) {
  const std::string successor =
      "<SuccessionHandling><SuccessionDateTime>2030-01-01T00:00:00Z</SuccessionDateTime>"
      "<SuccessorConfidentialityLabel Id=\"b\"><ConfidentialityInformation>"
      "<PolicyIdentifier URI=\"urn:oid:2.999.7\">TEST</PolicyIdentifier>"
      "<Classification>LOW</Classification></ConfidentialityInformation>"
      "<CreationDateTime>2026-01-31T12:00:00Z</CreationDateTime>"
      "</SuccessorConfidentialityLabel></SuccessionHandling>";
  const std::string written = verdict(originator_label(information(kTestLow) + successor));
  EXPECT_NE(written.find(successor), std::string::npos) << written;
  EXPECT_EQ(verdict(originator_label(
                information(kTestLow) +
                "<SuccessionHandling><SuccessionDateTime>soon</SuccessionDateTime>"
                "<SuccessorConfidentialityLabel>" +
                information(kTestLow) + "</SuccessorConfidentialityLabel></SuccessionHandling>")),
            "time SuccessionHandling[1]/SuccessionDateTime[1]");
  EXPECT_EQ(verdict(originator_label(
                information(kTestLow) +
                "<SuccessionHandling><SuccessionDateTime>2030-01-01T00:00:00Z</SuccessionDateTime>"
                "<SuccessorConfidentialityLabel>" +
                information("<PolicyIdentifier>TEST</PolicyIdentifier><Classification>X"
                            "</Classification>") +
                "</SuccessorConfidentialityLabel></SuccessionHandling>")),
            "unknown-name SuccessionHandling[1]/SuccessorConfidentialityLabel[1]/"
            "ConfidentialityInformation[1]/Classification[1]");
}

TEST(Adatp4774, UnknownAndContradictoryNamesAreRefusedWithTheirPlace) {
  const std::string in = "ConfidentialityInformation[1]";
  const auto policy = [](const std::string& identifier, const std::string& classification = "LOW") {
    return verdict(originator_label(
        information(identifier + "<Classification>" + classification + "</Classification>")));
  };
  EXPECT_EQ(policy("<PolicyIdentifier>OTHER</PolicyIdentifier>"),
            "unknown-policy " + in + "/PolicyIdentifier[1]");
  EXPECT_EQ(policy("<PolicyIdentifier>test</PolicyIdentifier>"),
            "unknown-policy " + in + "/PolicyIdentifier[1]");
  EXPECT_EQ(policy("<PolicyIdentifier URI='urn:oid:2.999.99'>TEST</PolicyIdentifier>"),
            "unknown-policy " + in + "/PolicyIdentifier[1]");
  EXPECT_EQ(policy("<PolicyIdentifier URI='2.999.7'>TEST</PolicyIdentifier>"),
            "unknown-policy " + in + "/PolicyIdentifier[1]");
  EXPECT_EQ(policy("<PolicyIdentifier URI='urn:oid:2.999.8'>TEST</PolicyIdentifier>"),
            "policy-names " + in + "/PolicyIdentifier[1]");
  EXPECT_EQ(policy("<PolicyIdentifier>TEST</PolicyIdentifier>", "NONE"),
            "unknown-name " + in + "/Classification[1]");
  EXPECT_EQ(policy("<PolicyIdentifier>TEST</PolicyIdentifier>", "low"),
            "unknown-name " + in + "/Classification[1]");
  const std::string good =
      "<Category Type='PERMISSIVE' TagName='Release'>"
      "<GenericValue>ALPHA</GenericValue></Category>";
  EXPECT_EQ(verdict(with(good + "<Category Type='PERMISSIVE' TagName='Nothing'>"
                                "<GenericValue>ALPHA</GenericValue></Category>")),
            "unknown-name " + in + "/Category[2]");
  EXPECT_EQ(verdict(with("<Category Type='PERMISSIVE' TagName='Release'>"
                         "<GenericValue>ALPHA</GenericValue><GenericValue>NONE</GenericValue>"
                         "</Category>")),
            "unknown-name " + in + "/Category[1]/GenericValue[2]");
  // The right name under the wrong type.
  EXPECT_EQ(verdict(with("<Category Type='RESTRICTIVE' TagName='Release'>"
                         "<GenericValue>ALPHA</GenericValue></Category>")),
            "unknown-name " + in + "/Category[1]/GenericValue[1]");
  EXPECT_EQ(verdict(with("<Category Type='PERMISSIVE' TagName='Release' URI='urn:oid:2.999.7.1'>"
                         "<GenericValue>ALPHA</GenericValue></Category>")),
            "policy-names " + in + "/Category[1]");
  // White space is part of a value.
  EXPECT_EQ(verdict(with("<Category Type='PERMISSIVE' TagName='Release'>"
                         "<GenericValue> ALPHA</GenericValue></Category>")),
            "unknown-name " + in + "/Category[1]/GenericValue[1]");
  EXPECT_EQ(verdict(with("<Category Type='PERMISSIVE' TagName='Release'/>")),
            "category-empty " + in + "/Category[1]");
  EXPECT_EQ(verdict(with(good + good)), "duplicate-value " + in + "/Category[2]/GenericValue[1]");
}

TEST(Adatp4774, TypesTellValuesOfOneNameApart) {
  const std::string both = with(
      "<Category Type='RESTRICTIVE' TagName='Mixed'><GenericValue>SAME</GenericValue></Category>"
      "<Category Type='PERMISSIVE' TagName='Mixed'><GenericValue>SAME</GenericValue></Category>");
  const PolicySet policies = test::test_policies();
  const schemas::Document document = parsed(both);
  const auto read = read_label_4774(document.root(), policies);
  ASSERT_TRUE(read.has_value());
  EXPECT_NE(read->label.find(oid("2.999.7.6"), CategoryKind::kRestrictive), nullptr);
  EXPECT_NE(read->label.find(oid("2.999.7.6"), CategoryKind::kPermissive), nullptr);
}

TEST(Adatp4774, TheNameOfATagIsUnderstoodWhereNoTagSetHasIt) {
  EXPECT_NE(verdict(with("<Category Type='PERMISSIVE' TagName='Nations'>"
                         "<GenericValue>ALPHA</GenericValue></Category>"))
                .find("TagName=\"Release\""),
            std::string::npos);
}

TEST(Adatp4774, AValueThatIsNoNameIsTheTextOfTheOnlyInput) {
  const auto reference = [](const std::string& value) {
    return verdict(with("<Category Type='INFORMATIVE' TagName='Reference'><GenericValue>" + value +
                        "</GenericValue></Category>"));
  };
  EXPECT_NE(reference("17/4").find("<GenericValue>17/4</GenericValue>"), std::string::npos);
  EXPECT_NE(reference("NUMBER").find("<GenericValue>NUMBER</GenericValue>"), std::string::npos);
  EXPECT_NE(reference("OTHER").find("<GenericValue>OTHER</GenericValue>"), std::string::npos);
  EXPECT_EQ(reference(""),
            "unknown-name ConfidentialityInformation[1]/Category[1]/GenericValue[1]");
  EXPECT_EQ(reference(std::string(257, 'x')), "user-text-long ConfidentialityInformation[1]");
  EXPECT_NE(reference(std::string(256, 'x')).find("xxx"), std::string::npos);
}

TEST(Adatp4774, WhatWouldBeReadAsSomethingElseIsNotWritten) {
  const PolicySet policies = test::test_policies();
  const auto written = [&](const std::string& text) {
    Label label(oid("2.999.7"));
    EXPECT_TRUE(label.set_classification(1).has_value());
    EXPECT_TRUE(label.add(*Category::make(oid("2.999.7.8"), CategoryKind::kInformativeValues, {1}))
                    .has_value());
    EXPECT_TRUE(label
                    .add_user_text({.tag_set = oid("2.999.7.8"),
                                    .kind = CategoryKind::kInformativeValues,
                                    .lacv = 1,
                                    .text = text})
                    .has_value());
    return write_label_4774({.label = label}, policies);
  };
  EXPECT_TRUE(written("17/4").has_value());
  EXPECT_EQ(written("OTHER").error(), LabelReason::kAmbiguousName);
  EXPECT_EQ(written("NUMBER").error(), LabelReason::kAmbiguousName);
}

TEST(Adatp4774, WhatHasNoNameIsNotWritten) {
  const PolicySet policies = test::test_policies();
  const auto written = [&](const Label& label) {
    return write_label_4774({.label = label}, policies).error();
  };
  EXPECT_EQ(written(Label(oid("2.999.99"))), LabelReason::kUnknownPolicy);
  Label label(oid("2.999.7"));
  EXPECT_EQ(written(label), LabelReason::kClassificationMissing);
  ASSERT_TRUE(label.set_classification(99).has_value());
  EXPECT_EQ(written(label), LabelReason::kUnnamed);
  ASSERT_TRUE(label.set_classification(1).has_value());
  EXPECT_TRUE(write_label_4774({.label = label}, policies).has_value());
  Label value = label;
  ASSERT_TRUE(
      value.add(*Category::make(oid("2.999.7.1"), CategoryKind::kRestrictive, {9})).has_value());
  EXPECT_EQ(written(value), LabelReason::kUnnamed);
  ASSERT_TRUE(
      label.add(*Category::make(oid("2.999.7.99"), CategoryKind::kRestrictive, {0})).has_value());
  EXPECT_EQ(written(label), LabelReason::kUnnamed);
}

TEST(Adatp4774, NatoAndPublicIgnoreCase) {
  const auto nato = [](const std::string& name, const std::string& classification) {
    return verdict(originator_label(information(
        "<PolicyIdentifier>" + name + "</PolicyIdentifier><Classification>" + classification +
        "</Classification><PrivacyMark>staff</PrivacyMark><Category Type='PERMISSIVE' "
        "TagName='release'><GenericValue>Alpha</GenericValue></Category>")));
  };
  const std::string written = nato("Nato", "mid");
  EXPECT_NE(written.find(">NATO</PolicyIdentifier><Classification>MID</Classification>"
                         "<PrivacyMark>STAFF</PrivacyMark><Category TagName=\"Release\""),
            std::string::npos)
      << written;
  EXPECT_EQ(nato("Test", "mid"),
            "unknown-policy ConfidentialityInformation[1]/PolicyIdentifier[1]");
  PolicyContent content = test::example_content();
  content.name = "public";
  EXPECT_TRUE(PolicyNames(*SecurityPolicy::make(content)).ignores_case());
  content.name = "PUBLIC2";
  EXPECT_FALSE(PolicyNames(*SecurityPolicy::make(content)).ignores_case());
}

TEST(Adatp4774, NamesThatOnlyCaseTellsApartAreAmbiguousThere) {
  PolicyContent content = test::example_content();
  content.tag_sets[0].tags[0].categories[1].name = "Red";
  // What names say lives as long as they do.
  const auto check = [&](const std::string& name, const auto& expectation) {
    content.name = name;
    const PolicyNames names(*SecurityPolicy::make(content));
    expectation(names.value(names.policy().tag_sets()[0], CategoryRule::kRestrictive, "Red"));
  };
  check("TEST", [](const auto& value) { EXPECT_EQ(value->category->lacv, 1U); });
  check("NATO", [](const auto& value) { EXPECT_EQ(value.error(), NameFault::kAmbiguous); });
}

TEST(Adatp4774, TimesAreStrict) {
  EXPECT_EQ(verdict(originator_label(information(kTestLow), " ReviewDateTime='2036-01-31'")),
            "time ");
  EXPECT_EQ(verdict(originator_label(information(kTestLow) +
                                     "<CreationDateTime>2026-01-31T12:00:00</CreationDateTime>")),
            "time CreationDateTime[1]");
}

TEST(Adatp4774, TheSchemaRefusesWhatIsNotOfIt) {
  EXPECT_FALSE(schema_refuses(originator_label(information(kTestLow))));
  EXPECT_TRUE(schema_refuses(originator_label("")));
  EXPECT_TRUE(schema_refuses(originator_label(information(kTestLow), " Other='1'")));
  EXPECT_TRUE(schema_refuses(originator_label(information(
      "<PolicyIdentifier>TEST</PolicyIdentifier><Classification URI='x'>LOW</Classification>"))));
  EXPECT_TRUE(schema_refuses(originator_label(information(kTestLow + "<Other/>"))));
  EXPECT_TRUE(schema_refuses(
      originator_label(information(kTestLow + "<m:Marking xmlns:m='urn:m'>A</m:Marking>"))));
  EXPECT_TRUE(schema_refuses(with("<Category Type='permissive' TagName='Release'/>")));
  EXPECT_TRUE(schema_refuses(with("<Category TagName='Release'/>")));
  EXPECT_TRUE(schema_refuses(with("<Category Type='PERMISSIVE'/>")));
  EXPECT_TRUE(schema_refuses(with(
      "<Category Type='PERMISSIVE' TagName='Release'><IntegerValue>1</IntegerValue></Category>")));
  EXPECT_TRUE(schema_refuses(
      originator_label(information(kTestLow) + "<OriginatorID IDType='x'>a</OriginatorID>")));
}

TEST(Adatp4774, PrivacyMarksAreWithinBounds) {
  const auto mark = [](const std::string& text) {
    return verdict(
        originator_label(information(kTestLow + "<PrivacyMark>" + text + "</PrivacyMark>")));
  };
  EXPECT_NE(mark(std::string(128, 'x')).find("xxx"), std::string::npos);
  EXPECT_EQ(mark(std::string(129, 'x')),
            "privacy-mark-long ConfidentialityInformation[1]/PrivacyMark[1]");
  EXPECT_EQ(mark(""), "privacy-mark-empty ConfidentialityInformation[1]/PrivacyMark[1]");
}

}  // namespace
}  // namespace labels::label_4774_test
