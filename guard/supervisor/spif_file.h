// spif_file: a security policy's file, read as it may be read here: where the site file names trust
// anchors, only what is signed under them.
//
// Who controls it: the people who write security policies; the anchors are root's.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "guard/base/utc_time.h"

namespace guard::supervisor {

// SpifTrust is the site's <policy spif-anchors="…">.
struct SpifTrust {
  std::filesystem::path anchors;   // PEM, the certificates of authorities
  std::filesystem::path verifier;  // guard-spif-verify, for signatures inside a file
};

// read_spif_file gives the text to read: the whole file where a detached signature beside it
// (FILE.p7s, CMS) is good or no trust is given, else what the signature inside covers. `now` is the
// moment at which certificates must be valid. An error names the file and what is wrong; with
// trust, no signature is an error; without, a FILE.p7s is one, because nothing can check it
// (INVARIANT(FAIL_CLOSED)).
[[nodiscard]] std::expected<std::string, std::string> read_spif_file(
    const std::filesystem::path& file, const std::optional<SpifTrust>& trust, UtcTime now);

}  // namespace guard::supervisor
