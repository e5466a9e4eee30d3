// StanzaError: the conditions of an error stanza (RFC 6120 section 8.3) and their types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guard::xmpp {

// StanzaError names every defined condition (SPEC: RFC 6120 8.3.3). The numbers are stable.
enum class StanzaError : std::uint8_t {
  kBadRequest = 0,
  kConflict = 1,
  kFeatureNotImplemented = 2,
  kForbidden = 3,
  kGone = 4,
  kInternalServerError = 5,
  kItemNotFound = 6,
  kJidMalformed = 7,
  kNotAcceptable = 8,
  kNotAllowed = 9,
  kNotAuthorized = 10,
  kPolicyViolation = 11,
  kRecipientUnavailable = 12,
  kRedirect = 13,
  kRegistrationRequired = 14,
  kRemoteServerNotFound = 15,
  kRemoteServerTimeout = 16,
  kResourceConstraint = 17,
  kServiceUnavailable = 18,
  kSubscriptionRequired = 19,
  kUndefinedCondition = 20,
  kUnexpectedRequest = 21,
};

// ErrorType says what the sender may do about an error (SPEC: RFC 6120 8.3.2).
enum class ErrorType : std::uint8_t {
  kAuth = 0,
  kCancel = 1,
  kContinue = 2,
  kModify = 3,
  kWait = 4,
};

// to_string gives the element name of a condition, such as "policy-violation".
[[nodiscard]] std::string_view to_string(StanzaError condition);
// to_string gives the value of the attribute "type".
[[nodiscard]] std::string_view to_string(ErrorType type);

// stanza_error_from and error_type_from are the inverses of to_string; nullopt for any other text.
[[nodiscard]] std::optional<StanzaError> stanza_error_from(std::string_view name);
[[nodiscard]] std::optional<ErrorType> error_type_from(std::string_view name);

// default_type gives the type that RFC 6120 8.3.3 associates with the condition.
[[nodiscard]] ErrorType default_type(StanzaError condition);

// write_error_element writes <error type='…'><condition xmlns='…'/></error> without text and
// without application conditions.
[[nodiscard]] std::string write_error_element(StanzaError condition, ErrorType type);

}  // namespace guard::xmpp
