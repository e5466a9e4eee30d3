#include "guard/filter/refusal.h"

#include <gtest/gtest.h>

#include "guard/filter/vocabulary.h"
#include "schemas/reader.h"
#include "schemas/xerces_platform.h"

namespace guard::filter {
namespace {

using policy::StanzaKind;
using policy::StanzaType;
using xmpp::ErrorType;
using xmpp::StanzaError;

Envelope envelope(StanzaKind kind, StanzaType type) {
  return {.kind = kind,
          .type = type,
          .id = "i\"1",
          .from = {"ann", "high.example", "desk"},
          .to = {"bob", "low.example", ""},
          .answerable = true};
}

TEST(Refusal, ReplyHasSwappedAddressesOneConditionAndNothingElse) {
  EXPECT_EQ(error_reply(envelope(StanzaKind::kMessage, StanzaType::kChat),
                        {StanzaError::kPolicyViolation, ErrorType::kModify}),
            "<message from=\"bob@low.example\" id=\"i&quot;1\" to=\"ann@high.example/desk\" "
            "type=\"error\"><error type=\"modify\"><policy-violation "
            "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></message>");
  EXPECT_EQ(error_reply(envelope(StanzaKind::kIq, StanzaType::kGet),
                        {StanzaError::kServiceUnavailable, ErrorType::kCancel}),
            "<iq from=\"bob@low.example\" id=\"i&quot;1\" to=\"ann@high.example/desk\" "
            "type=\"error\"><error type=\"cancel\"><service-unavailable "
            "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></iq>");
}

TEST(Refusal, ContingencyTellsTheHighSideAndNotTheLowSide) {
  const Envelope message = envelope(StanzaKind::kMessage, StanzaType::kChat);
  EXPECT_NE(contingency_reply(message, Lane::kHighToLow)
                .find("<error type=\"wait\"><remote-server-timeout "),
            std::string::npos);
  EXPECT_EQ(contingency_reply(message, Lane::kLowToHigh), "");
  const Envelope request = envelope(StanzaKind::kIq, StanzaType::kGet);
  EXPECT_NE(contingency_reply(request, Lane::kHighToLow).find("remote-server-timeout"),
            std::string::npos);
  EXPECT_NE(contingency_reply(request, Lane::kLowToHigh)
                .find("<error type=\"cancel\"><service-unavailable "),
            std::string::npos);
  for (const Lane lane : {Lane::kHighToLow, Lane::kLowToHigh}) {
    for (Envelope never : {message, request}) {
      never.answerable = false;
      EXPECT_EQ(contingency_reply(never, lane), "");
    }
  }
}

class Conditions : public ::testing::Test {
 protected:
  std::optional<Answer> read(const std::string& error) {
    const auto root = reader_.read_stanza("<message type='error'>" + error + "</message>");
    EXPECT_TRUE(root) << (root ? "" : root.error().message);
    if (!root) return std::nullopt;
    return read_condition(**root);
  }

  schemas::XercesPlatform xerces_;
  schemas::StanzaReader reader_;
};

TEST_F(Conditions, AreReadFromTheAllowList) {
  const std::string ns = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";
  EXPECT_EQ(
      read("<error type='wait'><text" + ns + ">why</text><item-not-found" + ns + "/></error>"),
      (Answer{StanzaError::kItemNotFound, ErrorType::kCancel}));
  // The type is the standard's, not the sender's to choose.
  EXPECT_EQ(read("<error type='auth'><service-unavailable" + ns + "/></error>"),
            (Answer{StanzaError::kServiceUnavailable, ErrorType::kCancel}));
}

TEST_F(Conditions, OthersBecomeUndefined) {
  const std::string ns = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";
  for (const std::string name : {"gone", "redirect", "internal-server-error"}) {
    EXPECT_EQ(read("<error type='cancel'><" + name + ns + "/></error>")->condition,
              StanzaError::kUndefinedCondition)
        << name;
  }
  EXPECT_EQ(read("<error type='cancel'/>")->condition, StanzaError::kUndefinedCondition);
  EXPECT_FALSE(read("").has_value());
}

TEST(Refusal, RebuiltErrorsKeepAddressesAndConditionOnly) {
  EXPECT_EQ(rebuilt_error(envelope(StanzaKind::kMessage, StanzaType::kError),
                          {StanzaError::kItemNotFound, ErrorType::kCancel}),
            "<message from=\"ann@high.example/desk\" id=\"i&quot;1\" to=\"bob@low.example\" "
            "type=\"error\"><error type=\"cancel\"><item-not-found "
            "xmlns=\"urn:ietf:params:xml:ns:xmpp-stanzas\"/></error></message>");
}

}  // namespace
}  // namespace guard::filter
