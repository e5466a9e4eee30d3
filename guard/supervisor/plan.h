// Plan: everything that the processes will be told, derived from the site file and the policy and
// checked as a whole. `guardd --check` is making a plan and going no further.
#pragma once

#include <array>
#include <expected>
#include <string>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/sha256.h"
#include "guard/base/utc_time.h"
#include "guard/supervisor/credential_watch.h"
#include "guard/supervisor/peer_calendar.h"
#include "guard/supervisor/revocation.h"
#include "guard/supervisor/site.h"
#include "guard/wire/configuration.h"
#include "policy/policy.h"

namespace guard::supervisor {

struct Plan {
  std::array<wire::EdgeConfiguration, 2> edges;      // by Side; epoch not yet set
  std::array<wire::FilterConfiguration, 2> filters;  // by Side
  wire::RecorderConfiguration recorder;
  std::vector<RevocationSource> revocations;  // files to be looked at again while the guard runs
  CredentialWatch::Sources certificates;      // by Side; looked at likewise
  std::vector<DatedPeer> dates;       // when peers take part; those without dates are not in it
  std::vector<std::string> signers;   // who has signed the policy, where that is demanded
  std::vector<std::string> warnings;  // lines for the operator: nothing that keeps it from running
  std::string summary;                // for --check: what was read, the digests, warnings
};

// make_plan reads the policy, its SPIFs, certificates, trust and secrets that the site file
// names. All that is wrong is returned, never empty: a place, a cause, what was expected.
[[nodiscard]] std::expected<Plan, std::vector<FileError>> make_plan(const Site& site, UtcTime now);

// configuration_digest is SHA-256 over "xmpp-guard configuration 1\n", the version of the program
// and "\n", and the text of the site file (INVARIANT(ONE_POLICY_PER_RECORD)).
[[nodiscard]] Digest configuration_digest(const Site& site);

}  // namespace guard::supervisor
