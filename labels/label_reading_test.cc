// Files: what a format is told by, and how complaints name their place.
#include "labels/label_reading.h"

#include <gtest/gtest.h>

#include <string>

#include "guard/base/base64.h"
#include "guard/base/hex.h"
#include "labels/ess.h"
#include "labels/icism_map.h"
#include "labels/label_writing.h"
#include "labels/stanza_text.h"
#include "labels/xml_for_test.h"

namespace labels::label_reading_test {
namespace {

using test::information;
using test::kTestLow;
using test::oid;
using test::originator_label;

TEST(Spellings, AreToldByTheContent) {
  const auto of = [](std::string_view text) { return spelling_of(guard::as_bytes(text)); };
  EXPECT_EQ(of("<label/>"), Spelling::kXml);
  EXPECT_EQ(of(" \n<label/>"), Spelling::kXml);
  EXPECT_EQ(of("\xef\xbb\xbf<label/>"), Spelling::kXml);
  EXPECT_EQ(of("310602010406 0129\n"), Spelling::kHex);
  EXPECT_EQ(of("3003060129"), Spelling::kHex);
  EXPECT_EQ(of("3103060129ZZ"), Spelling::kBase64);  // not hex, and then no base64 either
  EXPECT_EQ(of("3203060129"), Spelling::kBase64);
  EXPECT_EQ(of("MQYCAQQGASk=\n"), Spelling::kBase64);
  EXPECT_EQ(of("-----BEGIN CERTIFICATE-----\n"), Spelling::kPem);
  EXPECT_EQ(of(std::string_view("1\x06\x02\x01\x04\x06\x01)", 8)), Spelling::kRaw);
  EXPECT_EQ(of(""), Spelling::kRaw);
  EXPECT_EQ(of("  \n"), Spelling::kRaw);
}

LabelReader& reader() {
  static LabelReader instance(test::test_policies());
  return instance;
}

// "format: description", or the complaint.
std::string verdict(std::string_view octets) {
  const auto read = reader().read_label("f", guard::as_bytes(octets));
  if (!read) return read.error().to_string();
  return std::string(to_string(read->format)) + ": " + read->description;
}

TEST(LabelFiles, SayWhatTheyAre) {
  EXPECT_EQ(verdict("MQYCAQQGASk=\n"), "ess: ESS, in base64");
  EXPECT_EQ(verdict("3106020104060129"), "ess: ESS, in hex");
  EXPECT_EQ(verdict(std::string_view("1\x06\x02\x01\x04\x06\x01)", 8)), "ess: ESS, in DER");
  EXPECT_EQ(verdict(originator_label(information(kTestLow))),
            "4774: ADatP-4774 (originatorConfidentialityLabel)");
  EXPECT_EQ(verdict("<label xmlns='urn:xmpp-guard:label:1' policy='TEST'/>"),
            "xml: xmpp-guard XML");
  const std::string inside =
      "<securitylabel xmlns='urn:xmpp:sec-label:0'><label><esssecuritylabel "
      "xmlns='urn:xmpp:sec-label:ess:0'>MQYCAQQGASk=</esssecuritylabel></label></securitylabel>";
  EXPECT_EQ(verdict(inside), "ess: ESS, in an XEP-0258 securitylabel");
  EXPECT_EQ(verdict("<message to='a@b'><body>x</body>" + inside + "</message>"),
            "ess: ESS, in an XEP-0258 securitylabel, in a stanza (message)");
  EXPECT_EQ(
      verdict("<?xml version='1.0'?>\n<message xmlns='jabber:client'>" + inside + "</message>"),
      "ess: ESS, in an XEP-0258 securitylabel, in a stanza (message)");
  EXPECT_EQ(verdict("<securitylabel xmlns='urn:xmpp:sec-label:0'><label/></securitylabel>"),
            "xep0258: an empty label, in an XEP-0258 securitylabel");
}

TEST(LabelFiles, AreRefusedWithTheirPlace) {
  EXPECT_EQ(verdict(""), "f: nothing in it, expected a label");
  EXPECT_EQ(verdict(" \r\n\t"), "f: nothing in it, expected a label");
  EXPECT_EQ(verdict("MQYCAQQGASkA"),
            "f: trailing-bytes at octet 8, expected an ESSSecurityLabel in DER");
  EXPECT_NE(verdict("MQYCAQQGASl=").find("at character"), std::string::npos);
  EXPECT_NE(verdict("310602010406012").find("odd number of hex digits (15)"), std::string::npos);
  EXPECT_EQ(verdict("-----BEGIN X-----"), "f: a PEM file, expected a label");
  EXPECT_NE(verdict("<label xmlns='urn:xmpp-guard:label:1'\n policy='OTHER'/>").find("f:2:"),
            std::string::npos);
  EXPECT_NE(verdict("<other/>").find("f:1:"), std::string::npos);
  EXPECT_NE(verdict("<clearance xmlns='urn:xmpp-guard:label:1'/>").find("a label"),
            std::string::npos);
  EXPECT_NE(verdict("<message><body>x</body></message>").find("no securitylabel"),
            std::string::npos);
  const std::string empty = "<securitylabel xmlns='urn:xmpp:sec-label:0'><label/></securitylabel>";
  EXPECT_NE(verdict("<message>" + empty + empty + "</message>").find("a second securitylabel"),
            std::string::npos);
  EXPECT_NE(verdict("<icismlabel xmlns='http://example.gov/IC-ISM/0' classification='S'/>")
                .find("mapping table"),
            std::string::npos);
  EXPECT_NE(verdict("<!DOCTYPE x><label/>").find("f:1:1"), std::string::npos);
}

TEST(LabelFiles, OfAStanzaKeepTheirColumns) {
  // The fault is the undeclared prefix; its column must be that of the file.
  const auto with =
      reader().read_label("f", guard::as_bytes("<message xmlns='jabber:server'><a:b/></message>"));
  const auto without = reader().read_label("f", guard::as_bytes("<message><a:b/></message>"));
  ASSERT_FALSE(with.has_value());
  ASSERT_FALSE(without.has_value());
  EXPECT_EQ(with.error().column, without.error().column + 22);
}

TEST(LabelFiles, AreAtMostOneMebibyte) {
  const std::string most(kMaxLabelFile, 'A');
  EXPECT_EQ(verdict(most + "A"), "f: 1048577 octets, expected 1048576 at most");
  EXPECT_NE(verdict(most).find("ESSSecurityLabel"), std::string::npos);
}

TEST(LabelFiles, OpenTagsNeedTheirPolicy) {
  Label label(oid("2.999.7"));
  ASSERT_TRUE(
      label.add(*Category::make(oid("2.999.7.3"), CategoryKind::kEnumeratedPermissive, {100}))
          .has_value());
  const auto der =
      write_label(label, {.encoding = CategoryEncoding::kNamedTagSets}, test::test_policies());
  ASSERT_TRUE(der.has_value());
  const auto read = reader().read_label("f", *der);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read->label, label);
  EXPECT_EQ(read->encoding, CategoryEncoding::kNamedTagSets);
  LabelReader without{PolicySet()};
  EXPECT_NE(without.read_label("f", *der).error().what.find("2.999.7"), std::string::npos);
  EXPECT_EQ(write_label(label, {.encoding = CategoryEncoding::kNamedTagSets}, PolicySet()).error(),
            LabelReason::kUnknownPolicy);
}

std::string binding(const std::string& inside) {
  return "<BindingInformation xmlns='urn:nato:stanag:4778:bindinginformation:1:0'>" + inside +
         "</BindingInformation>";
}
std::string container(const std::string& metadata) {
  return "<MetadataBindingContainer><MetadataBinding>" + metadata +
         "<DataReference URI=''/></MetadataBinding></MetadataBindingContainer>";
}
std::string metadata(const std::string& name) {
  return "<Metadata><" + name + " xmlns='" + test::kSlab + "'>" + information(kTestLow) + "</" +
         name + "></Metadata>";
}

TEST(LabelFiles, BindingsHaveOneOriginatorsLabelAndSayThatSignaturesAreNotVerified) {
  const std::string originator = metadata("originatorConfidentialityLabel");
  EXPECT_EQ(verdict(binding(container(originator))), "4774: ADatP-4774, in an ADatP-4778 binding");
  EXPECT_EQ(verdict(binding("<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>" +
                            container(originator))),
            "4774: ADatP-4774, in an ADatP-4778 binding with 1 signature(s) that are NOT verified");
  EXPECT_NE(verdict(binding(container(originator + originator))).find("two originator's"),
            std::string::npos);
  EXPECT_NE(
      verdict(binding(container(metadata("metadataConfidentialityLabel")))).find("no originator's"),
      std::string::npos);
  const auto read = reader().read_label(
      "f",
      guard::as_bytes(binding(container(originator + metadata("alternativeConfidentialityLabel") +
                                        metadata("metadataConfidentialityLabel")))));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->equivalents.size(), 1U);
  EXPECT_EQ(read->metadata.size(), 1U);
  EXPECT_EQ(read->signatures, 0U);
}

TEST(ClearanceFiles, SayWhatTheyAreOrWhereTheyAreWrong) {
  const auto of = [](std::string_view text) {
    const auto read = reader().read_clearance("f", guard::as_bytes(text));
    return read ? read->description : read.error().to_string();
  };
  EXPECT_EQ(of("3009060388370103020348"), "X.501 clearance, in hex");
  EXPECT_EQ(of("MAkGA4g3AQMCA0g="), "X.501 clearance, in base64");
  EXPECT_EQ(of("<clearance xmlns='urn:xmpp-guard:label:1' policy='TEST'>"
               "<classification name='LOW'/></clearance>"),
            "xmpp-guard XML");
  EXPECT_EQ(
      of("3009060388370103020340"),
      "f: bit-string-trailing-zero at octet 9, expected a clearance in DER (X.501, RFC 5755)");
  EXPECT_NE(of("<label xmlns='urn:xmpp-guard:label:1'/>").find("a clearance"), std::string::npos);
  EXPECT_NE(of("<clearance xmlns='urn:xmpp-guard:label:1' policy='TEST'>\n"
               "<classification name='X'/></clearance>")
                .find("f:2:"),
            std::string::npos);
  EXPECT_EQ(of(""), "f: nothing in it, expected a clearance");
  EXPECT_NE(of("<clearance xmlns='urn:xmpp-guard:label:1' policy='OTHER'/>")
                .find("expected one of the security policies at hand: \"TEST\", \"NATO\""),
            std::string::npos);
  EXPECT_NE(of("-----BEGIN CERTIFICATE-----").find("no certificate"), std::string::npos);
  EXPECT_NE(of("300430020500").find("attribute certificate"), std::string::npos);
  EXPECT_EQ(of(std::string(kMaxLabelFile + 1, 'A')), "f: 1048577 octets, expected 1048576 at most");
}

TEST(StanzaTexts, AreMovedIntoTheServersNamespace) {
  EXPECT_EQ(stanza_text("<message/>")->text, "<message xmlns='jabber:server'/>");
  EXPECT_EQ(stanza_text("<!-- a --><iq\n a='>'>")->text,
            "<!-- a --><iq xmlns='jabber:server'\n a='>'>");
  EXPECT_EQ(stanza_text("<presence a='1' xmlns = \"jabber:client\">")->text,
            "<presence a='1' xmlns = \"jabber:server\">");
  EXPECT_EQ(stanza_text("<presence xmlns='jabber:server'/>")->added, 0U);
  for (const char* other :
       {"", "<", "<message", "<messages/>", "<x:message/>", "text", "<message xmlns='urn:x'/>",
        "<message a/>", "<message a='", "<?xml", "<!-- ", "<message a=b/>"}) {
    EXPECT_FALSE(stanza_text(other).has_value()) << other;
  }
}

TEST(LabelWriting, SaysWhyNot) {
  const PolicySet policies = test::test_policies();
  EXPECT_EQ(write_label(Label(oid("2.999.7")), {.format = LabelFormat::kIcism}, policies).error(),
            LabelReason::kFormat);
  IcismMap map{.policy = oid("2.999.7")};
  map.classifications["S"] = 7;
  Label label(oid("2.999.7"));
  ASSERT_TRUE(label.set_classification(7).has_value());
  EXPECT_TRUE(
      write_label(label, {.format = LabelFormat::kIcism, .icism = &map}, policies).has_value());
  EXPECT_EQ(why(LabelReason::kUnknownPolicy), "its security policy is not at hand");
  EXPECT_EQ(why(LabelReason::kTruncated), "truncated");
}

}  // namespace
}  // namespace labels::label_reading_test
