// Owners of OpenSSL's objects, and what went wrong in it, in its own words. For this folder only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "guard/base/openssl_free.h"

namespace guard::net {

template <class T, auto Free>
using OpensslOwner = std::unique_ptr<T, OpensslFree<Free>>;

using BioOwner = OpensslOwner<BIO, BIO_free_all>;
using KeyOwner = OpensslOwner<EVP_PKEY, EVP_PKEY_free>;
using CertificateOwner = OpensslOwner<X509, X509_free>;
using RevocationListOwner = OpensslOwner<X509_CRL, X509_CRL_free>;
using StoreOwner = OpensslOwner<X509_STORE, X509_STORE_free>;
using StoreContextOwner = OpensslOwner<X509_STORE_CTX, X509_STORE_CTX_free>;
using ContextOwner = OpensslOwner<SSL_CTX, SSL_CTX_free>;
using SslOwner = OpensslOwner<SSL, SSL_free>;
using NamesOwner = OpensslOwner<GENERAL_NAMES, GENERAL_NAMES_free>;

struct CertificateStackFree {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using CertificateStack = std::unique_ptr<STACK_OF(X509), CertificateStackFree>;

}  // namespace guard::net
