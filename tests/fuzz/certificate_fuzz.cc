// What a peer may show in a handshake: any bytes as its certificate, or, behind a first octet of 1,
// as the OCSP response that comes with a good one. Property: nothing that was not signed by an
// authority whose key was drawn here is ever worth anything, and a response is never worth more
// than a refusal.
#include <openssl/pem.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "guard/base/check.h"
#include "guard/net/peer_certificate_state.h"
#include "guard/net/test_pki.h"
#include "guard/net/trust.h"

namespace {

using guard::net::PeerCertificate;

struct World {
  guard::net::TestPki pki{"authority"};
  std::unique_ptr<guard::net::Trust> trust;
  guard::net::CertificateOwner good;

  World() {
    auto made = guard::net::Trust::make({.authorities = pki.authority(),
                                         .revocation = true,
                                         .lists = {pki.list({})},
                                         .tolerate_seconds = 0});
    CHECK(made.has_value());
    trust = std::move(*made);
    const auto certificate = pki.issue("near.lab");
    const guard::net::BioOwner bio(BIO_new_mem_buf(certificate.chain.data(), -1));
    good.reset(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  }
};

guard::net::TrustVerdict judge(const World& world, X509* leaf, const std::string& stapled) {
  auto state = std::make_shared<PeerCertificate::State>();
  X509_up_ref(leaf);
  state->leaf.reset(leaf);
  state->stapled = stapled;
  return world.trust->judge(PeerCertificate(std::move(state)), guard::net::CertificateUse::kServer,
                            guard::now_utc());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const World world;
  if (size == 0) return 0;
  if (data[0] == 1) {
    const std::string stapled(reinterpret_cast<const char*>(data + 1), size - 1);
    CHECK(judge(world, world.good.get(), stapled).facts.chain_valid);
    return 0;
  }
  const unsigned char* at = data;
  const guard::net::CertificateOwner leaf(d2i_X509(nullptr, &at, static_cast<long>(size)));
  if (leaf == nullptr) return 0;
  const auto verdict = judge(world, leaf.get(), {});
  CHECK(verdict.facts.presented && !verdict.facts.chain_valid);
  for (const std::string& name : verdict.facts.dns_names) {
    CHECK(!name.empty() && name.find('\0') == std::string::npos);
  }
  return 0;
}
