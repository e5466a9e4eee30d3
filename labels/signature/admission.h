// Admission: is this file a security policy that may be read here?
//
// INVARIANT(SIGNED_WHERE_ANCHORED): where a trust anchor is configured, nothing is read that does
// not bear a good signature; only where none is, a file is taken as it is.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "guard/base/bytes.h"
#include "labels/signature/signature_fault.h"
#include "labels/signature/verified_document.h"

namespace labels::signature {

// Demand is what the configuration demands of files; it comes from root, never from the files.
struct Demand {
  std::string anchors_file = {};  // PEM
  std::string anchors = {};       // its content
  std::string verifier = {};      // the path of guard-spif-verify
  std::int64_t at = 0;            // seconds since 1970 UTC
};

// admit gives the text to read. Without a demand it is the file's own; a detached signature is
// refused then (kCertificate), because there is nothing to check it by. With one: the file's own
// text where a detached signature is given and good; else what its enveloped signature covers.
// Errors: as verify_detached and verify_enveloped; kUnsigned where there is no signature.
[[nodiscard]] std::expected<VerifiedDocument, SignatureFault> admit(
    std::string_view text, const std::optional<guard::Bytes>& detached,
    const std::optional<Demand>& demand);

}  // namespace labels::signature
