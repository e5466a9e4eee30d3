// load: a Policy from its text.
//
// Who controls the text: the people who write policies. Whatever is wrong with it is said with
// line and column, all of it at once where that is possible.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/file_error.h"
#include "policy/clearance_files.h"
#include "policy/named_text.h"
#include "policy/policy.h"

namespace policy {

// SpifSource gives a SPIF by the name that the policy file uses for it (a path relative to the
// policy file), or the reason why it cannot be had. NamedText::name is what complaints call it.
using SpifSource = std::function<std::expected<NamedText, std::string>(std::string_view spif_name)>;

// CertificateSource gives an officer's certificate likewise.
using CertificateSource =
    std::function<std::expected<NamedText, std::string>(std::string_view certificate_name)>;

// load validates `policy` against schemas/policy.xsd, reads its SPIFs, its officers' certificates
// and its clearance files, resolves every name and makes the Policy. No input or output but through
// `spif`, which is asked once for the governing policy and once for each peer policy, and
// `clearances` and `officers`, which are asked once for each name; without one of these every file
// of its kind is an error. REQUIRES: a
// schemas::XercesPlatform lives. The errors are in the order of the file and never empty.
[[nodiscard]] std::expected<Policy, std::vector<guard::FileError>> load(
    const NamedText& policy, const SpifSource& spif, const ClearanceSource& clearances = {},
    const CertificateSource& officers = {});

// load_invariants reads a file of invariants for this policy. Whether they hold is not asked.
[[nodiscard]] std::expected<std::vector<Invariant>, std::vector<guard::FileError>> load_invariants(
    const Policy& policy, const NamedText& file);

}  // namespace policy
