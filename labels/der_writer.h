// DerWriter: the pieces of DER (X.690) that labels and clearances are written with.
//
// The shortest lengths and integers only, so that what der.h reads and this writes is one spelling.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "guard/base/bytes.h"

namespace labels::der {

// append writes tag, shortest length, content.
void append(guard::Bytes& out, std::uint8_t tag, guard::BytesView content);

// append_integer writes an INTEGER that is not negative.
void append_integer(guard::Bytes& out, std::uint32_t value);

// append_bits writes a BIT STRING with these bits, in ascending order, without trailing zeros; for
// none an empty one. `tag` is kBitString or what stands for it.
void append_bits(guard::Bytes& out, std::uint8_t tag, std::span<const std::uint32_t> bits);

// append_integers writes a SET OF INTEGER. REQUIRES: ascending, each once. `tag` is kSet or what
// stands for it.
void append_integers(guard::Bytes& out, std::uint8_t tag, std::span<const std::uint32_t> values);

// append_sorted joins encodings in DER's order of a SET OF (X.690 11.6).
void append_sorted(guard::Bytes& out, std::vector<guard::Bytes> encodings);

}  // namespace labels::der
