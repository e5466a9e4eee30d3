#include "labels/der.h"

#include <algorithm>
#include <cstring>

namespace labels {

std::expected<DerReader::Element, LabelError> DerReader::next_uncommon() {
  const std::size_t start = offset();
  const auto error = [&](std::size_t at, LabelReason reason) {
    return std::unexpected(LabelError{at, reason});
  };
  const guard::BytesView rest = octets_.subspan(position_);
  if (rest.empty()) return error(start, LabelReason::kTruncated);
  if ((rest[0] & 0x1f) == 0x1f) return error(start, LabelReason::kUnexpectedTag);
  if (rest.size() < 2) return error(start, LabelReason::kTruncated);
  std::size_t length = rest[1];
  std::uint8_t header = 2;
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7f;
    if (octets == 0) return error(start + 1, LabelReason::kIndefiniteLength);
    if (octets > 4) return error(start + 1, LabelReason::kLengthNotMinimal);
    if (rest.size() < 2 + octets) return error(start, LabelReason::kTruncated);
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = (length << 8) | rest[2 + i];
    if (length < 0x80 || rest[2] == 0) return error(start + 1, LabelReason::kLengthNotMinimal);
    header = static_cast<std::uint8_t>(header + octets);
  }
  if (rest.size() - header < length) return error(start, LabelReason::kTruncated);
  return take(header, length);
}

std::expected<std::uint32_t, LabelError> read_unsigned(const DerReader::Element& element,
                                                       std::uint32_t max, LabelReason range) {
  const guard::BytesView content = element.content();
  const auto error = [&](LabelReason reason) {
    return std::unexpected(LabelError{element.offset, reason});
  };
  if (content.empty()) return error(LabelReason::kIntegerNotMinimal);
  if (content.size() > 1) {
    const bool padded_zero = content[0] == 0x00 && (content[1] & 0x80) == 0;
    const bool padded_ones = content[0] == 0xff && (content[1] & 0x80) != 0;
    if (padded_zero || padded_ones) return error(LabelReason::kIntegerNotMinimal);
  }
  if ((content[0] & 0x80) != 0 || content.size() > 5) return error(range);
  std::uint64_t value = 0;
  for (const std::uint8_t octet : content) value = (value << 8) | octet;
  if (value > max) return error(range);
  return static_cast<std::uint32_t>(value);
}

std::expected<Oid, LabelError> read_oid(const DerReader::Element& element) {
  const guard::BytesView content = element.content();
  if (content.size() > Oid::kMaxOctets) {
    return std::unexpected(LabelError{element.offset, LabelReason::kOidTooLong});
  }
  const std::optional<Oid> oid = Oid::from_content(content);
  if (!oid) return std::unexpected(LabelError{element.offset, LabelReason::kOidMalformed});
  return *oid;
}

int set_order(guard::BytesView a, guard::BytesView b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  if (shorter != 0) {
    const int order = std::memcmp(a.data(), b.data(), shorter);
    if (order != 0) return order;
  }
  const auto is_zero = [](std::uint8_t octet) { return octet == 0; };
  if (a.size() > shorter) return std::ranges::all_of(a.subspan(shorter), is_zero) ? 0 : 1;
  return std::ranges::all_of(b.subspan(shorter), is_zero) ? 0 : -1;
}

}  // namespace labels
