// An officer opens what was kept of a stanza: whatever lies in the log in the envelope's place, it
// is that stanza or nothing. Only one text was ever sealed to this key.
#include <cstddef>
#include <cstdint>
#include <string>

#include "audit/content.h"
#include "guard/base/bytes.h"
#include "guard/base/check.h"
#include "guard/base/cms_envelope.h"

namespace {

constexpr std::string_view kSealed = "<message to='bob@low.example'><body>kept</body></message>";
// A key for tests, and its certificate.
const std::string kKey = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6WhwAM/9OKkCgYWW
qkMJmXdEYOqR6FIy12PeY03AP3GhRANCAAQjczVVvZ/lDXRzUvreIcGusIBItD1L
ygA0iynkXDW/SlOoT79xFne8r7kpGIonnCvq/2PeP+ckO0zQ0kCpZffR
-----END PRIVATE KEY-----
)";
const std::string kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUSrmkCnYEf+DfcYBNfd+0GrGypFIwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjMxOTQxMTVaGA8yMTI2MTAzMDE5NDEx
NVowDzENMAsGA1UEAwwEZnV6ejBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCNz
NVW9n+UNdHNS+t4hwa6wgEi0PUvKADSLKeRcNb9KU6hPv3EWd7yvuSkYiiecK+r/
Y94/5yQ7TNDSQKll99GjUzBRMB0GA1UdDgQWBBT0UqdVPxfJ65/77ECvdpYrcOAM
zDAfBgNVHSMEGDAWgBT0UqdVPxfJ65/77ECvdpYrcOAMzDAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQD6vqKVCvGPWtkF5Jj7VOyUplm2+4OY5Ahl
gaxhTbeP3wIhANJLkoakLa9xX6ULvwmiMdajZ9u+q8QXCjdqnAHYlgbC
-----END CERTIFICATE-----
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string envelope(guard::as_text({data, size}));
  for (const bool named : {true, false}) {
    const auto opened = guard::open_envelope(envelope, kKey, named ? kCertificate : "");
    CHECK(!opened || *opened == kSealed);
    CHECK(opened || (!opened.error().what.empty() && !opened.error().bad_key));
  }
  // Of a record that has other digests, or whose edge received something else, nothing is opened.
  audit::Kept kept{{}, envelope};
  CHECK(!audit::open_content(kept, kKey, kCertificate));
  kept.record.content_size = size;
  kept.record.content_hash = guard::Sha256().digest({data, size});
  CHECK(!audit::open_content(kept, kKey, kCertificate));
  return 0;
}
