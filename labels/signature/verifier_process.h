// The program guard-spif-verify, run from a process that must not link what it links.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "labels/signature/signature_fault.h"
#include "labels/signature/verified_document.h"

namespace labels::signature {

// verify_enveloped runs `program` (a path) over `text` with the trust anchors of a PEM file, and
// waits for it. It gets an empty environment and no descriptors but those three. `at` is the
// moment of judgement, in seconds since 1970 UTC. Errors: those of XmlSecurity::verify; kVerifier
// where the program cannot be run, dies, or says nothing that is understood.
[[nodiscard]] std::expected<VerifiedDocument, SignatureFault> verify_enveloped(
    const std::string& program, const std::string& anchors_file, std::string_view text,
    std::int64_t at);

}  // namespace labels::signature
