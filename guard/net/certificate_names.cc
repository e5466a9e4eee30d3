#include "guard/net/certificate_names.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <string>
#include <utility>

#include "guard/base/sha256.h"

namespace guard::net {

namespace {

// Stops a certificate that is made of names from costing more than it should.
constexpr int kNamesCeiling = 1024;

std::string text_of(const ASN1_STRING* string) {
  const unsigned char* data = ASN1_STRING_get0_data(string);
  const int size = ASN1_STRING_length(string);
  if (data == nullptr || size <= 0) return {};
  std::string text(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  if (text.find('\0') != std::string::npos) return {};
  return text;
}

void read_other_name(const OTHERNAME& other, xmpp::CertificateFacts& facts) {
  const int kind = OBJ_obj2nid(other.type_id);
  if (other.value == nullptr) return;
  if (kind == NID_SRVName && other.value->type == V_ASN1_IA5STRING) {
    if (auto text = text_of(other.value->value.ia5string); !text.empty()) {
      facts.srv_names.push_back(std::move(text));
    }
  } else if (kind == NID_XmppAddr && other.value->type == V_ASN1_UTF8STRING) {
    if (auto text = text_of(other.value->value.utf8string); !text.empty()) {
      facts.xmpp_addrs.push_back(std::move(text));
    }
  }
}

}  // namespace

void read_names(X509* leaf, xmpp::CertificateFacts& facts) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &der);
  if (size > 0) {
    Sha256 sha;
    facts.key_sha256 = sha.digest(BytesView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
  }
  const NamesOwner names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  if (names == nullptr) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()) && i < kNamesCeiling; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      if (auto text = text_of(name->d.dNSName); !text.empty()) {
        facts.dns_names.push_back(std::move(text));
      }
    } else if (name->type == GEN_OTHERNAME) {
      read_other_name(*name->d.otherName, facts);
    }
  }
}

}  // namespace guard::net
