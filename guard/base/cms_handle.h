// Handles: OpenSSL's objects, owned, for certificate_file.cc, cms_envelope.cc and cms_signature.cc.
// Private to them.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
// Declares its PEM functions only behind pem.h.
#include <openssl/cms.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "guard/base/openssl_free.h"

namespace guard::cms {

using Bio = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, OpensslFree<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using Cms = std::unique_ptr<CMS_ContentInfo, OpensslFree<CMS_ContentInfo_free>>;

// reading borrows the text.
inline Bio reading(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// failure says `what`, and the first of OpenSSL's complaints; the others are forgotten.
inline std::string failure(const std::string& what) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? what : what + ": " + reason;
}

// read_certificate takes PEM or DER with exactly one certificate; the error says what is wrong.
[[nodiscard]] std::expected<Certificate, std::string> read_certificate(const std::string& text);

}  // namespace guard::cms
