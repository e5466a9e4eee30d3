#include "guard/edge/stream_condition.h"

namespace guard::edge {

std::optional<xmpp::StreamError> stream_error(wire::StreamCondition condition) {
  using From = wire::StreamCondition;
  using To = xmpp::StreamError;
  switch (condition) {
    case From::kNone:
      return std::nullopt;
    case From::kBadFormat:
      return To::kBadFormat;
    case From::kBadNamespacePrefix:
      return To::kBadNamespacePrefix;
    case From::kConflict:
      return To::kConflict;
    case From::kConnectionTimeout:
      return To::kConnectionTimeout;
    case From::kHostGone:
      return To::kHostGone;
    case From::kHostUnknown:
      return To::kHostUnknown;
    case From::kImproperAddressing:
      return To::kImproperAddressing;
    case From::kInternalServerError:
      return To::kInternalServerError;
    case From::kInvalidFrom:
      return To::kInvalidFrom;
    case From::kInvalidNamespace:
      return To::kInvalidNamespace;
    case From::kNotAuthorized:
      return To::kNotAuthorized;
    case From::kNotWellFormed:
      return To::kNotWellFormed;
    case From::kPolicyViolation:
      return To::kPolicyViolation;
    case From::kRemoteConnectionFailed:
      return To::kRemoteConnectionFailed;
    case From::kReset:
      return To::kReset;
    case From::kResourceConstraint:
      return To::kResourceConstraint;
    case From::kRestrictedXml:
      return To::kRestrictedXml;
    case From::kSystemShutdown:
      return To::kSystemShutdown;
    case From::kUndefinedCondition:
      return To::kUndefinedCondition;
    case From::kUnsupportedEncoding:
      return To::kUnsupportedEncoding;
    case From::kUnsupportedFeature:
      return To::kUnsupportedFeature;
    case From::kUnsupportedStanzaType:
      return To::kUnsupportedStanzaType;
    case From::kUnsupportedVersion:
      return To::kUnsupportedVersion;
  }
  return To::kUndefinedCondition;
}

}  // namespace guard::edge
