#include "labels/clearance_4774.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "labels/xml_for_test.h"

namespace labels {
namespace {

using test::kSlab;
using test::oid;
using test::parsed;
using test::said;
using test::schema_refuses;

std::string clearance(const std::string& classes, const std::string& categories = "") {
  return "<c:ConfidentialityClearance xmlns:c='urn:nato:stanag:4774:confidentialityclearance:1:0' "
         "xmlns='" +
         kSlab + "'><PolicyIdentifier>TEST</PolicyIdentifier><c:ClassificationList>" + classes +
         "</c:ClassificationList>" + categories + "</c:ConfidentialityClearance>";
}

std::string clearance_verdict(const std::string& xml) {
  const PolicySet policies = test::test_policies();
  const schemas::Document document = parsed(xml);
  const auto read = read_clearance_4774(document.root(), policies);
  return read ? "accepted" : said(read.error());
}

TEST(Adatp4774Clearance, IsReadByNames) {
  const PolicySet policies = test::test_policies();
  const schemas::Document document = parsed(
      clearance("<Classification>LOW</Classification><Classification>MID</Classification>",
                "<Category Type='PERMISSIVE' TagName='Release'><GenericValue>ALPHA</GenericValue>"
                "</Category>"));
  const auto read = read_clearance_4774(document.root(), policies);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->classifications(), (std::vector<std::uint16_t>{1, 7}));
  EXPECT_EQ(read->categories().front(),
            *Category::make(oid("2.999.7.2"), CategoryKind::kPermissive, {0}));
  EXPECT_EQ(clearance_verdict(clearance("")), "accepted");  // grants nothing
}

TEST(Adatp4774Clearance, RefusesWhatItDoesNotKnow) {
  const std::string low = "<Classification>LOW</Classification>";
  EXPECT_EQ(clearance_verdict(clearance("<Classification>X</Classification>")),
            "unknown-name ClassificationList[1]/Classification[1]");
  EXPECT_EQ(clearance_verdict(clearance(low + low)),
            "duplicate-value ClassificationList[1]/Classification[2]");
  EXPECT_EQ(clearance_verdict(clearance(low,
                                        "<Category Type='INFORMATIVE' TagName='Handling'>"
                                        "<GenericValue>BURN</GenericValue></Category>")),
            "informative-category Category[1]");
  EXPECT_EQ(clearance_verdict(clearance(low,
                                        "<Category Type='RESTRICTIVE' TagName='Caveats'>"
                                        "<GenericValue>GREEN</GenericValue></Category>")),
            "unknown-name Category[1]/GenericValue[1]");
  EXPECT_TRUE(schema_refuses(clearance(low, "<Other/>")));
}

TEST(Adatp4774Clearance, IsWrittenByNamesOnly) {
  const PolicySet policies = test::test_policies();
  EXPECT_EQ(write_clearance_4774(Clearance(oid("2.999.99")), policies).error(),
            LabelReason::kUnknownPolicy);
  Clearance unknown(oid("2.999.7"));
  ASSERT_TRUE(unknown.add_classification(99).has_value());
  EXPECT_EQ(write_clearance_4774(unknown, policies).error(), LabelReason::kUnnamed);
  Clearance informative(oid("2.999.7"));
  ASSERT_TRUE(
      informative.add(*Category::make(oid("2.999.7.5"), CategoryKind::kInformativeBits, {0}))
          .has_value());
  EXPECT_EQ(write_clearance_4774(informative, policies).error(), LabelReason::kInformative);
}

}  // namespace
}  // namespace labels
