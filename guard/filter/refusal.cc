#include "guard/filter/refusal.h"

#include "guard/base/check.h"
#include "guard/filter/stanza_writer.h"
#include "guard/filter/vocabulary.h"

namespace guard::filter {
namespace {

using policy::StanzaKind;
using policy::StanzaType;
using xmpp::ErrorType;
using xmpp::StanzaError;

std::string error_stanza(StanzaKind kind, const std::string& from, const std::string& id,
                         const std::string& to, const Answer& answer) {
  std::string out;
  out.reserve(from.size() + id.size() + to.size() + 256);
  const std::string_view name = policy::to_string(kind);
  StanzaWriter::write_head(
      out, {.name = name, .from = from, .id = id, .to = to, .type = "error", .lang = {}});
  out += "<error type=\"";
  out += xmpp::to_string(answer.type);
  out += "\"><";
  out += xmpp::to_string(answer.condition);
  out += " xmlns=\"";
  out += ns::kStanzaErrors;
  out += "\"/></error>";
  StanzaWriter::close_stanza(out, name);
  return out;
}

// May a condition cross as it is? The others either carry data (gone, redirect) or say something
// about the inside of a server that nobody on the other side needs.
bool may_cross(StanzaError condition) {
  switch (condition) {
    case StanzaError::kBadRequest:
    case StanzaError::kConflict:
    case StanzaError::kFeatureNotImplemented:
    case StanzaError::kForbidden:
    case StanzaError::kItemNotFound:
    case StanzaError::kJidMalformed:
    case StanzaError::kNotAcceptable:
    case StanzaError::kNotAllowed:
    case StanzaError::kNotAuthorized:
    case StanzaError::kPolicyViolation:
    case StanzaError::kRecipientUnavailable:
    case StanzaError::kRegistrationRequired:
    case StanzaError::kRemoteServerNotFound:
    case StanzaError::kRemoteServerTimeout:
    case StanzaError::kResourceConstraint:
    case StanzaError::kServiceUnavailable:
    case StanzaError::kSubscriptionRequired:
    case StanzaError::kUnexpectedRequest:
      return true;
    case StanzaError::kGone:
    case StanzaError::kInternalServerError:
    case StanzaError::kRedirect:
    case StanzaError::kUndefinedCondition:
      return false;
  }
  return false;
}

bool is_request(const Envelope& envelope) {
  return envelope.kind == StanzaKind::kIq &&
         (envelope.type == StanzaType::kGet || envelope.type == StanzaType::kSet);
}

}  // namespace

std::string error_reply(const Envelope& envelope, const Answer& answer) {
  CHECK(envelope.answerable);
  return error_stanza(envelope.kind, envelope.to.to_string(), envelope.id,
                      envelope.from.to_string(), answer);
}

std::string contingency_reply(const Envelope& envelope, Lane lane) {
  if (!envelope.answerable) return {};
  if (near_side(lane) == Side::kHigh) {
    return error_reply(envelope, {StanzaError::kRemoteServerTimeout, ErrorType::kWait});
  }
  if (!is_request(envelope)) return {};
  return error_reply(envelope, {StanzaError::kServiceUnavailable, ErrorType::kCancel});
}

std::optional<Answer> read_condition(const schemas::Element& stanza) {
  const schemas::Element* error = stanza.child(ns::kServer, "error");
  if (error == nullptr) return std::nullopt;
  StanzaError condition = StanzaError::kUndefinedCondition;
  for (const schemas::Child& child : error->children) {
    const auto* const* element = std::get_if<const schemas::Element*>(&child);
    if (element == nullptr || (*element)->ns != ns::kStanzaErrors) continue;
    const auto named = xmpp::stanza_error_from((*element)->name);
    if (!named) continue;  // its text
    if (may_cross(*named)) condition = *named;
    break;
  }
  return Answer{condition, xmpp::default_type(condition)};
}

std::string rebuilt_error(const Envelope& envelope, const Answer& condition) {
  return error_stanza(envelope.kind, envelope.from.to_string(), envelope.id,
                      envelope.to.to_string(), condition);
}

void set_unread_content(policy::StanzaFacts& facts, std::string_view stanza) {
  if (facts.kind != StanzaKind::kPresence) return;
  const auto holds = [&](std::string_view name) {
    const std::string quoted = '"' + std::string(name) + '"';
    const std::string single = '\'' + std::string(name) + '\'';
    return stanza.find(quoted) != std::string_view::npos ||
           stanza.find(single) != std::string_view::npos;
  };
  if (holds(ns::kMuc)) facts.elements.push_back({std::string(ns::kMuc), "x"});
  if (holds(ns::kLabel)) facts.label.present = true;
}

}  // namespace guard::filter
