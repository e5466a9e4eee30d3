#include "policy/stanza_type.h"

#include <array>
#include <utility>

namespace policy {
namespace {

constexpr std::array<std::pair<StanzaType, std::string_view>, 15> kTypes = {{
    {StanzaType::kNormal, "normal"},
    {StanzaType::kChat, "chat"},
    {StanzaType::kGroupchat, "groupchat"},
    {StanzaType::kHeadline, "headline"},
    {StanzaType::kAvailable, "available"},
    {StanzaType::kUnavailable, "unavailable"},
    {StanzaType::kSubscribe, "subscribe"},
    {StanzaType::kSubscribed, "subscribed"},
    {StanzaType::kUnsubscribe, "unsubscribe"},
    {StanzaType::kUnsubscribed, "unsubscribed"},
    {StanzaType::kProbe, "probe"},
    {StanzaType::kGet, "get"},
    {StanzaType::kSet, "set"},
    {StanzaType::kResult, "result"},
    {StanzaType::kError, "error"},
}};

constexpr std::array<std::pair<StanzaKind, std::string_view>, 3> kKinds = {{
    {StanzaKind::kMessage, "message"},
    {StanzaKind::kPresence, "presence"},
    {StanzaKind::kIq, "iq"},
}};

constexpr TypeSet types_of(StanzaKind kind) {
  using enum StanzaType;
  switch (kind) {
    case StanzaKind::kMessage:
      return TypeSet(kNormal, kChat, kGroupchat, kHeadline, kError);
    case StanzaKind::kPresence:
      return TypeSet(kAvailable, kUnavailable, kSubscribe, kSubscribed, kUnsubscribe, kUnsubscribed,
                     kProbe, kError);
    case StanzaKind::kIq:
      return TypeSet(kGet, kSet, kResult, kError);
  }
  return {};
}

}  // namespace

std::string_view to_string(StanzaKind kind) {
  for (const auto& [value, name] : kKinds) {
    if (value == kind) return name;
  }
  return {};
}

std::string_view to_string(StanzaType type) {
  for (const auto& [value, name] : kTypes) {
    if (value == type) return name;
  }
  return {};
}

std::optional<StanzaKind> kind_from(std::string_view name) {
  for (const auto& [value, text] : kKinds) {
    if (text == name) return value;
  }
  return std::nullopt;
}

std::optional<StanzaType> type_from(std::string_view name) {
  for (const auto& [value, text] : kTypes) {
    if (text == name) return value;
  }
  return std::nullopt;
}

bool fits(StanzaKind kind, StanzaType type) { return types_of(kind).has(type); }

}  // namespace policy
