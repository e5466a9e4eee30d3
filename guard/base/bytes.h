// Bytes: owned and borrowed octets, and the two casts between octets and text.
//
// XML is kept in std::string and std::string_view; what is binary (DER, digests, keys) in Bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace guard {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

// as_bytes views text as octets. The view lives as long as the text.
inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// as_text views octets as text, whatever they hold. The view lives as long as the octets.
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace guard
