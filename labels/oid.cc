#include "labels/oid.h"

#include <algorithm>
#include <vector>

namespace labels {
namespace {

constexpr std::uint8_t kMore = 0x80;  // set in every octet of an arc but the last

// An arc may be larger than any integer type (2.25 takes 128 bits), so arcs are kept as digits:
// most significant first, to the base 128 as encoded, and to the base 10 as written.
using Digits = std::vector<std::uint8_t>;

// rebase converts between bases by schoolbook arithmetic; no leading zeros, zero is one digit.
Digits rebase(const Digits& digits, unsigned from, unsigned to) {
  Digits little{0};  // least significant first
  for (const std::uint8_t digit : digits) {
    unsigned carry = digit;
    for (std::uint8_t& place : little) {
      const unsigned value = place * from + carry;
      place = static_cast<std::uint8_t>(value % to);
      carry = value / to;
    }
    for (; carry != 0; carry /= to) little.push_back(static_cast<std::uint8_t>(carry % to));
  }
  return {little.rbegin(), little.rend()};
}

// Adds or takes away a small number; REQUIRES: the result is not negative.
Digits add_decimal(const Digits& decimal, int amount) {
  Digits result = decimal;
  int carry = amount;
  for (auto place = result.rbegin(); place != result.rend() && carry != 0; ++place) {
    int value = *place + carry;
    carry = value / 10;
    value %= 10;
    if (value < 0) {
      value += 10;
      --carry;
    }
    *place = static_cast<std::uint8_t>(value);
  }
  if (carry > 0) {
    const Digits front = rebase({static_cast<std::uint8_t>(carry)}, 128, 10);
    result.insert(result.begin(), front.begin(), front.end());
  }
  const auto first = std::find_if(result.begin(), result.end() - 1, [](auto d) { return d != 0; });
  result.erase(result.begin(), first);
  return result;
}

std::optional<Digits> read_arc(std::string_view text) {
  // No arc that fits has more digits than this: 7 bits an octet are less than 3 digits.
  if (text.empty() || text.size() > 3 * Oid::kMaxOctets) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  Digits digits;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    digits.push_back(static_cast<std::uint8_t>(c - '0'));
  }
  return digits;
}

void append_arc(guard::Bytes& content, const Digits& decimal) {
  const Digits base128 = rebase(decimal, 10, 128);
  for (std::size_t i = 0; i < base128.size(); ++i) {
    content.push_back(i + 1 < base128.size() ? static_cast<std::uint8_t>(base128[i] | kMore)
                                             : base128[i]);
  }
}

void append_text(std::string& text, const Digits& decimal) {
  for (const std::uint8_t digit : decimal) text.push_back(static_cast<char>('0' + digit));
}

// The first two arcs X and Y share one subidentifier, 40 X + Y (X.690 8.19.4).
void append_first(std::string& text, const Digits& base128) {
  const Digits decimal = rebase(base128, 128, 10);
  if (base128.size() == 1 && base128[0] < 80) {
    const int value = base128[0];
    text = std::to_string(value / 40) + "." + std::to_string(value % 40);
    return;
  }
  text = "2.";
  append_text(text, add_decimal(decimal, -80));
}

}  // namespace

std::optional<Oid> Oid::from_content(guard::BytesView content) {
  if (content.empty() || content.size() > kMaxOctets) return std::nullopt;
  bool first_of_arc = true;
  for (const std::uint8_t octet : content) {
    if (first_of_arc && octet == kMore) return std::nullopt;
    first_of_arc = (octet & kMore) == 0;
  }
  if (!first_of_arc) return std::nullopt;
  std::optional<Oid> oid(std::in_place);
  std::copy(content.begin(), content.end(), oid->octets_.begin());
  oid->size_ = static_cast<std::uint8_t>(content.size());
  return oid;
}

std::optional<Oid> Oid::from_dotted(std::string_view text) {
  if (text.size() > 4 * kMaxOctets) return std::nullopt;
  std::vector<Digits> arcs;
  for (;;) {
    const std::size_t dot = text.find('.');
    std::optional<Digits> arc = read_arc(text.substr(0, dot));
    if (!arc) return std::nullopt;
    arcs.push_back(*std::move(arc));
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  if (arcs.size() < 2 || arcs[0].size() != 1 || arcs[0][0] > 2) return std::nullopt;
  const bool below_40 = arcs[1].size() == 1 || (arcs[1].size() == 2 && arcs[1][0] < 4);
  if (arcs[0][0] < 2 && !below_40) return std::nullopt;
  guard::Bytes content;
  append_arc(content, add_decimal(arcs[1], 40 * arcs[0][0]));
  for (std::size_t i = 2; i < arcs.size(); ++i) append_arc(content, arcs[i]);
  return from_content(content);
}

std::string Oid::to_dotted() const {
  std::string text;
  Digits arc;
  for (const std::uint8_t octet : content()) {
    arc.push_back(octet & 0x7f);
    if ((octet & kMore) != 0) continue;
    if (text.empty()) {
      append_first(text, arc);
    } else {
      text.push_back('.');
      append_text(text, rebase(arc, 128, 10));
    }
    arc.clear();
  }
  return text;
}

}  // namespace labels
