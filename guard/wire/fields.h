// Fields: the two visitors that write and read a message's fields in wire order. Private to
// codec.cc, where the format is described.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "guard/wire/codec.h"

namespace guard::wire {

// LastOf<E>::value is the greatest enumerator of an enumeration that travels.
template <class E>
struct LastOf;
template <>
struct LastOf<StreamCondition> {
  static constexpr auto value = StreamCondition::kUnsupportedVersion;
};
template <>
struct LastOf<Outcome> {
  static constexpr auto value = Outcome::kForward;
};
template <>
struct LastOf<Exchange::Part> {
  static constexpr auto value = Exchange::Part::kAnswer;
};
template <>
struct LastOf<Delivery> {
  static constexpr auto value = Delivery::kDelivered;
};
template <>
struct LastOf<EdgeEvent> {
  static constexpr auto value = EdgeEvent::kStrangers;
};
template <>
struct LastOf<Channel> {
  static constexpr auto value = Channel::kStore;
};
template <>
struct LastOf<Side> {
  static constexpr auto value = Side::kLow;
};
template <>
struct LastOf<Lane> {
  static constexpr auto value = Lane::kLowToLow;
};
template <>
struct LastOf<DomainMatch> {
  static constexpr auto value = DomainMatch::kDefault;
};
template <>
struct LastOf<TlsFloor> {
  static constexpr auto value = TlsFloor::kTls13;
};
template <>
struct LastOf<Authentication> {
  static constexpr auto value = Authentication::kEither;
};
template <>
struct LastOf<StreamUse> {
  static constexpr auto value = StreamUse::kBothWays;
};
template <>
struct LastOf<ContentOf> {
  static constexpr auto value = ContentOf::kAll;
};

class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  template <class... Field>
  void operator()(const Field&... field) {
    (put(field), ...);
  }

 private:
  template <class Integer>
    requires std::is_integral_v<Integer>
  void put(Integer value) {
    using Unsigned = std::make_unsigned_t<Integer>;
    const auto bits = static_cast<Unsigned>(value);
    char octets[sizeof(Integer)];
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
      octets[i] =
          static_cast<char>(static_cast<std::uint64_t>(bits) >> (8 * (sizeof(Integer) - 1 - i)));
    }
    out_.append(octets, sizeof octets);
  }
  void put(bool value) { put(static_cast<std::uint8_t>(value ? 1 : 0)); }
  template <class Enumeration>
    requires std::is_enum_v<Enumeration>
  void put(Enumeration value) {
    put(static_cast<std::uint8_t>(value));
  }
  void put(const std::string& text) {
    put(static_cast<std::uint32_t>(text.size()));
    out_.append(text);
  }
  void put(const Digest& digest) { out_.append(as_text(digest)); }
  void put(UtcTime time) { put(time.microseconds); }
  template <class Item>
  void put(const std::vector<Item>& items) {
    put(static_cast<std::uint32_t>(items.size()));
    for (const Item& item : items) put(item);
  }
  template <class Message>
    requires std::is_class_v<Message>
  void put(const Message& message) {
    Message::fields(message, *this);
  }

  std::string& out_;
};

class FieldReader {
 public:
  explicit FieldReader(std::string_view in) : in_(in) {}

  template <class... Field>
  void operator()(Field&... field) {
    (get(field), ...);
  }

  // The first fault met; empty without one.
  [[nodiscard]] std::string_view fault() const { return fault_; }
  [[nodiscard]] bool at_end() const { return in_.empty(); }

 private:
  void fail(std::string_view why) {
    if (fault_.empty()) fault_ = why;
    in_ = {};
  }
  std::string_view take(std::size_t count) {
    if (in_.size() < count) {
      fail("a field reaches past the end");
      return {};
    }
    const std::string_view taken = in_.substr(0, count);
    in_.remove_prefix(count);
    return taken;
  }
  template <class Integer>
    requires std::is_integral_v<Integer>
  void get(Integer& value) {
    std::uint64_t bits = 0;
    for (const char octet : take(sizeof(Integer))) {
      bits = bits << 8 | static_cast<unsigned char>(octet);
    }
    value = static_cast<Integer>(bits);
  }
  void get(bool& value) {
    std::uint8_t octet = 0;
    get(octet);
    if (octet > 1) fail("a boolean is neither 0 nor 1");
    value = octet == 1;
  }
  template <class Enumeration>
    requires std::is_enum_v<Enumeration>
  void get(Enumeration& value) {
    std::uint8_t octet = 0;
    get(octet);
    if (octet > static_cast<std::uint8_t>(LastOf<Enumeration>::value)) {
      fail("an enumeration has no such value");
      octet = 0;
    }
    value = static_cast<Enumeration>(octet);
  }
  void get(std::string& text) {
    std::uint32_t count = 0;
    get(count);
    text = take(count);
  }
  void get(Digest& digest) {
    const std::string_view octets = take(digest.size());
    std::copy(octets.begin(), octets.end(), digest.begin());
  }
  void get(UtcTime& time) { get(time.microseconds); }
  template <class Item>
  void get(std::vector<Item>& items) {
    std::uint32_t count = 0;
    get(count);
    // Each item takes an octet or more, so a count beyond what is left is a lie that must not
    // become an allocation.
    if (count > in_.size()) return fail("a list is longer than its frame");
    items.clear();
    for (std::uint32_t i = 0; i < count && fault_.empty(); ++i) get(items.emplace_back());
  }
  template <class Message>
    requires std::is_class_v<Message>
  void get(Message& message) {
    Message::fields(message, *this);
  }

  std::string_view in_;
  std::string_view fault_;
};

}  // namespace guard::wire
