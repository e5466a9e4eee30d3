// CertificateClearance: what the certificate of a stream says that its peer may send.
//
// Who controls it: the authority that issued the certificate, and that the site trusts for this
// peer. The edge has checked the chain and handed over the octets; a taken edge can hand over
// others, so they only ever narrow what the policy file says (narrowest.h).
#pragma once

#include <cstdint>
#include <optional>

#include "guard/base/bytes.h"
#include "labels/clearance.h"
#include "labels/security_policy.h"

namespace policy {

struct CertificateClearance {
  enum class State : std::uint8_t {
    kNone = 0,    // nobody looked: the policy does not ask for one
    kAbsent,      // no certificate has let the stream in, or it bears no attributes
    kUnreadable,  // no single clearance in them that can be read, or one under another policy
    kRead,
    kAssumed,  // for the analysis alone: one that holds all that the policy file says
  };
  State state = State::kNone;
  std::optional<labels::Clearance> clearance = {};  // exactly with kRead

  bool operator==(const CertificateClearance&) const = default;
};

// read_certificate_clearance reads the value of the extension subjectDirectoryAttributes, in DER;
// empty: there is none. It is total.
[[nodiscard]] CertificateClearance read_certificate_clearance(
    const labels::SecurityPolicy& governing, guard::BytesView attributes);

// record_of gives the DER by which the record holds a clearance, from_record the clearance of such
// DER: nullopt where that is impossible, as it is for none that read_certificate_clearance gives.
[[nodiscard]] std::optional<guard::Bytes> record_of(const labels::SecurityPolicy& governing,
                                                    const labels::Clearance& clearance);
[[nodiscard]] std::optional<labels::Clearance> from_record(const labels::SecurityPolicy& governing,
                                                           guard::BytesView der);

// narrowed_by is what both the policy file and the certificate let a peer send; nullopt grants
// nothing. `file` is nullptr for the nil clearance.
[[nodiscard]] std::optional<labels::Clearance> narrowed_by(const CertificateClearance& certificate,
                                                           const labels::Clearance* file);

}  // namespace policy
