#include "guard/filter/label_reader.h"

#include <gtest/gtest.h>

#include "guard/filter/label_writer.h"
#include "guard/filter/test_policy.h"
#include "labels/sec_label.h"
#include "schemas/reader.h"
#include "schemas/xerces_platform.h"

namespace guard::filter {
namespace {

class LabelReader : public ::testing::Test {
 protected:
  ReadLabel read(const std::string& children) {
    const auto root = reader_.read_stanza("<message>" + children + "</message>");
    EXPECT_TRUE(root) << children;
    return root ? read_label(**root) : ReadLabel{};
  }
  static std::string ess(const std::string& base64) {
    return "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>" + base64 + "</esssecuritylabel>";
  }
  static std::string securitylabel(const std::string& inner) {
    return "<securitylabel xmlns='urn:xmpp:sec-label:0'>" + inner + "</securitylabel>";
  }

  schemas::XercesPlatform xerces_;
  schemas::StanzaReader reader_;
};

TEST_F(LabelReader, FindsNothingWhereThereIsNothing) {
  const ReadLabel read_one = read("<body>b</body>");
  EXPECT_EQ(read_one.facts, policy::LabelFacts{});
  EXPECT_TRUE(read_one.received.empty());
}

// The filter understands ESS alone: another format that the schema knows is refused, wherever it
// stands, as one that nobody knows.
TEST_F(LabelReader, RefusesEveryFormatButEss) {
  const std::string nato =
      "<originatorConfidentialityLabel "
      "xmlns='urn:nato:stanag:4774:confidentialitymetadatalabel:1:0'>"
      "<ConfidentialityInformation><PolicyIdentifier URI='urn:oid:1.1'>TEST</PolicyIdentifier>"
      "<Classification>UNCLASSIFIED</Classification></ConfidentialityInformation>"
      "<CreationDateTime>2026-01-01T00:00:00Z</CreationDateTime></originatorConfidentialityLabel>";
  for (const std::string& children :
       {securitylabel("<label>" + nato + "</label>"),
        securitylabel("<label>" + ess("MQYCAQQGASk=") + "</label><equivalentlabel>" + nato +
                      "</equivalentlabel>")}) {
    const ReadLabel refused = read(children);
    ASSERT_TRUE(refused.facts.fault) << children;
    EXPECT_EQ(*refused.facts.fault, policy::LabelFault::kFormat) << children;
  }
}

// The example of XEP-0258 itself, with its white space and its components in DER order.
TEST_F(LabelReader, ReadsTheStandardsExample) {
  const ReadLabel good = read(securitylabel(
      "<displaymarking fgcolor='black' bgcolor='red'>SECRET</displaymarking><label>\n  " +
      ess("\n    MQYC\n AQQG\tASk=\n  ") + "\n</label>"));
  EXPECT_FALSE(good.facts.fault);
  ASSERT_TRUE(good.facts.label);
  EXPECT_EQ(good.facts.label->classification(), 4);
  EXPECT_EQ(good.facts.label->policy().to_dotted(), "1.1");
  EXPECT_EQ(to_base64(good.received), "MQYCAQQGASk=");
}

TEST_F(LabelReader, TellsTheEmptyLabelFromNone) {
  const ReadLabel empty = read(securitylabel("<label/>"));
  EXPECT_TRUE(empty.facts.present);
  EXPECT_FALSE(empty.facts.fault);
  EXPECT_FALSE(empty.facts.label);
}

TEST_F(LabelReader, NamesEachFault) {
  using policy::LabelFault;
  const std::string good = "<label>" + ess("MQYCAQQGASk=") + "</label>";
  const std::tuple<std::string, LabelFault, const char*> rows[] = {
      {securitylabel(good) + securitylabel(good), LabelFault::kTwice, ""},
      {securitylabel("<label/>") + securitylabel("<label/>"), LabelFault::kTwice, ""},
      {securitylabel(""), LabelFault::kStructure, "no-label"},
      {securitylabel("<equivalentlabel>" + ess("MQYCAQQGASk=") + "</equivalentlabel>"),
       LabelFault::kStructure, "no-label"},
      {securitylabel(good + good), LabelFault::kStructure, "labels"},
      {securitylabel("<label>" + ess("MQYCAQQGASk=") + ess("MQYCAQQGASk=") + "</label>"),
       LabelFault::kStructure, "children"},
      {securitylabel("<label>" + ess("MQYCAQQGASk=") + "</label><equivalentlabel>" + ess("!") +
                     "</equivalentlabel>"),
       LabelFault::kBase64, nullptr},
      {securitylabel("<label>" + ess("MQYCAQMGASk") + "</label>"), LabelFault::kBase64, nullptr},
      {securitylabel("<label>" + ess("MRUCAgD9DA9BcXVhIChvYnNvbGV0ZSk=") + "</label>"),
       LabelFault::kEncoding, "policy-missing"},
      {securitylabel("<label>" + ess("") + "</label>"), LabelFault::kEncoding, "truncated"},
  };
  for (const auto& [children, fault, detail] : rows) {
    const policy::LabelFacts facts = read(children).facts;
    EXPECT_TRUE(facts.present) << children;
    ASSERT_TRUE(facts.fault) << children;
    EXPECT_EQ(*facts.fault, fault) << children;
    if (detail != nullptr) {
      EXPECT_EQ(facts.fault_detail, detail) << children;
    }
  }
}

TEST_F(LabelReader, ReadsEquivalents) {
  const ReadLabel two =
      read(securitylabel("<label>" + ess("MQYCAQQGASk=") + "</label><equivalentlabel>" +
                         ess("MQYCAQEGASo=") + "</equivalentlabel>"));
  EXPECT_FALSE(two.facts.fault);
  ASSERT_EQ(two.facts.equivalents.size(), 1U);
  EXPECT_EQ(two.facts.equivalents[0].classification(), 1);
  EXPECT_EQ(to_base64(two.received), "MQYCAQQGASk=");  // of the primary
}

TEST_F(LabelReader, BoundsEquivalents) {
  const auto with = [&](std::size_t count) {
    std::string inner = "<label>" + ess("MQYCAQQGASk=") + "</label>";
    for (std::size_t i = 0; i < count; ++i) {
      inner += "<equivalentlabel>" + ess("MQYCAQEGASo=") + "</equivalentlabel>";
    }
    return read(securitylabel(inner)).facts;
  };
  EXPECT_FALSE(with(labels::kMaxEquivalents).fault);
  EXPECT_EQ(with(labels::kMaxEquivalents).equivalents.size(), labels::kMaxEquivalents);
  EXPECT_EQ(with(labels::kMaxEquivalents + 1).fault, policy::LabelFault::kStructure);
  EXPECT_EQ(with(labels::kMaxEquivalents + 1).fault_detail, "equivalents");
}

TEST_F(LabelReader, WritesInSchemaOrderWithTheMarkingOfThePolicy) {
  const policy::Policy policy = test::load();
  const auto label = labels::label_from_names(
      policy.security_policy(), {.classification = "SECRET", .privacy_mark = {}, .categories = {}});
  ASSERT_TRUE(label);
  const std::string written = write_label(policy.security_policy(), *label);
  EXPECT_TRUE(written.starts_with(
      "<securitylabel xmlns=\"urn:xmpp:sec-label:0\"><displaymarking bgcolor=\"#FFA500\" "))
      << written;
  EXPECT_NE(written.find(">TEST SECRET</displaymarking><label><esssecuritylabel "),
            std::string::npos);
  const ReadLabel again = read(written);
  EXPECT_EQ(again.facts.label, *label);
}

}  // namespace
}  // namespace guard::filter
