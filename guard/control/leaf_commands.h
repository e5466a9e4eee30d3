// LeafCommands: the subcommands of guardctl that read the site file and the policy, and do not ask
// the running service: dns-records, certificates, certificate-request.
//
// Exit status: 0 done, or whole; 1 something is missing or not in force; 2 a file is bad.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/side.h"

namespace guard::control {

// LeafOptions is what all three want to know.
struct LeafOptions {
  std::string site = "/etc/xmpp-guard/guard.xml";
  Side side = Side::kHigh;
  std::string peer;  // only what this one may see; empty: what any of the side may
  bool json = false;
};

struct DnsOptions {
  std::string form = "dnsmasq";
  std::string host;  // the guard's name on this side; empty: guard.DOMAIN of the side's first peer
};

struct CertificateOptions {
  std::uint32_t warn_days = 30;
};

struct RequestOptions {
  std::filesystem::path out;
  bool one_for_all = false;
  std::string key = "p-256";
  std::vector<std::string> domains;  // these alone; empty: all that the policy names
};

// socket_of gives guardd's socket as the site file names it; an error also where it names none.
[[nodiscard]] std::expected<std::string, FileError> socket_of(const std::string& site_file);

// Each prints its result, complains on stderr, and gives the exit status.
int print_dns_records(const LeafOptions& leaf, const DnsOptions& options);
int print_certificates(const LeafOptions& leaf, const CertificateOptions& options);
int write_certificate_requests(const LeafOptions& leaf, const RequestOptions& options);

}  // namespace guard::control
