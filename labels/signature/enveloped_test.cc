#include "labels/signature/enveloped.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <xercesc/dom/DOM.hpp>

#include "labels/signature/detached.h"
#include "labels/signature/signed_xml_for_test.h"
#include "tests/fuzz/signature_anchor.h"

namespace labels::signature {
namespace {

using test::Identity;
using test::kNow;
using test::kYear;
using test::SignXml;

constexpr std::string_view kDocument =
    "<?xml version=\"1.0\"?>\n<!-- a comment -->\n<SPIF xmlns=\"urn:example\" b=\"2\" a='1'>\n"
    "  <policy name=\"X\"/>\n</SPIF>\n";
constexpr std::string_view kCanonical =
    "<SPIF xmlns=\"urn:example\" a=\"1\" b=\"2\">\n  <policy name=\"X\"></policy>\n</SPIF>";

class Enveloped : public testing::Test {
 protected:
  Identity signer(const test::Wish& wish = {}) { return issue(test::p256(), wish, &authority_); }
  std::string sign(const SignXml& how = {}) { return sign(signer(), how); }
  static std::string sign(const Identity& by, const SignXml& how = {}) {
    return test::sign_xml(kDocument, by, how);
  }
  std::string verdict(std::string_view text, std::int64_t at = kNow) {
    auto verified = security_.verify(text, anchors_, at);
    return verified ? verified->signer : std::string(to_string(verified.error().reason));
  }

  XmlSecurity security_;
  Identity authority_ = test::authority();
  TrustAnchors anchors_ = test::anchors(authority_);
};

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) throw std::logic_error("nothing to replace: " + std::string(what));
  return text.replace(at, what.size(), by);
}

TEST_F(Enveloped, WhatWasSignedIsGivenBack) {
  const auto verified = security_.verify(sign(), anchors_, kNow);
  ASSERT_TRUE(verified.has_value()) << verified.error().what;
  EXPECT_EQ(verified->signer, "CN=Signer");
  EXPECT_EQ(verified->text, kCanonical);
}

TEST_F(Enveloped, SignedByAnotherProgram) {
  std::ifstream file(GUARD_SOURCE_DIR "/tests/fuzz/corpus/enveloped/accepted", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const auto anchors = TrustAnchors::from_pem(kFuzzAnchor);
  ASSERT_TRUE(anchors.has_value());
  const auto verified = security_.verify(text.str(), *anchors, kFuzzNow);
  ASSERT_TRUE(verified.has_value()) << verified.error().what;
  EXPECT_EQ(verified->signer, "CN=Example Signer");
  EXPECT_FALSE(security_.verify(text.str(), anchors_, kFuzzNow).has_value());
}

TEST_F(Enveloped, EveryAcceptedAlgorithm) {
  for (const char* c14n : {test::kC14n, test::kC14n11, test::kExclusive}) {
    EXPECT_EQ(verdict(sign({.canonicalisation = c14n, .transform = c14n})), "CN=Signer") << c14n;
  }
  for (const char* size : {"256", "384", "512"}) {
    EXPECT_EQ(verdict(sign({.method = std::string(test::kMore) + "ecdsa-sha" + size})), "CN=Signer")
        << size;
    const Identity by_rsa = issue(test::rsa(2'048), {}, &authority_);
    EXPECT_EQ(verdict(sign(by_rsa, {.method = std::string(test::kMore) + "rsa-sha" + size})),
              "CN=Signer")
        << size;
  }
  EXPECT_EQ(verdict(sign({.digest = "http://www.w3.org/2001/04/xmlenc#sha512"})), "CN=Signer");
  EXPECT_EQ(verdict(sign({.digest = std::string(test::kMore) + "sha384"})), "CN=Signer");
}

TEST_F(Enveloped, TamperedContent) {
  const std::string good = sign();
  EXPECT_EQ(verdict(good), "CN=Signer");
  EXPECT_EQ(verdict(replaced(good, "name=\"X\"", "name=\"Y\"")), "digest");
  EXPECT_EQ(verdict(replaced(good, "<policy ", "<policy more=\"\" ")), "digest");
  EXPECT_EQ(verdict(replaced(good, "<policy ", "<other/><policy ")), "digest");
  EXPECT_EQ(verdict(replaced(good, "<policy ", "x<policy ")), "digest");
}

TEST_F(Enveloped, CommentsAreNotSignedAndNotGivenBack) {
  const auto verified = security_.verify(
      replaced(sign(), "<policy ", "<!-- other words --><policy "), anchors_, kNow);
  ASSERT_TRUE(verified.has_value());
  EXPECT_EQ(verified->text, kCanonical);
}

TEST_F(Enveloped, TamperedSignature) {
  const std::string good = sign();
  const std::size_t value = good.find("SignatureValue>") + 15;
  std::string other = good;
  other[value + 4] = other[value + 4] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verdict(other), "signature");
  EXPECT_EQ(verdict(replaced(good, "<ds:SignedInfo>", "<ds:SignedInfo Id=\"x\">")), "signature");
}

TEST_F(Enveloped, AnotherKey) {
  const Identity claimed = signer();
  Identity liar{.key = test::p256(), .certificate = CertificatePtr(claimed.certificate.get())};
  X509_up_ref(claimed.certificate.get());
  EXPECT_EQ(verdict(sign(liar)), "signature");
  EXPECT_EQ(verdict(sign(claimed)), "CN=Signer");
}

TEST_F(Enveloped, Certificates) {
  const Identity stranger = test::authority();
  EXPECT_EQ(verdict(sign(issue(test::p256(), {}, &stranger))), "certificate-refused");
  EXPECT_EQ(verdict(sign(signer({.extended_key_usage = "serverAuth"}))), "certificate-refused");
  const std::string good = sign();
  EXPECT_EQ(verdict(good, kNow + kYear + 1), "certificate-refused");
  EXPECT_EQ(verdict(good, kNow - kYear - 1), "certificate-refused");
  EXPECT_EQ(verdict(sign(issue(test::rsa(1'024), {}, &authority_),
                         {.method = std::string(test::kMore) + "rsa-sha256"})),
            "weak-key");
}

TEST_F(Enveloped, AnIntermediateThatComesAlong) {
  const Identity middle = issue(
      test::p256(),
      {.name = "Middle", .key_usage = "critical,keyCertSign,digitalSignature", .authority = true},
      &authority_);
  const Identity leaf = issue(test::p256(), {}, &middle);
  EXPECT_EQ(verdict(sign(leaf)), "certificate-refused");
  EXPECT_EQ(verdict(sign(leaf, {.also = middle.certificate.get()})), "CN=Signer");
}

TEST_F(Enveloped, WeakOrUnknownAlgorithms) {
  EXPECT_EQ(verdict(sign({.digest = "http://www.w3.org/2000/09/xmldsig#sha1"})), "algorithm");
  EXPECT_EQ(verdict(sign({.digest = std::string(test::kMore) + "sha224"})), "algorithm");
  EXPECT_EQ(verdict(sign({.method = std::string(test::kMore) + "ecdsa-sha1"})), "algorithm");
  const Identity by_rsa = issue(test::rsa(2'048), {}, &authority_);
  EXPECT_EQ(verdict(sign(by_rsa, {.method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"})),
            "algorithm");
  EXPECT_EQ(verdict(sign({.canonicalisation = test::kC14nComments})), "algorithm");
  const std::string hmac = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
  EXPECT_EQ(verdict(replaced(sign(), std::string(test::kMore) + "ecdsa-sha256", hmac)),
            "algorithm");
  EXPECT_EQ(verdict(replaced(sign(), "ecdsa-sha256", "rsa-sha256")), "algorithm");
}

TEST_F(Enveloped, TransformsAreExactlyTwo) {
  EXPECT_EQ(verdict(sign({.enveloped = false})), "transform");
  EXPECT_EQ(verdict(sign({.transform = ""})), "transform");
  EXPECT_EQ(verdict(sign({.transform = test::kC14nComments})), "transform");
  const std::string good = sign();
  EXPECT_EQ(verdict(replaced(
                good, "</ds:Transforms>",
                "<ds:Transform Algorithm=\"" + std::string(test::kC14n) + "\"/></ds:Transforms>")),
            "transform");
  EXPECT_EQ(verdict(replaced(good, "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
                             "http://www.w3.org/TR/1999/REC-xslt-19991116")),
            "transform");
  EXPECT_EQ(verdict(replaced(good, "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
                             "http://www.w3.org/TR/1999/REC-xpath-19991116")),
            "transform");
}

TEST_F(Enveloped, ReferencesToSomethingElse) {
  const std::string good = sign();
  EXPECT_EQ(verdict(replaced(good, "URI=\"\"", "URI=\"#x\"")), "reference");
  EXPECT_EQ(verdict(replaced(good, "URI=\"\"", "URI=\"file:///etc/hostname\"")), "reference");
  EXPECT_EQ(verdict(replaced(good, "URI=\"\"", "URI=\"http://127.0.0.1/\"")), "reference");
  EXPECT_EQ(verdict(replaced(good, "URI=\"\"", "URI=\"#xpointer(/)\"")), "reference");
  EXPECT_EQ(verdict(replaced(good, " URI=\"\"", "")), "reference");
  EXPECT_EQ(verdict(sign({.uri = "#x"})), "reference");
  EXPECT_EQ(verdict(sign({.references = 2})), "reference");
}

TEST_F(Enveloped, TwoSignaturesAndOnesElsewhere) {
  const std::string good = sign();
  const std::size_t from = good.find("<ds:Signature ");
  const std::size_t to = good.find("</ds:Signature>") + 15;
  const std::string signature = good.substr(from, to - from);
  EXPECT_EQ(verdict(replaced(good, "</SPIF>", signature + "</SPIF>")), "more-than-one-signature");
  const std::string without = replaced(good, signature, "");
  EXPECT_EQ(verdict(without), "unsigned");
  EXPECT_EQ(verdict(replaced(without, "<policy name=\"X\"/>",
                             "<policy name=\"X\">" + signature + "</policy>")),
            "signature-misplaced");
  // The signed document as a part of another one: the classic wrapping.
  const std::string body = good.substr(good.find("<SPIF"));
  EXPECT_EQ(verdict("<SPIF xmlns=\"urn:example\">" + body + "</SPIF>"), "signature-misplaced");
  EXPECT_EQ(verdict(replaced(good, "<policy ",
                             "<ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>"
                             "<policy ")),
            "signature-misplaced");
}

TEST_F(Enveloped, OtherPartsInTheSignature) {
  const std::string good = sign();
  EXPECT_EQ(verdict(replaced(good, "</ds:Signature>", "<ds:Object/></ds:Signature>")), "structure");
  EXPECT_EQ(verdict(replaced(good, "</ds:Signature>", "<!-- --></ds:Signature>")), "structure");
  EXPECT_EQ(verdict(replaced(good, "</ds:Signature>", "words</ds:Signature>")), "structure");
  EXPECT_EQ(verdict(replaced(good, "<ds:DigestValue>", "<ds:DigestValue>A<!-- -->")), "structure");
  EXPECT_EQ(verdict(replaced(good, "<ds:DigestValue>", "<ds:DigestValue>AAAA")), "structure");
  EXPECT_EQ(verdict(replaced(good, "<ds:X509Data>", "<ds:KeyName>x</ds:KeyName><ds:X509Data>")),
            "no-certificate");
  EXPECT_EQ(verdict(replaced(good, "<ds:X509Certificate>", "<ds:X509Certificate>AAAA")),
            "no-certificate");
  EXPECT_EQ(verdict(replaced(good, "<ds:SignedInfo>", "<ds:SignedInfo x=\"\">")), "structure");
}

TEST_F(Enveloped, NotXmlOrWithADocumentType) {
  EXPECT_EQ(verdict(""), "not-xml");
  EXPECT_EQ(verdict("<SPIF>"), "not-xml");
  EXPECT_EQ(verdict("<SPIF/>"), "unsigned");
  EXPECT_EQ(verdict("<!DOCTYPE SPIF><SPIF/>"), "not-xml");
  EXPECT_EQ(
      verdict(std::string_view("\xFF\xFE<\0!\0D\0O\0C\0T\0Y\0P\0E\0 \0a\0>\0<\0a\0/\0>\0", 32)),
      "not-xml");
  EXPECT_EQ(verdict(std::string(kMaxDocument + 1, ' ')), "too-large");
}

TEST_F(Enveloped, EveryTruncationIsRefused) {
  const std::string good = sign();
  for (std::size_t size = 0; size + 8 < good.size(); size += 7) {
    EXPECT_EQ(verdict(std::string_view(good).substr(0, size)), "not-xml") << size;
  }
}

}  // namespace
}  // namespace labels::signature
