// Reading a signed document is total, and nothing else than what was signed comes out of it. The
// input is the document; only one was ever signed under the anchor.
#include <cstddef>
#include <cstdint>

#include "guard/base/bytes.h"
#include "guard/base/check.h"
#include "labels/signature/enveloped.h"
#include "tests/fuzz/signature_anchor.h"

namespace {

constexpr std::string_view kSigned =
    R"(<SPIF xmlns="http://www.xmlspif.org/spif"><securityPolicyId id="2.999.1" name="X">)"
    "</securityPolicyId></SPIF>";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace labels::signature;
  static const auto anchors = TrustAnchors::from_pem(kFuzzAnchor);
  static const XmlSecurity security;
  CHECK(anchors.has_value());
  const auto verified = security.verify(guard::as_text({data, size}), *anchors, kFuzzNow);
  CHECK(!verified || verified->text == kSigned);
  CHECK(verified || !verified.error().what.empty());
  return 0;
}
