#include "guard/net/stapled_status.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

namespace guard::net {

namespace {

using ResponseOwner = OpensslOwner<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using BasicOwner = OpensslOwner<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using IdOwner = OpensslOwner<OCSP_CERTID, OCSP_CERTID_free>;

constexpr long kSkew = 300;  // seconds, between clocks

// is_of says whether that answer is about the certificate.
bool is_of(OCSP_SINGLERESP* single, X509* leaf, X509* issuer) {
  // OCSP_id_get0_info takes no const.
  auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
  ASN1_OBJECT* algorithm = nullptr;
  if (id == nullptr || OCSP_id_get0_info(nullptr, &algorithm, nullptr, nullptr, id) != 1) {
    return false;
  }
  const EVP_MD* digest = EVP_get_digestbynid(OBJ_obj2nid(algorithm));
  if (digest == nullptr) return false;
  const IdOwner own(OCSP_cert_to_id(digest, leaf, issuer));
  return own != nullptr && OCSP_id_cmp(own.get(), id) == 0;
}

bool calls_revoked(OCSP_BASICRESP* basic, X509* leaf, X509* issuer) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic, i);
    if (!is_of(single, leaf, issuer)) continue;
    int reason = 0;
    ASN1_GENERALIZEDTIME* revoked = nullptr;
    ASN1_GENERALIZEDTIME* from = nullptr;
    ASN1_GENERALIZEDTIME* until = nullptr;
    const int status = OCSP_single_get0_status(single, &reason, &revoked, &from, &until);
    if (OCSP_check_validity(from, until, kSkew, -1) != 1) continue;
    if (status == V_OCSP_CERTSTATUS_REVOKED) return true;
  }
  return false;
}

}  // namespace

bool says_revoked(const std::string& response, X509* leaf, X509* issuer, STACK_OF(X509) * chain,
                  X509_STORE* store) {
  const auto* data = reinterpret_cast<const unsigned char*>(response.data());
  const ResponseOwner read(d2i_OCSP_RESPONSE(nullptr, &data, static_cast<long>(response.size())));
  bool revoked = false;
  if (read != nullptr && OCSP_response_status(read.get()) == OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    const BasicOwner basic(OCSP_response_get1_basic(read.get()));
    revoked = basic != nullptr &&
              OCSP_basic_verify(basic.get(), chain, store, OCSP_PARTIAL_CHAIN) == 1 &&
              calls_revoked(basic.get(), leaf, issuer);
  }
  ERR_clear_error();
  return revoked;
}

}  // namespace guard::net
