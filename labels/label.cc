#include "labels/label.h"

#include <algorithm>
#include <tuple>
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

std::expected<void, LabelReason> check_user_text(std::string_view text) {
  if (text.empty()) return std::unexpected(LabelReason::kUserTextEmpty);
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters == kMaxUserText) return std::unexpected(LabelReason::kUserTextLong);
    const std::optional<Decoded> next = decode_utf8(text);
    if (!next || is_control(next->character)) {
      return std::unexpected(LabelReason::kUserTextCharacter);
    }
    text.remove_prefix(next->size);
  }
  return {};
}

// The value that a text belongs to.
auto key_of(const UserText& text) { return std::tie(text.tag_set, text.kind, text.lacv); }

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

std::expected<PrivacyMark, LabelReason> PrivacyMark::of(std::string text) {
  const bool printable = std::ranges::all_of(text, is_printable_string_character);
  return make(printable ? Form::kPrintableString : Form::kUtf8String, std::move(text));
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

std::expected<void, LabelReason> Label::adopt(std::vector<Category> categories) {
  CHECK(categories_.empty());
  if (categories.size() > kMaxCategories) return std::unexpected(LabelReason::kTooManyCategories);
  for (std::size_t i = 1; i < categories.size(); ++i) {
    const Category& a = categories[i - 1];
    const Category& b = categories[i];
    const auto order = a.tag_set() <=> b.tag_set();
    if (order > 0 || (order == 0 && a.kind() >= b.kind())) {
      return std::unexpected(LabelReason::kDuplicateCategory);
    }
  }
  categories_ = std::move(categories);
  return {};
}

std::expected<void, LabelReason> Label::set_created(LabelTime time) {
  if (!is_label_time(time)) return std::unexpected(LabelReason::kTimeRange);
  created_ = time;
  return {};
}

std::expected<void, LabelReason> Label::set_review(LabelTime time) {
  if (!is_label_time(time)) return std::unexpected(LabelReason::kTimeRange);
  review_ = time;
  return {};
}

const std::string* Label::user_text(const Oid& tag_set, CategoryKind kind,
                                    std::uint32_t lacv) const {
  for (const UserText& one : user_texts_) {
    if (one.lacv == lacv && one.kind == kind && one.tag_set == tag_set) return &one.text;
  }
  return nullptr;
}

std::expected<void, LabelReason> Label::add_user_text(UserText text) {
  if (auto checked = check_user_text(text.text); !checked) return checked;
  const Category* category = find(text.tag_set, text.kind);
  if (category == nullptr || !category->holds(text.lacv)) {
    return std::unexpected(LabelReason::kUserTextValue);
  }
  const auto before = [](const UserText& a, const UserText& b) { return key_of(a) < key_of(b); };
  const auto place = std::lower_bound(user_texts_.begin(), user_texts_.end(), text, before);
  if (place != user_texts_.end() && !before(text, *place)) {
    return std::unexpected(LabelReason::kDuplicateUserText);
  }
  if (user_texts_.size() == kMaxUserTexts) return std::unexpected(LabelReason::kTooManyUserTexts);
  user_texts_.insert(place, std::move(text));
  return {};
}

}  // namespace labels
