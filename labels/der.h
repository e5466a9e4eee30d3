// DerReader: a strict reader of DER (X.690), over borrowed octets, without allocation.
//
// Refused: indefinite and non-minimal lengths, non-minimal integers, multi-octet tags (nothing in
// a label has one), and every octet that nobody asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "guard/base/bytes.h"
#include "labels/label_error.h"
#include "labels/oid.h"

namespace labels {

namespace der {
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOid = 0x06;
inline constexpr std::uint8_t kUtf8String = 0x0c;
inline constexpr std::uint8_t kPrintableString = 0x13;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kSet = 0x31;
inline constexpr std::uint8_t kContext0 = 0x80;             // [0] IMPLICIT, primitive
inline constexpr std::uint8_t kContext1Constructed = 0xa1;  // [1] EXPLICIT
}  // namespace der

// DerReader walks the elements of one level. It borrows the octets. Offsets count from the first
// octet of the outermost reader.
class DerReader {
 public:
  struct Element {
    guard::BytesView whole;   // tag, length and content
    std::size_t offset = 0;   // of the tag
    std::uint8_t header = 0;  // octets of tag and length
    std::uint8_t tag = 0;

    [[nodiscard]] guard::BytesView content() const { return whole.subspan(header); }
    [[nodiscard]] std::size_t content_offset() const { return offset + header; }
  };

  explicit DerReader(guard::BytesView octets) : octets_(octets) {}
  // A reader of what is inside `element`.
  explicit DerReader(const Element& element)
      : octets_(element.content()), base_(element.content_offset()) {}

  [[nodiscard]] bool at_end() const { return position_ == octets_.size(); }
  [[nodiscard]] std::size_t offset() const { return base_ + position_; }

  // next reads one element of any single-octet tag. Errors: kTruncated, kUnexpectedTag (a
  // multi-octet tag), kIndefiniteLength, kLengthNotMinimal.
  [[nodiscard]] std::expected<Element, LabelError> next();
  // next reads one element of that tag; kUnexpectedTag for another.
  [[nodiscard]] std::expected<Element, LabelError> next(std::uint8_t tag);
  // end is an error (kTrailingBytes) where anything is left.
  [[nodiscard]] std::expected<void, LabelError> end() const;

 private:
  // next for what is not a plain tag and a length below 128 within what is left: the long forms
  // and every error.
  [[nodiscard]] std::expected<Element, LabelError> next_uncommon();
  [[nodiscard]] Element take(std::uint8_t header, std::size_t length);

  guard::BytesView octets_;
  std::size_t position_ = 0;
  std::size_t base_ = 0;
};

// Nearly every element of a label is short, and a label has two dozen of them: a call for each
// would cost more than the rest of reading it. So the short form is read where it is asked for.

[[gnu::always_inline]] inline DerReader::Element DerReader::take(std::uint8_t header,
                                                                 std::size_t length) {
  const Element element{.whole = octets_.subspan(position_, header + length),
                        .offset = offset(),
                        .header = header,
                        .tag = octets_[position_]};
  position_ += header + length;
  return element;
}

[[gnu::always_inline]] inline std::expected<DerReader::Element, LabelError> DerReader::next() {
  const guard::BytesView rest = octets_.subspan(position_);
  if (rest.size() < 2 || (rest[0] & 0x1f) == 0x1f || rest[1] >= 0x80 || rest[1] > rest.size() - 2) {
    return next_uncommon();
  }
  return take(2, rest[1]);
}

[[gnu::always_inline]] inline std::expected<DerReader::Element, LabelError> DerReader::next(
    std::uint8_t tag) {
  const std::expected<Element, LabelError> element = next();
  if (element && element->tag != tag) {
    return std::unexpected(LabelError{element->offset, LabelReason::kUnexpectedTag});
  }
  return element;
}

inline std::expected<void, LabelError> DerReader::end() const {
  if (!at_end()) return std::unexpected(LabelError{offset(), LabelReason::kTrailingBytes});
  return {};
}

// read_unsigned reads the content of a minimal INTEGER within 0 to `max`. Errors:
// kIntegerNotMinimal; `range` where it is negative or above `max`.
[[nodiscard]] std::expected<std::uint32_t, LabelError> read_unsigned(
    const DerReader::Element& element, std::uint32_t max, LabelReason range);

// read_oid reads the content of an OBJECT IDENTIFIER, whatever its tag. Errors: kOidMalformed,
// kOidTooLong.
[[nodiscard]] std::expected<Oid, LabelError> read_oid(const DerReader::Element& element);

// set_order compares two encodings as X.690 11.6 does: the shorter is padded with zero octets.
// Negative, zero, positive like memcmp.
[[nodiscard]] int set_order(guard::BytesView a, guard::BytesView b);

}  // namespace labels
