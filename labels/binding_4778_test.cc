#include "labels/binding_4778.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "labels/xml_for_test.h"

namespace labels {
namespace {

using test::information;
using test::kTestLow;
using test::oid;
using test::originator_label;
using test::parsed;
using test::said;
using test::schema_refuses;

std::string binding(const std::string& signature, const std::string& metadata) {
  return "<BindingInformation xmlns='urn:nato:stanag:4778:bindinginformation:1:0'>" + signature +
         "<MetadataBindingContainer><MetadataBinding>" + metadata +
         "<DataReference "
         "URI=''/></MetadataBinding></MetadataBindingContainer></BindingInformation>";
}
std::string metadata(const std::string& label) { return "<Metadata>" + label + "</Metadata>"; }

TEST(Adatp4778, LabelsAreReadAndSignaturesCounted) {
  const PolicySet policies = test::test_policies();
  const std::string label = originator_label(information(kTestLow));
  const auto read = [&](const std::string& xml) {
    const schemas::Document document = parsed(xml);
    return read_binding_4778(document.root(), policies);
  };
  EXPECT_EQ(read(binding("", metadata(label)))->labels.size(), 1U);
  EXPECT_EQ(read(binding("", metadata(label)))->signatures, 0U);
  EXPECT_EQ(read(binding("<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><x/></Signature>",
                         metadata(label) + metadata(label)))
                ->signatures,
            1U);
  const auto fault = read(binding(
      "", metadata(label) +
              metadata(originator_label(information("<PolicyIdentifier>TEST</PolicyIdentifier>"
                                                    "<Classification>X</Classification>")))));
  EXPECT_EQ(said(fault.error()),
            "unknown-name MetadataBindingContainer[1]/MetadataBinding[1]/Metadata[2]/"
            "originatorConfidentialityLabel[1]/ConfidentialityInformation[1]/Classification[1]");
  EXPECT_TRUE(schema_refuses(binding("", metadata(label + label))));
  EXPECT_TRUE(schema_refuses(binding("", metadata(""))));
  EXPECT_TRUE(schema_refuses(binding("", metadata("<x xmlns='urn:x'/>"))));
}

TEST(Adatp4778, HoldsAtMost64Labels) {
  const PolicySet policies = test::test_policies();
  const auto many = [&](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all += metadata(originator_label(information(kTestLow)));
    }
    const schemas::Document document = parsed(binding("", all));
    return read_binding_4778(document.root(), policies).has_value();
  };
  EXPECT_TRUE(many(kMaxBindingLabels));
  EXPECT_FALSE(many(kMaxBindingLabels + 1));
}

TEST(Adatp4778, IsWrittenAndReadAgain) {
  const PolicySet policies = test::test_policies();
  Label label(oid("2.999.7"));
  ASSERT_TRUE(label.set_classification(7).has_value());
  const std::vector<Label4774> labels{{.role = Role4774::kOriginator, .label = label},
                                      {.role = Role4774::kMetadata, .label = label}};
  const auto written = write_binding_4778(labels, "#message", policies);
  ASSERT_TRUE(written.has_value());
  const schemas::Document document = parsed(*written);
  EXPECT_EQ(read_binding_4778(document.root(), policies)->labels, labels);
  EXPECT_EQ(write_binding_4778({{.label = Label(oid("2.999.7"))}}, "", policies).error(),
            LabelReason::kClassificationMissing);
}

}  // namespace
}  // namespace labels
