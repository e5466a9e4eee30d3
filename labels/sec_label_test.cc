#include "labels/sec_label.h"

#include <gtest/gtest.h>

#include <string>

#include "guard/base/base64.h"
#include "guard/base/hex.h"
#include "labels/ess.h"
#include "labels/icism.h"
#include "labels/xml_for_test.h"

namespace labels {
namespace {

using test::information;
using test::kSlab;
using test::kTestLow;
using test::oid;
using test::parsed;
using test::schema_refuses;

std::string sec_label(const std::string& inside) {
  return "<securitylabel xmlns='urn:xmpp:sec-label:0'>" + inside + "</securitylabel>";
}
std::string ess(const std::string& base64) {
  return "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>" + base64 + "</esssecuritylabel>";
}
std::string label(const std::string& inside) { return "<label>" + inside + "</label>"; }
std::string equivalent(const std::string& inside) {
  return "<equivalentlabel>" + inside + "</equivalentlabel>";
}
std::string under(std::string_view policy, std::uint32_t classification = 1) {
  Label made(oid(policy));
  (void)made.set_classification(classification);
  return ess(guard::to_base64(encode_ess(made)));
}
const std::string kExample = ess("MQYCAQQGASk=");  // of XEP-0258

std::expected<SecLabel, SecLabelFault> read(const std::string& xml) {
  static const PolicySet policies = test::test_policies();
  const schemas::Document document = parsed(xml);
  return read_sec_label(document.root(), {.policies = &policies});
}
std::string verdict(const std::string& inside) {
  const auto result = read(sec_label(inside));
  return result ? "accepted" : test::said(result.error().fault);
}

TEST(Xep0258, ReadsItsOwnExample) {
  const auto result = read(sec_label(
      "<displaymarking fgcolor='black' bgcolor='red'>SECRET</displaymarking>" + label(kExample)));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->label->label.policy(), oid("1.1"));
  EXPECT_EQ(result->label->label.classification(), 4);
  EXPECT_EQ(guard::to_hex(result->label->octets),
            "310602010406"
            "0129");
  EXPECT_EQ(result->display_marking, "SECRET");
}

TEST(Xep0258, CollapsesWhiteSpaceAndNothingElse) {
  EXPECT_EQ(verdict(label(ess("\n  MQYC\tAQQG\n ASk=  "))), "accepted");
  EXPECT_EQ(verdict(label("\n  " + kExample + "\n")), "accepted");
  EXPECT_EQ(verdict(label(ess("MQYCAQQGASk"))), "base64 label[1]/esssecuritylabel[1]");
  EXPECT_EQ(verdict(label(ess("MQYCAQQGASl="))), "base64 label[1]/esssecuritylabel[1]");
  EXPECT_EQ(verdict(label(ess("MQYCAQQGASk=."))), "base64 label[1]/esssecuritylabel[1]");
  EXPECT_EQ(verdict(label(ess("MQYCAQQGASkA"))), "trailing-bytes label[1]/esssecuritylabel[1]");
  EXPECT_EQ(verdict(label(ess("MRUCAgD9DA9BcXVhIChvYnNvbGV0ZSk="))),
            "policy-missing label[1]/esssecuritylabel[1]");
  EXPECT_EQ(verdict(label(ess(""))), "truncated label[1]/esssecuritylabel[1]");
}

TEST(Xep0258, HasExactlyOneLabelWithOneChild) {
  EXPECT_EQ(verdict(""), "structure ");
  EXPECT_EQ(verdict(label(kExample) + label(kExample)), "structure label[2]");
  EXPECT_EQ(verdict(label(kExample + kExample)), "structure label[1]");
  EXPECT_EQ(verdict(equivalent(kExample)), "structure ");
  EXPECT_EQ(verdict(label(kExample) + equivalent("")), "structure equivalentlabel[1]");
  EXPECT_TRUE(schema_refuses(sec_label(label("text" + kExample))));
  EXPECT_TRUE(schema_refuses(sec_label(label(kExample) + "<other/>")));
  EXPECT_TRUE(schema_refuses(sec_label(label("<other xmlns='urn:x'/>"))));
}

TEST(Xep0258, AnEmptyLabelAsksForTheDefault) {
  const auto result = read(sec_label(label("")));
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(result->label.has_value());
  EXPECT_EQ(effective_label(*result, oid("2.999.7")), nullptr);
}

TEST(Xep0258, TheFaultCarriesTheOctetsOfThePrimary) {
  const auto primary = read(sec_label(label(ess("MQYCAQQGASkA"))));
  EXPECT_TRUE(primary.error().in_primary);
  EXPECT_EQ(primary.error().octets.size(), 9U);
  const auto other = read(sec_label(label(kExample) + equivalent(ess("MQYCAQQGASkA"))));
  EXPECT_FALSE(other.error().in_primary);
  EXPECT_EQ(test::said(other.error().fault),
            "trailing-bytes equivalentlabel[1]/esssecuritylabel[1]");
  EXPECT_NE(other.error().fault.what.find("octet 8"), std::string::npos);
}

TEST(Xep0258, EquivalentsAreOnePerPolicyAndEightAtMost) {
  EXPECT_EQ(verdict(label(under("2.999.1")) + equivalent(under("2.999.2")) +
                    equivalent(under("2.999.3"))),
            "accepted");
  EXPECT_EQ(verdict(label(under("2.999.1")) + equivalent(under("2.999.2")) +
                    equivalent(under("2.999.2", 2))),
            "duplicate-field equivalentlabel[2]");
  std::string many;
  for (std::size_t i = 0; i < kMaxEquivalents; ++i) {
    many += equivalent(under("2.999." + std::to_string(10 + i)));
  }
  EXPECT_EQ(verdict(label(kExample) + many), "accepted");
  EXPECT_EQ(verdict(label(kExample) + many + equivalent(under("2.999.30"))),
            "structure equivalentlabel[9]");
}

TEST(Xep0258, TheEffectiveLabelIsThePrimaryWhereItIsInTheGoverningPolicy) {
  const auto result = read(sec_label(label(under("2.999.1", 5)) + equivalent(under("2.999.2", 3)) +
                                     equivalent(under("2.999.1", 1))));
  ASSERT_TRUE(result.has_value());
  // An equivalent in the primary's own policy does not take its place.
  EXPECT_EQ(effective_label(*result, oid("2.999.1"))->classification(), 5);
  EXPECT_EQ(effective_label(*result, oid("2.999.2"))->classification(), 3);
  EXPECT_EQ(effective_label(*result, oid("2.999.3")), nullptr);
}

std::string nato(const std::string& name) {
  return "<" + name + " xmlns='" + kSlab + "'>" + information(kTestLow) + "</" + name + ">";
}

TEST(Xep0258, HoldsLabelsOfAdatp4774) {
  const auto result = read(sec_label(label(nato("originatorConfidentialityLabel")) +
                                     equivalent(nato("alternativeConfidentialityLabel"))));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->label->format, LabelFormat::k4774);
  EXPECT_EQ(result->label->label.classification(), 1);
  EXPECT_EQ(verdict(label(nato("alternativeConfidentialityLabel"))),
            "structure label[1]/alternativeConfidentialityLabel[1]");
  EXPECT_EQ(verdict(label(kExample) + equivalent(nato("originatorConfidentialityLabel"))),
            "structure equivalentlabel[1]/originatorConfidentialityLabel[1]");
  EXPECT_TRUE(schema_refuses(sec_label(label(nato("metadataConfidentialityLabel")))));
  // Without policies nobody could say what its names mean.
  const schemas::Document document =
      parsed(sec_label(label(nato("originatorConfidentialityLabel"))));
  const auto unserved = read_sec_label(document.root(), {});
  EXPECT_EQ(unserved.error().fault.reason, LabelReason::kFormat);
  EXPECT_TRUE(unserved.error().in_primary);
}

TEST(Xep0258, FaultsOfAnInnerLabelHaveTheirPlace) {
  EXPECT_EQ(verdict(label("<originatorConfidentialityLabel xmlns='" + kSlab + "'>" +
                          information("<PolicyIdentifier>TEST</PolicyIdentifier>"
                                      "<Classification>X</Classification>") +
                          "</originatorConfidentialityLabel>")),
            "unknown-name label[1]/originatorConfidentialityLabel[1]/"
            "ConfidentialityInformation[1]/Classification[1]");
}

TEST(Xep0258, HoldsIcismLabelsWhereThereIsATable) {
  const std::string xml =
      sec_label(label("<icismlabel xmlns='http://example.gov/IC-ISM/0' classification='S'/>"));
  const schemas::Document document = parsed(xml);
  EXPECT_EQ(read_sec_label(document.root(), {}).error().fault.reason, LabelReason::kFormat);
  IcismMap map{.policy = oid("2.999.7")};
  map.classifications["S"] = 7;
  const auto result = read_sec_label(document.root(), {.icism = &map});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->label->format, LabelFormat::kIcism);
  EXPECT_EQ(result->label->label.classification(), 7);
}

TEST(Xep0258, OpenTagsAreSettledByThePolicyOrRefused) {
  const PolicySet policies = test::test_policies();
  Label made(oid("2.999.7"));
  ASSERT_TRUE(
      made.add(*Category::make(oid("2.999.7.3"), CategoryKind::kEnumeratedPermissive, {100}))
          .has_value());
  const auto der =
      encode_ess(made, CategoryEncoding::kNamedTagSets, policies.find(oid("2.999.7"))->policy());
  const schemas::Document document = parsed(sec_label(label(ess(guard::to_base64(*der)))));
  EXPECT_EQ(read_sec_label(document.root(), {}).error().fault.reason, LabelReason::kEnumeratedOpen);
  const auto result = read_sec_label(document.root(), {.policies = &policies});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->label->label, made);
  EXPECT_EQ(result->label->encoding, CategoryEncoding::kNamedTagSets);
}

TEST(Xep0258, IsWrittenInTheOrderOfTheSchema) {
  Label primary(oid("1.1"));
  ASSERT_TRUE(primary.set_classification(4).has_value());
  Label first(oid("2.999.1"));
  Label second(oid("2.999.2"));
  EXPECT_EQ(
      write_sec_label(DisplayMarking{"A < B", "#FF0000", "#FFFFFF"}, &primary, {second, first}),
      "<securitylabel xmlns=\"urn:xmpp:sec-label:0\"><displaymarking bgcolor=\"#FF0000\" "
      "fgcolor=\"#FFFFFF\">A &lt; B</displaymarking><label><esssecuritylabel "
      "xmlns=\"urn:xmpp:sec-label:ess:0\">MQYCAQQGASk=</esssecuritylabel></label>"
      "<equivalentlabel><esssecuritylabel xmlns=\"urn:xmpp:sec-label:ess:0\">" +
          guard::to_base64(encode_ess(first)) +
          "</esssecuritylabel></equivalentlabel><equivalentlabel><esssecuritylabel "
          "xmlns=\"urn:xmpp:sec-label:ess:0\">" +
          guard::to_base64(encode_ess(second)) +
          "</esssecuritylabel></equivalentlabel></securitylabel>");
  EXPECT_EQ(write_sec_label(std::nullopt, nullptr, {}),
            "<securitylabel xmlns=\"urn:xmpp:sec-label:0\"><label/></securitylabel>");
}

}  // namespace
}  // namespace labels
