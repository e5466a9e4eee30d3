// LabelError: why a label was not understood, and where in its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace labels {

// LabelReason has names that are stable: they stand in audit logs and are compared there. A new
// reason gets a new name; a name never changes its meaning.
enum class LabelReason : std::uint8_t {
  // the encoding
  kTruncated,          // a length that runs past the end, or no bytes at all
  kTrailingBytes,      // bytes behind the label, or behind the last field of a part of it
  kUnexpectedTag,      // an element that does not belong here
  kIndefiniteLength,   // BER's 0x80
  kLengthNotMinimal,   // a length in more octets than it needs, or in more than four
  kIntegerNotMinimal,  // an INTEGER with a superfluous first octet, or with none
  kOidMalformed,       // empty, an arc padded with 0x80, or ending inside an arc
  kOidTooLong,         // more octets than Oid::kMaxOctets
  kSetOrder,           // members of a SET or SET OF out of DER's order
  kDuplicateField,     // a field of the label twice
  kBitStringPadding,   // unused bits that are not zero, more than seven of them, or without octets
  kBitStringTrailing,  // a last bit that is zero: a second spelling of the same set of bits
  kDefaultWritten,     // a value that DER leaves out because it is the default
  // the label
  kPolicyMissing,
  kClassificationRange,  // not within 0 to 256
  kPrivacyMarkEmpty,
  kPrivacyMarkLong,       // more than 128 characters
  kPrivacyMarkCharacter,  // outside PrintableString, ill-formed UTF-8, or a control character
  kNoCategories,          // a SET of categories with nothing in it
  kTooManyCategories,     // more than 64
  kUnknownCategory,       // an object identifier that is none of category_der.h
  kMixedEncodings,        // tag types beside named tag sets, or those twice
  kSecurityLevel,         // a security level in a tag of SDN.801c, which nothing judges
  kEnumeratedOpen,        // a tag [2] of SDN.801c that the policy does not tell the kind of
  kInformative,           // an informative category where there is no place for one
  kDuplicateCategory,     // a tag set twice under the same tag type
  kCategoryEmpty,         // no bit or integer set
  kTooManyValues,
  kValueRange,  // a bit or integer outside the bounds of category.h, or negative
  kDuplicateValue,
  kTimeRange,  // outside the years 1 to 9999
  // a text that the originator wrote for a value
  kUserTextValue,  // the label does not hold the value
  kUserTextEmpty,
  kUserTextLong,       // more than 256 characters
  kUserTextCharacter,  // ill-formed UTF-8, or a control character
  kDuplicateUserText,
  kTooManyUserTexts,  // more than 64
  // formats that are text
  kBase64,     // not canonical base64
  kHex,        // not pairs of hex digits
  kStructure,  // an element, attribute or text that does not belong there, or is missing
  kFormat,     // a format of label that is not known
  kSignature,  // XML signatures that nobody has verified
  kTime,       // not a time as label_time.h has it
  kUnknownPolicy,
  kPolicyNames,            // the policy's name and identifier disagree
  kUnknownName,            // of a classification, tag set, tag or value
  kAmbiguousName,          // of two of them
  kClassificationMissing,  // where the format cannot be without
  kUnnamed,                // a number that the security policy has no name for
};

// to_string gives the stable name, e.g. "trailing-bytes".
[[nodiscard]] std::string_view to_string(LabelReason reason);

struct LabelError {
  std::size_t offset = 0;  // of the first octet at fault, from 0
  LabelReason reason = LabelReason::kTruncated;

  bool operator==(const LabelError&) const = default;
};

}  // namespace labels
