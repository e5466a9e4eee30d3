// command: what each command of guard-policy does. Reading the command line is guard_policy.cc's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "policy/tool/loading.h"

namespace policy::tool {

// The exit statuses: yes (allowed, equivalent, proven, no findings); no; the input cannot be read
// or is malformed; wrong usage.
inline constexpr int kYes = 0;
inline constexpr int kNo = 1;
inline constexpr int kUnreadable = 2;
inline constexpr int kUsage = 3;

// Options is what the command line says, of all commands; empty where it does not.
struct Options {
  std::string policy, other, stanza, peer, log, invariants, out, certificate, key, signers, report;
  std::string direction, kind, at, from_peer, to_peer;
  std::vector<std::string> signatures;
  std::uint64_t record = 0;
  std::uint64_t require = 1;
  bool json = false, csv = false, html = false, allowed = false;
};

// put writes to the standard output.
void put(const std::string& text);

// complain says on the standard error what is wrong with a file; it gives kUnreadable.
int complain(const std::string& what);
int complain(const Errors& errors);

// write_file gives kYes, or complains.
[[nodiscard]] int write_file(const std::string& path, const std::string& text);

// Each of these answers one question about a policy, on the standard output, with an exit status.
int check(const Options& options, const Policy& policy);
int show_policy(const Options& options, const Policy& policy);
int show_matrix(const Options& options, const Policy& policy);
int explain_any(const Options& options, const Policy& policy);
int compare(const Options& options, const Policy& before);
int prove(const Options& options, const Policy& policy);
int replay_log(const Options& options, const Policy& policy);
int write_report(const Options& options, const Policy& policy);
int sign_policy(const Options& options, const Policy& policy);
int verify_policy(const Options& options, const Policy& policy);

}  // namespace policy::tool
