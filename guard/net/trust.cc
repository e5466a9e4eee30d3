#include "guard/net/trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "guard/base/check.h"
#include "guard/net/openssl_handles.h"
#include "guard/net/peer_certificate_state.h"
#include "guard/net/stapled_status.h"

namespace guard::net {

namespace {

using xmpp::CertificateFault;

// SPEC: RFC 9325 4.5: 112 bits of strength, in OpenSSL's levels.
constexpr int kLevel = 2;

UtcTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return {static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000};
}

CertificateFault fault_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return CertificateFault::kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return CertificateFault::kNotYetValid;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return CertificateFault::kUnknownAuthority;
    case X509_V_ERR_CERT_REVOKED:
      return CertificateFault::kRevoked;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return CertificateFault::kListMissing;
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return CertificateFault::kListStale;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return CertificateFault::kWeak;
    case X509_V_ERR_INVALID_PURPOSE:
      return CertificateFault::kUsage;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return CertificateFault::kNameConstraint;
    default:
      return CertificateFault::kChain;
  }
}

// What the callback needs of one verification.
struct Leniency {
  std::int64_t now = 0;  // seconds
  std::int64_t tolerate = 0;
};

bool tolerable(X509_STORE_CTX* context) {
  const int error = X509_STORE_CTX_get_error(context);
  if (error == X509_V_ERR_UNABLE_TO_GET_CRL) {
    // Who trusts an authority by name does not ask another whether it is revoked.
    const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
    return X509_STORE_CTX_get_error_depth(context) == sk_X509_num(chain) - 1;
  }
  if (error != X509_V_ERR_CRL_HAS_EXPIRED) return false;
  const auto* leniency = static_cast<const Leniency*>(X509_STORE_CTX_get_app_data(context));
  X509_CRL* list = X509_STORE_CTX_get0_current_crl(context);
  if (leniency == nullptr || list == nullptr) return false;
  const std::int64_t until = time_of(X509_CRL_get0_nextUpdate(list)).microseconds / 1'000'000;
  return until > 0 && leniency->now < until + leniency->tolerate;
}

int look_twice(int good, X509_STORE_CTX* context) {
  if (good == 1) return 1;
  if (!tolerable(context)) return 0;
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

}  // namespace

struct Trust::State {
  // verify gives X509_V_OK or the first error, and reads the chain that was found.
  int verify(const PeerCertificate::State& certificate, int purpose, UtcTime now,
             TrustVerdict& verdict) const;
  void read_chain(X509_STORE_CTX* context, UtcTime now, TrustVerdict& verdict) const;

  StoreOwner store;
  bool revocation = false;
  std::int64_t tolerate = 0;           // seconds
  std::vector<UtcTime> lists_until{};  // tolerance included
};

Trust::Trust() : state_(std::make_unique<State>()) {}
Trust::~Trust() = default;

std::expected<std::unique_ptr<Trust>, std::string> Trust::make(const TrustTexts& texts) {
  std::unique_ptr<Trust> made(new Trust);
  State& state = *made->state_;
  state.store.reset(X509_STORE_new());
  CHECK(state.store != nullptr);
  const BioOwner bio(
      BIO_new_mem_buf(texts.authorities.data(), static_cast<int>(texts.authorities.size())));
  while (true) {
    const CertificateOwner next(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (next == nullptr) break;
    if (X509_STORE_add_cert(state.store.get(), next.get()) != 1) {
      return std::unexpected("the trusted authorities are not readable");
    }
  }
  state.revocation = texts.revocation;
  state.tolerate = texts.tolerate_seconds;
  for (const std::string& text : texts.lists) {
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    const RevocationListOwner list(d2i_X509_CRL(nullptr, &data, static_cast<long>(text.size())));
    if (list == nullptr || X509_STORE_add_crl(state.store.get(), list.get()) != 1) {
      return std::unexpected("a revocation list is not readable");
    }
    const UtcTime next = time_of(X509_CRL_get0_nextUpdate(list.get()));
    state.lists_until.push_back({next.microseconds + state.tolerate * 1'000'000});
  }
  ERR_clear_error();
  return made;
}

int Trust::State::verify(const PeerCertificate::State& certificate, int purpose, UtcTime now,
                         TrustVerdict& verdict) const {
  const StoreContextOwner context(X509_STORE_CTX_new());
  if (context == nullptr || X509_STORE_CTX_init(context.get(), store.get(), certificate.leaf.get(),
                                                certificate.others.get()) != 1) {
    return X509_V_ERR_UNSPECIFIED;
  }
  if (X509_STORE_CTX_set_purpose(context.get(), purpose) != 1) return X509_V_ERR_UNSPECIFIED;
  Leniency leniency{now.microseconds / 1'000'000, tolerate};
  X509_STORE_CTX_set_app_data(context.get(), &leniency);
  X509_STORE_CTX_set_verify_cb(context.get(), look_twice);
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(param, kLevel);
  X509_VERIFY_PARAM_set_time(param, static_cast<std::time_t>(leniency.now));
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;
  if (revocation) flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
  if (X509_VERIFY_PARAM_set_flags(param, flags) != 1) return X509_V_ERR_UNSPECIFIED;
  const bool holds = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  const int error = X509_STORE_CTX_get_error(context.get());
  if (!holds) return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
  STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
  if (revocation && !certificate.stapled.empty() && sk_X509_num(chain) > 1 &&
      says_revoked(certificate.stapled, certificate.leaf.get(), sk_X509_value(chain, 1), chain,
                   store.get())) {
    return X509_V_ERR_CERT_REVOKED;
  }
  read_chain(context.get(), now, verdict);
  return error;
}

void Trust::State::read_chain(X509_STORE_CTX* context, UtcTime now, TrustVerdict& verdict) const {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  const auto sooner = [&verdict, now](UtcTime at) {
    if (at > now && (!verdict.until || at < *verdict.until)) verdict.until = at;
  };
  bool bound = false;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* one = sk_X509_value(chain, i);
    sooner(time_of(X509_get0_notAfter(one)));
    if (i > 0 && X509_get_ext_by_NID(one, NID_name_constraints, -1) >= 0) bound = true;
  }
  if (revocation) std::for_each(lists_until.begin(), lists_until.end(), sooner);
  if (!bound) return;
  verdict.facts.srv_names.clear();
  verdict.facts.xmpp_addrs.clear();
}

TrustVerdict Trust::judge(const PeerCertificate& certificate, CertificateUse use,
                          UtcTime now) const {
  TrustVerdict verdict;
  verdict.facts = certificate.facts();
  const PeerCertificate::State* shown = certificate.state();
  if (shown == nullptr) return verdict;
  const int purpose =
      use == CertificateUse::kServer ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT;
  int error = state_->verify(*shown, purpose, now, verdict);
  if (error == X509_V_ERR_INVALID_PURPOSE && use == CertificateUse::kEither) {
    error = state_->verify(*shown, X509_PURPOSE_SSL_SERVER, now, verdict);
  }
  verdict.facts.chain_valid = error == X509_V_OK;
  if (error != X509_V_OK) verdict.facts.chain_fault = fault_of(error);
  return verdict;
}

}  // namespace guard::net
