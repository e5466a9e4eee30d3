// policy_signers: who has signed a policy, where the site file demands that (README.md, Signed
// policies).
//
// Who controls it: the list of signers is the operator's, as root; the signatures are anybody's.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/sha256.h"

namespace guard::supervisor {

// PolicyTrust is the site's <policy signers="…" require="…">.
struct PolicyTrust {
  std::filesystem::path signers;  // certificates, PEM: those who count
  std::uint64_t require = 1;      // so many different keys of them
};

// kMostSignatures bounds the files that are looked at.
inline constexpr std::size_t kMostSignatures = 64;

// policy_signers gives the subjects of those who have signed the policy of that digest, in the
// files NAME.*.p7s and NAME.p7s beside the policy file NAME. The error, where they are too few,
// says what is wrong with the signatures that do not count.
[[nodiscard]] std::expected<std::vector<std::string>, FileError> policy_signers(
    const std::filesystem::path& policy, const Digest& digest, const PolicyTrust& trust);

}  // namespace guard::supervisor
