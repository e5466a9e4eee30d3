#include "labels/clearance_certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "labels/der.h"
#include "labels/oid.h"

namespace labels {
namespace {

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
void free_bio(BIO* bio) { BIO_free_all(bio); }
using Bio = std::unique_ptr<BIO, Freed<BIO, free_bio>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;

std::unexpected<CertificateError> error(std::string what, std::string expected) {
  return std::unexpected(CertificateError{std::move(what), std::move(expected)});
}

constexpr std::string_view kPemStart = "-----BEGIN ";

bool is_clearance_type(const DerReader::Element& type) {
  static constexpr std::string_view kCurrent{"\x55\x04\x37", 3};  // 2.5.4.55
  static constexpr std::string_view kOld{"\x55\x01\x05\x37", 4};  // 2.5.1.5.55
  const std::string_view content = guard::as_text(type.content());
  return content == kCurrent || content == kOld;
}

std::unexpected<CertificateError> malformed(std::string_view where, const LabelError& fault) {
  return error(std::string(where) + " that are malformed (" + std::string(to_string(fault.reason)) +
                   " at octet " + std::to_string(fault.offset) + ")",
               "a SEQUENCE OF Attribute in DER");
}

// One Attribute ::= SEQUENCE { type, values SET OF }: the only value where it is a clearance.
std::expected<std::optional<DerReader::Element>, LabelError> read_attribute(
    const DerReader::Element& attribute) {
  DerReader fields(attribute);
  const auto type = fields.next(der::kOid);
  if (!type) return std::unexpected(type.error());
  const auto values = fields.next(der::kSet);
  if (!values) return std::unexpected(values.error());
  if (const auto end = fields.end(); !end) return std::unexpected(end.error());
  if (!is_clearance_type(*type)) return std::nullopt;
  DerReader members(*values);
  const auto value = members.next();
  if (!value) return std::unexpected(value.error());
  if (const auto end = members.end(); !end) return std::unexpected(end.error());
  return *value;
}

// The one clearance among attributes; `attributes` is the content of their SEQUENCE.
std::expected<guard::Bytes, CertificateError> find_clearance(DerReader attributes,
                                                             std::string_view where) {
  std::optional<guard::Bytes> found;
  while (!attributes.at_end()) {
    const auto attribute = attributes.next(der::kSequence);
    if (!attribute) return malformed(where, attribute.error());
    const auto value = read_attribute(*attribute);
    if (!value) return malformed(where, value.error());
    if (!value->has_value()) continue;
    if (found) return error(std::string(where) + " with two clearances", "one");
    found.emplace((*value)->whole.begin(), (*value)->whole.end());
  }
  if (found) return *std::move(found);
  return error(std::string(where) + " without a clearance", "the attribute 2.5.4.55");
}

std::expected<guard::Bytes, CertificateError> from_x509(const X509& certificate) {
  const int first = X509_get_ext_by_NID(&certificate, NID_subject_directory_attributes, -1);
  if (first < 0) {
    return error("a certificate without subjectDirectoryAttributes", "a clearance in them");
  }
  if (X509_get_ext_by_NID(&certificate, NID_subject_directory_attributes, first) >= 0) {
    return error("a certificate with two subjectDirectoryAttributes", "one");
  }
  const ASN1_OCTET_STRING* data = X509_EXTENSION_get_data(X509_get_ext(&certificate, first));
  return clearance_in_attributes(
      {ASN1_STRING_get0_data(data), static_cast<std::size_t>(ASN1_STRING_length(data))});
}

// AttributeCertificateInfo ::= SEQUENCE { version INTEGER, holder SEQUENCE, issuer [0] or SEQUENCE,
//   signature SEQUENCE, serialNumber INTEGER, validity SEQUENCE, attributes SEQUENCE OF, … }
std::expected<DerReader::Element, LabelError> attributes_of(guard::BytesView octets) {
  DerReader reader(octets);
  const auto whole = reader.next(der::kSequence);
  if (!whole) return std::unexpected(whole.error());
  if (const auto end = reader.end(); !end) return std::unexpected(end.error());
  DerReader parts(*whole);
  const auto info = parts.next(der::kSequence);
  if (!info) return std::unexpected(info.error());
  DerReader fields(*info);
  constexpr std::uint8_t kIssuerV2 = 0xa0;
  constexpr std::uint8_t kEitherIssuer = 0;
  for (const std::uint8_t tag : {der::kInteger, der::kSequence, kEitherIssuer, der::kSequence,
                                 der::kInteger, der::kSequence}) {
    const auto field = tag == kEitherIssuer ? fields.next() : fields.next(tag);
    if (!field) return std::unexpected(field.error());
    if (tag == kEitherIssuer && field->tag != kIssuerV2 && field->tag != der::kSequence) {
      return std::unexpected(LabelError{field->offset, LabelReason::kUnexpectedTag});
    }
  }
  return fields.next(der::kSequence);
}

std::expected<guard::Bytes, CertificateError> from_der(guard::BytesView octets,
                                                       bool attribute_certificate) {
  if (!attribute_certificate) {
    const unsigned char* at = octets.data();
    const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(octets.size())));
    ERR_clear_error();
    if (certificate != nullptr) {
      if (at != octets.data() + octets.size()) {
        return error("octets behind the certificate", "one certificate");
      }
      return from_x509(*certificate);
    }
  }
  const auto attributes = attributes_of(octets);
  if (!attributes) {
    return error("neither a certificate nor an attribute certificate", "X.509 in DER, or in PEM");
  }
  return find_clearance(DerReader(*attributes), "an attribute certificate");
}

std::expected<guard::Bytes, CertificateError> from_pem(std::string_view text) {
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) return error("no memory", "");
  while (true) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    const int read = PEM_read_bio(bio.get(), &name, &header, &data, &size);
    ERR_clear_error();
    if (read != 1) return error("no certificate in the PEM text", "BEGIN CERTIFICATE");
    const std::string kind = name;
    const guard::Bytes der(data, data + size);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    if (kind == "CERTIFICATE" || kind == "X509 CERTIFICATE") return from_der(der, false);
    if (kind == "ATTRIBUTE CERTIFICATE") return from_der(der, true);
  }
}

}  // namespace

bool is_certificate(guard::BytesView octets) {
  if (guard::as_text(octets).find(kPemStart) != std::string_view::npos) return true;
  DerReader reader(octets);
  const auto outer = reader.next(der::kSequence);
  if (!outer) return false;
  DerReader inside(*outer);
  return inside.next(der::kSequence).has_value();
}

std::expected<guard::Bytes, CertificateError> clearance_in_attributes(guard::BytesView octets) {
  constexpr std::string_view kWhere = "subjectDirectoryAttributes";
  DerReader reader(octets);
  const auto sequence = reader.next(der::kSequence);
  if (!sequence) return malformed(kWhere, sequence.error());
  if (const auto end = reader.end(); !end) return malformed(kWhere, end.error());
  return find_clearance(DerReader(*sequence), kWhere);
}

std::expected<guard::Bytes, CertificateError> clearance_in_certificate(guard::BytesView octets) {
  if (octets.size() > kMaxCertificate) {
    return error(std::to_string(octets.size()) + " octets",
                 std::to_string(kMaxCertificate) + " at most");
  }
  const std::string_view text = guard::as_text(octets);
  if (text.find(kPemStart) != std::string_view::npos) return from_pem(text);
  return from_der(octets, false);
}

}  // namespace labels
