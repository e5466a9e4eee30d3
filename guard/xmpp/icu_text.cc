#include "guard/xmpp/icu_text.h"

#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <array>
#include <memory>

namespace guard::xmpp {
namespace {

// Inputs are address parts of at most 1,023 octets; no profile makes more than a few times that.
constexpr std::size_t kTextCeiling = 16'384;

std::optional<std::u16string> to_utf16(std::string_view text) {
  if (text.size() > kTextCeiling) return std::nullopt;
  std::u16string result(text.size(), u'\0');  // never more units than octets
  std::int32_t size = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strFromUTF8(result.data(), static_cast<std::int32_t>(result.size()), &size, text.data(),
                static_cast<std::int32_t>(text.size()), &error);
  if (U_FAILURE(error) != 0) return std::nullopt;
  result.resize(static_cast<std::size_t>(size));
  return result;
}

std::optional<std::string> to_utf8(std::u16string_view text) {
  std::string result(text.size() * 3, '\0');
  std::int32_t size = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strToUTF8(result.data(), static_cast<std::int32_t>(result.size()), &size, text.data(),
              static_cast<std::int32_t>(text.size()), &error);
  if (U_FAILURE(error) != 0) return std::nullopt;
  result.resize(static_cast<std::size_t>(size));
  return result;
}

constexpr std::size_t kResultCeiling = kTextCeiling * 2;  // UTF-16 units

// convert calls an ICU function of the usual form (buffer, capacity, error) → size, with room for
// twice the `input` units at first, and again with as much as it asks for.
template <typename Function>
std::optional<std::u16string> convert(std::size_t input, Function function) {
  std::u16string result(input * 2 + 16, u'\0');
  while (true) {
    UErrorCode error = U_ZERO_ERROR;
    const std::int32_t answered =
        function(result.data(), static_cast<std::int32_t>(result.size()), &error);
    const auto size = static_cast<std::size_t>(answered);
    const bool full = error == U_BUFFER_OVERFLOW_ERROR || error == U_STRING_NOT_TERMINATED_WARNING;
    if (full && size >= result.size() && size < kResultCeiling) {
      result.assign(size + 1, u'\0');
      continue;
    }
    if (full || U_FAILURE(error) != 0) return std::nullopt;
    result.resize(size);
    return result;
  }
}

std::int32_t units(std::u16string_view text) { return static_cast<std::int32_t>(text.size()); }

std::optional<std::u16string> normalize(const UNormalizer2* normalizer, std::u16string_view text) {
  return convert(text.size(), [&](char16_t* buffer, std::int32_t capacity, UErrorCode* error) {
    return unorm2_normalize(normalizer, text.data(), units(text), buffer, capacity, error);
  });
}

std::optional<std::u16string> nfc(std::u16string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFCInstance(&error);
  return U_FAILURE(error) != 0 ? std::nullopt : normalize(normalizer, text);
}

std::optional<std::u16string> nfkc(std::u16string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFKCInstance(&error);
  return U_FAILURE(error) != 0 ? std::nullopt : normalize(normalizer, text);
}

void append(std::u16string& text, UChar32 code_point) {
  std::array<char16_t, 2> buffer{};
  std::int32_t size = 0;
  U16_APPEND_UNSAFE(buffer.data(), size, code_point);
  text.append(buffer.data(), static_cast<std::size_t>(size));
}

// for_each_code_point stops, and gives false, where `function` does.
template <typename Function>
bool for_each_code_point(std::u16string_view text, Function function) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    UChar32 code_point = text[at];
    if (code_point >= 0xD800 && code_point < 0xDC00 && at + 1 < text.size()) {
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (text[++at] - 0xDC00);
    }
    if (!function(code_point)) return false;
  }
  return true;
}

bool is_wide_or_narrow(UChar32 code_point) {
  const auto type = u_getIntPropertyValue(code_point, UCHAR_DECOMPOSITION_TYPE);
  return type == U_DT_WIDE || type == U_DT_NARROW;
}

// map_width gives wide and narrow forms their ordinary ones (SPEC: RFC 8264 5.2.1).
std::optional<std::u16string> map_width(std::u16string_view text) {
  std::u16string result;
  const bool done = for_each_code_point(text, [&result](UChar32 code_point) {
    std::u16string one;
    append(one, code_point);
    if (is_wide_or_narrow(code_point)) {
      const auto mapped = nfkc(one);
      if (!mapped) return false;
      one = *mapped;
    }
    result += one;
    return true;
  });
  if (!done) return std::nullopt;
  return result;
}

bool is_old_hangul_jamo(UChar32 code_point) {
  const auto type = u_getIntPropertyValue(code_point, UCHAR_HANGUL_SYLLABLE_TYPE);
  return type == U_HST_LEADING_JAMO || type == U_HST_VOWEL_JAMO || type == U_HST_TRAILING_JAMO;
}

bool has_compatible_form(UChar32 code_point) {
  std::u16string one;
  append(one, code_point);
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFKCInstance(&error);
  if (U_FAILURE(error) != 0) return true;
  const bool same = unorm2_isNormalized(normalizer, one.data(), units(one), &error) != 0;
  return U_FAILURE(error) != 0 || !same;
}

// Never valid in either string class (SPEC: RFC 8264 9.10, 9.12, 9.13, and the join controls).
bool is_disallowed(UChar32 code_point) {
  return u_hasBinaryProperty(code_point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
         u_hasBinaryProperty(code_point, UCHAR_NONCHARACTER_CODE_POINT) != 0 ||
         u_hasBinaryProperty(code_point, UCHAR_JOIN_CONTROL) != 0 || is_old_hangul_jamo(code_point);
}

constexpr std::uint32_t kIdentifierCategories = U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK |
                                                U_GC_LM_MASK | U_GC_ND_MASK | U_GC_MN_MASK |
                                                U_GC_MC_MASK;
constexpr std::uint32_t kFreeformCategories = kIdentifierCategories | U_GC_LT_MASK | U_GC_NL_MASK |
                                              U_GC_NO_MASK | U_GC_ME_MASK | U_GC_ZS_MASK |
                                              U_GC_S_MASK | U_GC_P_MASK;

bool is_identifier(UChar32 code_point) {
  if (code_point > 0x20 && code_point < 0x7F) return true;  // the caller bans XMPP's own
  return (U_GET_GC_MASK(code_point) & kIdentifierCategories) != 0 && !is_disallowed(code_point) &&
         !has_compatible_form(code_point);
}

bool is_freeform(UChar32 code_point) {
  if (code_point >= 0x20 && code_point < 0x7F) return true;
  return (U_GET_GC_MASK(code_point) & kFreeformCategories) != 0 && !is_disallowed(code_point);
}

// In UTS 46 terms: IDNA 2008 for lookup, with every check that ICU has.
constexpr std::uint32_t kIdnaOptions =
    UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_CHECK_CONTEXTO |
    UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE;

using IdnaFunction = std::int32_t (*)(const UIDNA*, const char*, std::int32_t, char*, std::int32_t,
                                      UIDNAInfo*, UErrorCode*);

std::optional<std::string> apply_idna(IdnaFunction function, std::string_view domain) {
  if (domain.size() > kTextCeiling) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(uidna_openUTS46(kIdnaOptions, &error),
                                                            &uidna_close);
  if (U_FAILURE(error) != 0) return std::nullopt;
  std::string result(kTextCeiling * 4, '\0');
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const std::int32_t size =
      function(idna.get(), domain.data(), static_cast<std::int32_t>(domain.size()), result.data(),
               static_cast<std::int32_t>(result.size()), &info, &error);
  if (U_FAILURE(error) != 0 || info.errors != 0) return std::nullopt;
  result.resize(static_cast<std::size_t>(size));
  return result;
}

UStringPrepProfileType profile_type(StringprepProfile profile) {
  switch (profile) {
    case StringprepProfile::kNameprep:
      return USPREP_RFC3491_NAMEPREP;
    case StringprepProfile::kNodeprep:
      return USPREP_RFC3920_NODEPREP;
    case StringprepProfile::kResourceprep:
      return USPREP_RFC3920_RESOURCEPREP;
  }
  return USPREP_RFC3920_NODEPREP;
}

}  // namespace

std::optional<std::string> stringprep(StringprepProfile profile, std::string_view text) {
  const auto wide = to_utf16(text);
  if (!wide) return std::nullopt;
  UErrorCode opening = U_ZERO_ERROR;
  const std::unique_ptr<UStringPrepProfile, decltype(&usprep_close)> prepared(
      usprep_openByType(profile_type(profile), &opening), &usprep_close);
  if (U_FAILURE(opening) != 0) return std::nullopt;
  const auto result =
      convert(wide->size(), [&](char16_t* buffer, std::int32_t capacity, UErrorCode* error) {
        return usprep_prepare(prepared.get(), wide->data(), units(*wide), buffer, capacity,
                              USPREP_DEFAULT, nullptr, error);
      });
  return result ? to_utf8(*result) : std::nullopt;
}

std::optional<std::string> precis_username(std::string_view text) {
  const auto wide = to_utf16(text);
  const auto mapped = wide ? map_width(*wide) : std::nullopt;
  if (!mapped) return std::nullopt;
  const auto lower =
      convert(mapped->size(), [&](char16_t* buffer, std::int32_t capacity, UErrorCode* error) {
        return u_strToLower(buffer, capacity, mapped->data(), units(*mapped), "", error);
      });
  const auto result = lower ? nfc(*lower) : std::nullopt;
  if (!result || !for_each_code_point(*result, is_identifier)) return std::nullopt;
  return to_utf8(*result);
}

std::optional<std::string> precis_opaque(std::string_view text) {
  const auto wide = to_utf16(text);
  if (!wide) return std::nullopt;
  std::u16string spaced;
  for_each_code_point(*wide, [&spaced](UChar32 code_point) {
    append(spaced, u_charType(code_point) == U_SPACE_SEPARATOR ? UChar32{' '} : code_point);
    return true;
  });
  const auto result = nfc(spaced);
  if (!result || !for_each_code_point(*result, is_freeform)) return std::nullopt;
  return to_utf8(*result);
}

std::optional<std::string> idna_unicode(std::string_view domain) {
  return apply_idna(&uidna_nameToUnicodeUTF8, domain);
}

std::optional<std::string> idna_ascii(std::string_view domain) {
  return apply_idna(&uidna_nameToASCII_UTF8, domain);
}

}  // namespace guard::xmpp
