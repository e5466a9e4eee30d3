#include "guard/filter/stream_condition.h"

namespace guard::filter {

wire::StreamCondition wire_condition(xmpp::StreamError error) {
  using From = xmpp::StreamError;
  using To = wire::StreamCondition;
  switch (error) {
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
    case From::kInvalidXml:
      return To::kUndefinedCondition;
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
    case From::kSeeOtherHost:
      return To::kUndefinedCondition;
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

wire::StreamCondition wire_condition(schemas::ReadFault fault) {
  using From = schemas::ReadFault;
  using To = wire::StreamCondition;
  switch (fault) {
    case From::kNotWellFormed:
    case From::kForbiddenText:
      return To::kNotWellFormed;
    case From::kBadEncoding:
      return To::kUnsupportedEncoding;
    case From::kRestrictedXml:
      return To::kRestrictedXml;
    case From::kNamespace:
      return To::kInvalidNamespace;
    case From::kUnsupportedStanza:
      return To::kUnsupportedStanzaType;
    case From::kLimit:
      return To::kPolicyViolation;
    case From::kSchema:
    case From::kInternal:
      return To::kNone;
  }
  return To::kNotWellFormed;
}

}  // namespace guard::filter
