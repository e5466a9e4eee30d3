#include "labels/signature/admission.h"

#include <utility>

#include "labels/signature/detached.h"
#include "labels/signature/trust_anchors.h"
#include "labels/signature/verifier_process.h"

namespace labels::signature {

std::expected<VerifiedDocument, SignatureFault> admit(std::string_view text,
                                                      const std::optional<guard::Bytes>& detached,
                                                      const std::optional<Demand>& demand) {
  if (!demand) {
    if (detached) {
      return std::unexpected(SignatureFault{SignatureReason::kCertificate,
                                            "a signature, and no trust anchor to check it by"});
    }
    return VerifiedDocument{.text = std::string(text)};
  }
  const auto anchors = TrustAnchors::from_pem(demand->anchors);
  if (!anchors) return std::unexpected(anchors.error());
  if (!detached) {
    return verify_enveloped(demand->verifier, demand->anchors_file, text, demand->at);
  }
  auto signer = verify_detached(guard::as_bytes(text), *detached, *anchors, demand->at);
  if (!signer) return std::unexpected(signer.error());
  return VerifiedDocument{.text = std::string(text), .signer = *std::move(signer)};
}

}  // namespace labels::signature
