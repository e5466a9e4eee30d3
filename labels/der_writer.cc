#include "labels/der_writer.h"

#include <algorithm>

#include "labels/der.h"

namespace labels::der {

void append(guard::Bytes& out, std::uint8_t tag, guard::BytesView content) {
  out.push_back(tag);
  const std::size_t length = content.size();
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
  } else {
    std::uint8_t octets = 1;
    while ((length >> (8 * octets)) != 0) ++octets;
    out.push_back(static_cast<std::uint8_t>(0x80 | octets));
    for (std::uint8_t i = octets; i-- > 0;) {
      out.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
    }
  }
  out.insert(out.end(), content.begin(), content.end());
}

void append_integer(guard::Bytes& out, std::uint32_t value) {
  guard::Bytes content;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto octet = static_cast<std::uint8_t>(value >> shift);
    if (!content.empty() || octet != 0 || shift == 0) content.push_back(octet);
  }
  if ((content.front() & 0x80) != 0) content.insert(content.begin(), 0);
  append(out, kInteger, content);
}

void append_bits(guard::Bytes& out, std::uint8_t tag, std::span<const std::uint32_t> bits) {
  guard::Bytes content(1, 0);
  if (!bits.empty()) {
    const std::uint32_t highest = bits.back();
    content.resize(1 + highest / 8 + 1, 0);
    content[0] = static_cast<std::uint8_t>(7 - highest % 8);
    for (const std::uint32_t bit : bits) {
      std::uint8_t& octet = content[1 + bit / 8];
      octet = static_cast<std::uint8_t>(octet | (0x80U >> (bit % 8)));
    }
  }
  append(out, tag, content);
}

void append_integers(guard::Bytes& out, std::uint8_t tag, std::span<const std::uint32_t> values) {
  guard::Bytes integers;
  for (const std::uint32_t value : values) append_integer(integers, value);
  append(out, tag, integers);
}

void append_sorted(guard::Bytes& out, std::vector<guard::Bytes> encodings) {
  std::sort(encodings.begin(), encodings.end(),
            [](const auto& a, const auto& b) { return set_order(a, b) < 0; });
  for (const guard::Bytes& one : encodings) out.insert(out.end(), one.begin(), one.end());
}

}  // namespace labels::der
