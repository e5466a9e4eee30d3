#include "labels/ess.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "guard/base/base64.h"
#include "labels/ess_verdict_for_test.h"

namespace labels::ess_test {
namespace {

using test::bytes;
using test::category;
using test::kPolicy;
using test::sequence;
using test::set;
using test::tag_set;
using test::tlv;
using test::verdict;

Oid oid(std::string_view dotted) { return *Oid::from_dotted(dotted); }

// The vectors of the standards.

TEST(EssVectors, FirstExampleOfXep0258IsAccepted) {
  const auto der = guard::from_base64("MQYCAQQGASk=");
  ASSERT_TRUE(der.has_value());
  const auto label = decode_ess(*der);
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(label->policy(), oid("1.1"));
  EXPECT_EQ(label->classification(), 4);
  EXPECT_FALSE(label->privacy_mark().has_value());
  EXPECT_TRUE(label->categories().empty());
  EXPECT_EQ(encode_ess(*label), *der);
}

TEST(EssVectors, LabelWithoutPolicyIsRefused) {
  const auto der = guard::from_base64("MRUCAgD9DA9BcXVhIChvYnNvbGV0ZSk=");
  ASSERT_TRUE(der.has_value());
  EXPECT_EQ(decode_ess(*der).error(), (LabelError{0, LabelReason::kPolicyMissing}));
}

TEST(EssVectors, LabelWithoutBase64PaddingIsRefused) {
  EXPECT_FALSE(guard::from_base64("MQYCAQMGASk").has_value());
}

TEST(EssVectors, LargerLabelIsAccepted) {
  const guard::Bytes der = bytes(
      "316802010406052b1a010301315c301b800a60864801650201080300a10d300b06052b1a0104010302064030"
      "1b800a60864801650201080303a10d300b06052b1a010403030205203020800a60864801650201080301a112"
      "301006052b1a01040231070201240202033a");
  const auto label = decode_ess(der);
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(label->policy(), oid("1.3.26.1.3.1"));
  EXPECT_EQ(label->classification(), 4);
  ASSERT_EQ(label->categories().size(), 3U);
  const Category* restrictive = label->find(oid("1.3.26.1.4.1"), CategoryKind::kRestrictive);
  const Category* permissive =
      label->find(oid("1.3.26.1.4.2"), CategoryKind::kEnumeratedPermissive);
  const Category* informative = label->find(oid("1.3.26.1.4.3"), CategoryKind::kInformativeBits);
  ASSERT_TRUE(restrictive != nullptr && permissive != nullptr && informative != nullptr);
  EXPECT_EQ(std::vector(restrictive->values().begin(), restrictive->values().end()),
            (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(std::vector(permissive->values().begin(), permissive->values().end()),
            (std::vector<std::uint32_t>{36, 826}));
  EXPECT_EQ(std::vector(informative->values().begin(), informative->values().end()),
            (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(encode_ess(*label), der);
}

// The label's SET.

TEST(EssSet, PolicyAloneIsALabel) { EXPECT_EQ(verdict(set(kPolicy)), "accepted"); }

TEST(EssSet, NothingAndTheEmptySetAreRefused) {
  EXPECT_EQ(verdict(""), "truncated");
  EXPECT_EQ(verdict("3100"), "policy-missing");
}

TEST(EssSet, OnlyASetIsALabel) {
  EXPECT_EQ(verdict(sequence(kPolicy)), "unexpected-tag");
  EXPECT_EQ(verdict(tlv("11", kPolicy)), "unexpected-tag");
  EXPECT_EQ(verdict(tlv("a0", kPolicy)), "unexpected-tag");
}

TEST(EssSet, TrailingBytesAreRefusedWhereTheyBegin) {
  EXPECT_EQ(decode_ess(bytes(set(kPolicy) + "00")).error(),
            (LabelError{7, LabelReason::kTrailingBytes}));
  EXPECT_EQ(verdict(set(kPolicy) + set(kPolicy)), "trailing-bytes");
}

TEST(EssSet, IndefiniteLengthIsRefused) {
  EXPECT_EQ(decode_ess(bytes("3180" + kPolicy + "0000")).error(),
            (LabelError{1, LabelReason::kIndefiniteLength}));
}

TEST(EssSet, FieldsAreInTheOrderOfTheirTags) {
  const std::string classification = "020104";
  const std::string utf8 = tlv("0c", "41");
  const std::string printable = tlv("13", "41");
  const std::string categories = set(category(0, tag_set(1), "03020780"));
  EXPECT_EQ(verdict(set(classification + kPolicy + utf8 + categories)), "accepted");
  EXPECT_EQ(verdict(set(classification + kPolicy + categories + printable)), "accepted");
  EXPECT_EQ(verdict(set(kPolicy + classification)), "set-order");
  EXPECT_EQ(verdict(set(utf8 + kPolicy)), "set-order");
  EXPECT_EQ(verdict(set(kPolicy + printable + categories)), "set-order");
  EXPECT_EQ(verdict(set(kPolicy + categories + utf8)), "set-order");
}

TEST(EssSet, NoFieldTwice) {
  EXPECT_EQ(verdict(set(kPolicy + kPolicy)), "duplicate-field");
  EXPECT_EQ(verdict(set("020104020104" + kPolicy)), "duplicate-field");
  EXPECT_EQ(verdict(set(kPolicy + tlv("0c", "41") + tlv("13", "41"))), "duplicate-field");
  const std::string categories = set(category(0, tag_set(1), "03020780"));
  EXPECT_EQ(verdict(set(kPolicy + categories + categories)), "duplicate-field");
}

TEST(EssSet, UnknownFieldIsRefused) {
  EXPECT_EQ(verdict(set(kPolicy + "0500")), "unexpected-tag");
  EXPECT_EQ(verdict(set("0101ff" + kPolicy)), "unexpected-tag");
  EXPECT_EQ(verdict(set(kPolicy + tlv("16", "41"))), "unexpected-tag");
  EXPECT_EQ(verdict(set(kPolicy + sequence(""))), "unexpected-tag");
}

TEST(EssPolicy, OidMustBeWellFormed) {
  EXPECT_EQ(verdict(set("0600")), "oid-malformed");
  EXPECT_EQ(verdict(set("060180")), "oid-malformed");
  EXPECT_EQ(verdict(set("06028001")), "oid-malformed");
  EXPECT_EQ(verdict(set("060188")), "oid-malformed");
  EXPECT_EQ(verdict(set(tlv("06", std::string(2 * Oid::kMaxOctets, '1')))), "accepted");
  EXPECT_EQ(verdict(set(tlv("06", std::string(2 * Oid::kMaxOctets + 2, '1')))), "oid-too-long");
}

// Classification.

TEST(EssClassification, Bounds) {
  EXPECT_EQ(verdict(set("020100" + kPolicy)), "accepted");
  EXPECT_EQ(verdict(set("02017f" + kPolicy)), "accepted");
  EXPECT_EQ(verdict(set("02020080" + kPolicy)), "accepted");
  EXPECT_EQ(verdict(set("02020100" + kPolicy)), "accepted");
  EXPECT_EQ(verdict(set("02020101" + kPolicy)), "classification-range");
  EXPECT_EQ(verdict(set("0201ff" + kPolicy)), "classification-range");
  EXPECT_EQ(verdict(set("02020001" + kPolicy)), "integer-not-minimal");
  EXPECT_EQ(verdict(set("0200" + kPolicy)), "integer-not-minimal");
}

TEST(EssClassification, ValueIsWhatWasWritten) {
  EXPECT_EQ(decode_ess(bytes(set("02020100" + kPolicy)))->classification(), 256);
  EXPECT_EQ(decode_ess(bytes(set("020100" + kPolicy)))->classification(), 0);
  EXPECT_EQ(decode_ess(bytes(set(kPolicy)))->classification(), std::nullopt);
}

// Privacy mark.

std::string with_printable(const std::string& content) { return set(kPolicy + tlv("13", content)); }
std::string with_utf8(const std::string& content) { return set(kPolicy + tlv("0c", content)); }

std::string repeat(std::string_view hex, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += hex;
  return text;
}

TEST(EssPrivacyMark, BoundsInCharacters) {
  EXPECT_EQ(verdict(with_printable("")), "privacy-mark-empty");
  EXPECT_EQ(verdict(with_printable("41")), "accepted");
  EXPECT_EQ(verdict(with_printable(repeat("41", 128))), "accepted");
  EXPECT_EQ(verdict(with_printable(repeat("41", 129))), "privacy-mark-long");
  EXPECT_EQ(verdict(with_utf8("")), "privacy-mark-empty");
  EXPECT_EQ(verdict(with_utf8(repeat("f09f9880", 128))), "accepted");
  EXPECT_EQ(verdict(with_utf8(repeat("f09f9880", 129))), "privacy-mark-long");
}

TEST(EssPrivacyMark, PrintableStringHasItsOwnCharacters) {
  EXPECT_EQ(verdict(with_printable(guard::to_hex(guard::as_bytes("AZaz09 '()+,-./:=?")))),
            "accepted");
  for (const char* hex : {"2a", "40", "26", "5f", "00", "0a", "7f", "c3a9", "21", "22", "3b"}) {
    EXPECT_EQ(verdict(with_printable(hex)), "privacy-mark-character") << hex;
  }
}

TEST(EssPrivacyMark, Utf8IsStrict) {
  for (const char* hex :
       {"2a", "c3a9", "dfbf", "e0a080", "ed9fbf", "ee8080", "f0908080", "f48fbfbd"}) {
    EXPECT_EQ(verdict(with_utf8(hex)), "accepted") << hex;
  }
  for (const char* hex :
       {"80", "bf", "c0af", "c180", "c3", "c341", "e08080", "e09fbf", "eda080", "edbfbf", "e282",
        "f0808080", "f08fbfbf", "f4908080", "f5808080", "ff", "fe", "f09f98"}) {
    EXPECT_EQ(verdict(with_utf8(hex)), "privacy-mark-character") << hex;
  }
}

TEST(EssPrivacyMark, NoControlCharacters) {
  for (const char* hex : {"00", "09", "0a", "1f", "7f", "c280", "c29f", "e280a8", "e280a9",
                          "efbfbe", "efbfbf", "efb790", "f09fbfbe"}) {
    EXPECT_EQ(verdict(with_utf8(hex)), "privacy-mark-character") << hex;
  }
}

// Totality, from one label that has everything.

guard::Bytes full_label() {
  const std::string bits = "030206c0";
  return bytes(set("020104" + kPolicy + tlv("0c", "c3a9") +
                   set(category(0, tag_set(1), bits) + category(2, tag_set(2), bits) +
                       category(1, tag_set(3), set("0201240202033a")))));
}

TEST(EssTotality, EveryTruncationIsRefused) {
  const guard::Bytes der = full_label();
  ASSERT_TRUE(decode_ess(der).has_value());
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(decode_ess(guard::BytesView(der).first(size)).has_value()) << size;
  }
}

TEST(EssTotality, EveryOctetReplacedIsRefusedOrReadAsWritten) {
  const guard::Bytes der = full_label();
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < der.size(); ++i) {
    for (unsigned value = 0; value < 256; ++value) {
      guard::Bytes changed = der;
      changed[i] = static_cast<std::uint8_t>(value);
      const auto label = decode_ess(changed);
      if (!label) {
        EXPECT_LE(label.error().offset, changed.size());
        continue;
      }
      ++accepted;
      EXPECT_EQ(encode_ess(*label), changed) << i << " " << value;
    }
  }
  EXPECT_GT(accepted, der.size());  // the label itself at least once for each octet
}

TEST(EssTotality, DeepNestingIsRefusedAtTheFirstLevel) {
  std::string nested;
  for (int i = 0; i < 2'000; ++i) nested = set(nested);
  EXPECT_EQ(verdict(nested), "policy-missing");
}

}  // namespace
}  // namespace labels::ess_test
