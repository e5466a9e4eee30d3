#include "guard/xmpp/stanza_error.h"

#include <array>
#include <cstddef>

#include "guard/base/check.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kStanzaErrorsNs = "urn:ietf:params:xml:ns:xmpp-stanzas";

struct Condition {
  std::string_view name;
  ErrorType type;
};

// In the order of the enumeration; the types are those of RFC 6120 8.3.3.
constexpr std::array<Condition, 22> kConditions = {{
    {"bad-request", ErrorType::kModify},
    {"conflict", ErrorType::kCancel},
    {"feature-not-implemented", ErrorType::kCancel},
    {"forbidden", ErrorType::kAuth},
    {"gone", ErrorType::kCancel},
    {"internal-server-error", ErrorType::kCancel},
    {"item-not-found", ErrorType::kCancel},
    {"jid-malformed", ErrorType::kModify},
    {"not-acceptable", ErrorType::kModify},
    {"not-allowed", ErrorType::kCancel},
    {"not-authorized", ErrorType::kAuth},
    {"policy-violation", ErrorType::kModify},
    {"recipient-unavailable", ErrorType::kWait},
    {"redirect", ErrorType::kModify},
    {"registration-required", ErrorType::kAuth},
    {"remote-server-not-found", ErrorType::kCancel},
    {"remote-server-timeout", ErrorType::kWait},
    {"resource-constraint", ErrorType::kWait},
    {"service-unavailable", ErrorType::kCancel},
    {"subscription-required", ErrorType::kAuth},
    {"undefined-condition", ErrorType::kCancel},
    {"unexpected-request", ErrorType::kWait},
}};
static_assert(kConditions.size() == static_cast<std::size_t>(StanzaError::kUnexpectedRequest) + 1);

constexpr std::array<std::string_view, 5> kTypes = {"auth", "cancel", "continue", "modify", "wait"};
static_assert(kTypes.size() == static_cast<std::size_t>(ErrorType::kWait) + 1);

const Condition& condition_of(StanzaError condition) {
  const auto index = static_cast<std::size_t>(condition);
  CHECK(index < kConditions.size());
  return kConditions[index];
}

}  // namespace

std::string_view to_string(StanzaError condition) { return condition_of(condition).name; }

std::string_view to_string(ErrorType type) {
  const auto index = static_cast<std::size_t>(type);
  CHECK(index < kTypes.size());
  return kTypes[index];
}

std::optional<StanzaError> stanza_error_from(std::string_view name) {
  for (std::size_t i = 0; i < kConditions.size(); ++i) {
    if (kConditions[i].name == name) return static_cast<StanzaError>(i);
  }
  return std::nullopt;
}

std::optional<ErrorType> error_type_from(std::string_view name) {
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i] == name) return static_cast<ErrorType>(i);
  }
  return std::nullopt;
}

ErrorType default_type(StanzaError condition) { return condition_of(condition).type; }

std::string write_error_element(StanzaError condition, ErrorType type) {
  std::string text = "<error type='";
  text.append(to_string(type)).append("'><").append(to_string(condition));
  text.append(" xmlns='").append(kStanzaErrorsNs);
  return text.append("'/></error>");
}

}  // namespace guard::xmpp
