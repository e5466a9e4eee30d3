// Reading a detached signature is total. The input is the signature; the document stays the same.
#include <cstddef>
#include <cstdint>

#include "guard/base/check.h"
#include "labels/signature/detached.h"
#include "tests/fuzz/signature_anchor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace labels::signature;
  static const auto anchors = TrustAnchors::from_pem(kFuzzAnchor);
  CHECK(anchors.has_value());
  const auto document = guard::as_bytes(kFuzzDocument);
  const auto signer = verify_detached(document, {data, size}, *anchors, kFuzzNow);
  CHECK(!signer || *signer == "CN=Example Signer");
  CHECK(signer || !signer.error().what.empty());
  return 0;
}
