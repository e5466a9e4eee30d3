// Site: where things are on this host. The policy says what is demanded; this file never loosens
// it (INVARIANT(WHO_DECIDES_WHAT)): it names addresses, ports, files, disks, and lowers limits.
//
// Who controls its input: the operator, as root. schemas/site.xsd is its form.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/side.h"
#include "guard/supervisor/policy_signers.h"
#include "guard/supervisor/spif_file.h"
#include "guard/wire/configuration.h"
#include "policy/limits.h"

namespace guard::supervisor {

// Place is where in the site file something stands, for complaints about what it leads to.
struct Place {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

// RevocationSite is a <revocation>: where it stands, every certificate below an authority needs a
// list that is not too old.
struct RevocationSite {
  std::vector<std::filesystem::path> files;  // 1 to 64, CRLs in PEM or DER
  std::uint32_t tolerate_seconds = 0;        // that a list counts for, past its nextUpdate
};

struct EdgeSite {
  std::optional<std::filesystem::path> network_namespace;  // a file such as /run/netns/high
  std::vector<wire::Endpoint> listen;                      // 1 to 16, IP literals
  std::filesystem::path certificates;                      // a directory of PEM files
  std::filesystem::path trust;                             // PEM, the authorities of this side
  std::optional<RevocationSite> revocation;                // of what those have issued
  std::filesystem::path dialback_secret;
  Place place;
};

struct PeerSite {
  std::vector<wire::Endpoint> addresses;       // in order of preference; none: inbound only
  std::optional<std::filesystem::path> trust;  // PEM, instead of the side's for this peer
  std::optional<RevocationSite> revocation;    // only beside a trust of its own
  Place place;
};

// ControlSite is where guardctl finds guardd, and who may ask.
struct ControlSite {
  std::filesystem::path socket;
  std::filesystem::path state;
  std::optional<std::string> operators;  // a group of this host, by name or number
  std::optional<std::string> viewers;
  std::optional<std::string> auditors;
  Place place;
};

// MetricsSite is where guard-metrics is asked: an address of loopback, or a Unix socket.
struct MetricsSite {
  std::optional<wire::Endpoint> address;
  std::filesystem::path socket;      // without an address
  std::optional<std::string> group;  // of this host, by name or number: who may open the socket
  Place place;
};

// LoweredLimit is one attribute of <limits>: the site's bound for what the policy bounds, too.
struct LoweredLimit {
  std::string name;
  std::uint32_t value = 0;
};

// LogAccessSite says whether it is recorded that somebody reads the log with guard-audit, and
// whether he may not where it cannot be.
enum class LogAccessSite : std::uint8_t { kNone, kRecorded, kRequired };

// Site. Relative paths have been resolved against the folder of the site file.
struct Site {
  std::string file;  // as it was named on the command line
  std::string text;  // as it was read: part of the configuration digest
  std::filesystem::path policy;
  std::optional<SpifTrust> spif_trust;      // where security policies have to be signed
  std::optional<PolicyTrust> policy_trust;  // where the policy has to be signed
  std::filesystem::path log;
  Place log_place;
  std::optional<std::filesystem::path> log_key;        // PEM, Ed25519: vouches for the log's keys
  std::optional<std::filesystem::path> prune_signers;  // PEM: who may have old segments pruned
  std::uint64_t prune_require = 1;                     // so many of them
  LogAccessSite log_access = LogAccessSite::kNone;     // without <control> none
  std::optional<ControlSite> control;
  std::optional<MetricsSite> metrics;  // without it no numbers are served
  std::vector<LoweredLimit> limits;
  Place limits_place;
  EdgeSite edges[2];                      // by Side
  std::map<std::string, PeerSite> peers;  // by name

  [[nodiscard]] const EdgeSite& edge(Side side) const {
    return edges[static_cast<std::size_t>(side)];
  }
  // fault_at gives an error of something that stands at that place of the file, or leads from it.
  [[nodiscard]] FileError fault_at(const Place& place, std::string what,
                                   std::string expected) const;
};

// load_site reads and checks a site file. Errors name file, line, column and what was expected.
[[nodiscard]] std::expected<Site, FileError> load_site(const std::filesystem::path& file);

// parse_site does the same with text in memory.
[[nodiscard]] std::expected<Site, FileError> parse_site(const std::filesystem::path& file,
                                                        std::string_view text);

// lower applies the site's limits to the policy's: each may only go down, never up, and not below
// the floor that the policy language sets for it.
[[nodiscard]] std::expected<policy::Limits, FileError> lower(const policy::Limits& bounds,
                                                             const Site& site);

}  // namespace guard::supervisor
