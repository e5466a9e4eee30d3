#include "labels/label.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"

namespace labels {
namespace {

// SPEC: X.680 41.4
bool is_printable_string_character(char c) {
  if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return true;
  return std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
}

struct Decoded {
  char32_t character;
  std::size_t size;  // octets
};

// One character of strict UTF-8 (RFC 3629): no overlong form, no surrogate, nothing past U+10FFFF.
std::optional<Decoded> decode_utf8(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = octet(0);
  if (lead < 0x80) return Decoded{lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return std::nullopt;
  char32_t character = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return std::nullopt;
    character = (character << 6) | (octet(i) & 0x3fU);
  }
  if (size == 3 && character < 0x800) return std::nullopt;
  if (size == 4 && (character < 0x10000 || character > 0x10ffff)) return std::nullopt;
  if (character >= 0xd800 && character <= 0xdfff) return std::nullopt;
  return Decoded{character, size};
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
         (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

}  // namespace

std::expected<PrivacyMark, LabelReason> PrivacyMark::make(Form form, std::string text) {
  if (text.empty()) return std::unexpected(LabelReason::kPrivacyMarkEmpty);
  std::size_t characters = 0;
  for (std::string_view rest = text; !rest.empty(); ++characters) {
    if (characters == kMaxPrivacyMark) return std::unexpected(LabelReason::kPrivacyMarkLong);
    const std::optional<Decoded> next = decode_utf8(rest);
    if (!next || is_control(next->character)) {
      return std::unexpected(LabelReason::kPrivacyMarkCharacter);
    }
    if (form == Form::kPrintableString && !is_printable_string_character(rest.front())) {
      return std::unexpected(LabelReason::kPrivacyMarkCharacter);
    }
    rest.remove_prefix(next->size);
  }
  PrivacyMark mark;
  mark.form_ = form;
  mark.text_ = std::move(text);
  return mark;
}

Label::Label(const Oid& policy) : policy_(policy) { CHECK(!policy.empty()); }

const Category* Label::find(const Oid& tag_set, CategoryKind kind) const {
  return labels::find(categories_, tag_set, kind);
}

std::expected<void, LabelReason> Label::set_classification(std::uint32_t value) {
  if (value > kMaxClassification) return std::unexpected(LabelReason::kClassificationRange);
  classification_ = static_cast<std::uint16_t>(value);
  return {};
}

void Label::set_privacy_mark(PrivacyMark mark) { privacy_mark_ = std::move(mark); }

std::expected<void, LabelReason> Label::add(Category category) {
  return insert(categories_, std::move(category));
}

}  // namespace labels
