// StanzaType: kinds and types of stanzas, and sets of types.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace policy {

enum class StanzaKind : std::uint8_t { kMessage = 0, kPresence, kIq };

// StanzaType is the type of a stanza of any kind. The default is filled in: a message without a
// type is kNormal, a presence without one kAvailable. The numbers are stable.
enum class StanzaType : std::uint8_t {
  kNormal = 0,  // message
  kChat,
  kGroupchat,
  kHeadline,
  kAvailable,  // presence
  kUnavailable,
  kSubscribe,
  kSubscribed,
  kUnsubscribe,
  kUnsubscribed,
  kProbe,
  kGet,  // iq
  kSet,
  kResult,
  kError,  // any kind
};

// to_string gives the words of RFC 6121 and RFC 6120; "available" for presence without a type.
[[nodiscard]] std::string_view to_string(StanzaKind kind);
[[nodiscard]] std::string_view to_string(StanzaType type);
[[nodiscard]] std::optional<StanzaKind> kind_from(std::string_view name);
[[nodiscard]] std::optional<StanzaType> type_from(std::string_view name);

// fits says whether a stanza of that kind can have that type.
[[nodiscard]] bool fits(StanzaKind kind, StanzaType type);

// TypeSet is a set of types.
class TypeSet {
 public:
  constexpr TypeSet() = default;
  template <class... Types>
  constexpr explicit TypeSet(Types... types) : bits_((0U | ... | bit(types))) {}

  constexpr void add(StanzaType type) { bits_ |= bit(type); }
  constexpr void add(TypeSet others) { bits_ |= others.bits_; }
  [[nodiscard]] constexpr bool has(StanzaType type) const { return (bits_ & bit(type)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr bool contains(TypeSet other) const { return (other.bits_ & ~bits_) == 0; }

  bool operator==(const TypeSet&) const = default;

 private:
  static constexpr std::uint32_t bit(StanzaType type) {
    return std::uint32_t{1} << static_cast<unsigned>(type);
  }
  std::uint32_t bits_ = 0;
};

}  // namespace policy
