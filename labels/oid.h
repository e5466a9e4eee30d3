// Oid: an object identifier (X.660), kept as the content octets of its DER encoding.
//
// Who controls it: in labels a hostile peer, in security policies the people who wrote them.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "guard/base/bytes.h"

namespace labels {

// Oid is a value of fixed size without heap memory, so that labels can be decoded and compared
// without allocation. A default-constructed Oid is empty and equals no identifier that can be
// read; every other Oid is well formed: at least one octet, every arc minimal, the last complete.
class Oid {
 public:
  // kMaxOctets bounds the content octets: enough for the UUID arcs (2.25.x, 20 octets) with room
  // for arcs below them.
  static constexpr std::size_t kMaxOctets = 39;

  Oid() = default;

  // from_content takes the content octets of a DER OBJECT IDENTIFIER (X.690 8.19); nullopt where
  // they are empty, too many, padded (an arc that begins with 0x80) or end inside an arc.
  [[nodiscard]] static std::optional<Oid> from_content(guard::BytesView content);

  // from_dotted reads "2.999.1": two arcs or more, no leading zeros, first arc 0 to 2, second below
  // 40 under 0 and 1; arcs of any size that fit kMaxOctets. nullopt for anything else.
  [[nodiscard]] static std::optional<Oid> from_dotted(std::string_view text);

  // content views the content octets; it lives as long as this Oid.
  [[nodiscard]] guard::BytesView content() const { return {octets_.data(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  // to_dotted writes "2.999.1"; an empty string for an empty Oid.
  [[nodiscard]] std::string to_dotted() const;

  // Ordered by content octets, then by length: a total order for sorted containers, of no meaning
  // outside the program.
  auto operator<=>(const Oid&) const = default;

 private:
  std::array<std::uint8_t, kMaxOctets> octets_{};  // zero past size_, so that == may compare all
  std::uint8_t size_ = 0;
};

}  // namespace labels
