#include "guard/filter/stream_condition.h"

#include <gtest/gtest.h>

namespace guard::filter {
namespace {

TEST(StreamCondition, FramerAndParserCloseAlike) {
  using To = wire::StreamCondition;
  EXPECT_EQ(wire_condition(xmpp::StreamError::kNotWellFormed), To::kNotWellFormed);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kNotWellFormed), To::kNotWellFormed);
  EXPECT_EQ(wire_condition(xmpp::StreamError::kRestrictedXml), To::kRestrictedXml);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kRestrictedXml), To::kRestrictedXml);
  EXPECT_EQ(wire_condition(xmpp::StreamError::kUnsupportedEncoding), To::kUnsupportedEncoding);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kBadEncoding), To::kUnsupportedEncoding);
  EXPECT_EQ(wire_condition(xmpp::StreamError::kUnsupportedStanzaType), To::kUnsupportedStanzaType);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kUnsupportedStanza), To::kUnsupportedStanzaType);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kNamespace), To::kInvalidNamespace);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kForbiddenText), To::kNotWellFormed);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kLimit), To::kPolicyViolation);
}

TEST(StreamCondition, SchemaAndInternalDoNotClose) {
  EXPECT_EQ(wire_condition(schemas::ReadFault::kSchema), wire::StreamCondition::kNone);
  EXPECT_EQ(wire_condition(schemas::ReadFault::kInternal), wire::StreamCondition::kNone);
}

TEST(StreamCondition, EveryErrorHasOne) {
  for (int error = 0; error <= static_cast<int>(xmpp::StreamError::kUnsupportedVersion); ++error) {
    EXPECT_NE(wire_condition(static_cast<xmpp::StreamError>(error)), wire::StreamCondition::kNone);
  }
}

}  // namespace
}  // namespace guard::filter
