// Owners of OpenSSL's objects, for this folder.
#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace labels::signature {

struct OpensslFree {
  void operator()(BIO* one) const { BIO_free_all(one); }
  void operator()(CMS_ContentInfo* one) const { CMS_ContentInfo_free(one); }
  void operator()(X509* one) const { X509_free(one); }
  void operator()(X509_STORE* one) const { X509_STORE_free(one); }
  void operator()(X509_STORE_CTX* one) const { X509_STORE_CTX_free(one); }
  void operator()(STACK_OF(X509) * one) const { sk_X509_pop_free(one, X509_free); }
};

using BioPtr = std::unique_ptr<BIO, OpensslFree>;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, OpensslFree>;
using CertificatePtr = std::unique_ptr<X509, OpensslFree>;
using StorePtr = std::unique_ptr<X509_STORE, OpensslFree>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, OpensslFree>;
using CertificatesPtr = std::unique_ptr<STACK_OF(X509), OpensslFree>;

}  // namespace labels::signature
