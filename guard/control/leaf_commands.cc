#include "guard/control/leaf_commands.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "guard/base/check.h"
#include "guard/base/json_writer.h"
#include "guard/base/utc_time.h"
#include "guard/leaf/certificate_request.h"
#include "guard/leaf/coverage.h"
#include "guard/leaf/dns_records.h"
#include "guard/leaf/far_name.h"
#include "guard/supervisor/credentials.h"
#include "guard/supervisor/policy_file.h"
#include "guard/supervisor/site.h"
#include "guard/xmpp/domain.h"

namespace guard::control {
namespace {

constexpr int kNo = 1;
constexpr int kBadInput = 2;

void complain(const FileError& error) { std::fprintf(stderr, "%s\n", error.to_string().c_str()); }

int complain(const std::string& sentence) {
  std::fprintf(stderr, "guardctl: %s\n", sentence.c_str());
  return kBadInput;
}

// Reading is the two files, and the names that they lead to.
struct Reading {
  supervisor::Site site;
  policy::Policy policy;
  std::vector<leaf::FarName> names;
};

// read_files complains where it gives nothing.
std::optional<Reading> read_files(const LeafOptions& options) {
  auto site = supervisor::load_site(options.site);
  if (!site) {
    complain(site.error());
    return std::nullopt;
  }
  if (site->spif_trust) {
    const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    site->spif_trust->verifier = own / site->spif_trust->verifier;
  }
  auto loaded = supervisor::load_policy(*site, now_utc());
  if (!loaded) {
    for (const FileError& error : loaded.error()) complain(error);
    return std::nullopt;
  }
  const policy::Views viewers = leaf::viewers_on(loaded->policy, options.side);
  auto names = leaf::far_names(loaded->policy, viewers, options.side);
  if (!options.peer.empty()) {
    const auto peers = loaded->policy.peers();
    const auto found = std::find_if(peers.begin(), peers.end(), [&](const policy::Peer& peer) {
      return peer.name == options.peer && peer.side == options.side;
    });
    if (found == peers.end()) {
      complain("no peer \"" + options.peer + "\" on side " + std::string(to_string(options.side)));
      return std::nullopt;
    }
    names = leaf::seen_by(std::move(names), loaded->policy, viewers,
                          static_cast<PeerIndex>(found - peers.begin()));
  }
  return Reading{std::move(*site), std::move(loaded->policy), std::move(names)};
}

// "guard." and the first domain that is named on the side; empty where none is.
std::string usual_host(const policy::Policy& policy, Side side) {
  for (const policy::Peer& peer : policy.peers()) {
    if (peer.side != side) continue;
    for (const policy::DomainClaim& claim : peer.domains) {
      if (claim.match != DomainMatch::kDefault) return "guard." + claim.domain;
    }
  }
  return {};
}

// The names of one certificate each: those that were asked for, or all that the policy names.
std::optional<std::vector<leaf::FarName>> wanted_names(const Reading& reading, Side side,
                                                       const RequestOptions& options) {
  std::vector<leaf::FarName> wanted;
  if (options.domains.empty()) {
    for (const leaf::FarName& name : reading.names) {
      if (name.match != DomainMatch::kDefault) wanted.push_back(name);
    }
    return wanted;
  }
  const auto peers = reading.policy.peers();
  for (const std::string& domain : options.domains) {
    const auto normal = xmpp::normal_domain(domain);
    auto owner = normal ? reading.policy.peer_of(other(side), *normal) : std::nullopt;
    if (normal && !owner) owner = reading.policy.peer_of(side, *normal);
    const auto name =
        owner ? std::find_if(reading.names.begin(), reading.names.end(),
                             [&](const auto& one) { return one.peer == peers[*owner].name; })
              : reading.names.end();
    const std::string ascii = normal ? xmpp::ascii_or_empty(*normal) : std::string();
    if (name == reading.names.end() || ascii.empty()) {
      complain("\"" + domain + "\" is no far domain that side " + std::string(to_string(side)) +
               " may see");
      return std::nullopt;
    }
    const bool twice = std::ranges::find(wanted, ascii, &leaf::FarName::domain) != wanted.end();
    if (!twice) wanted.push_back({ascii, DomainMatch::kExact, name->peer, name->view});
  }
  return wanted;
}

bool write_one(const RequestOptions& options, leaf::KeyKind kind, const std::string& stem,
               const std::vector<std::string>& domains, bool json) {
  const auto files = leaf::write_request(options.out, stem, leaf::make_request(domains, kind));
  if (!files) {
    complain(files.error());
    return false;
  }
  if (!json) {
    std::printf("%s  %s  %s\n", stem.c_str(), files->key.c_str(), files->request.c_str());
    return true;
  }
  JsonWriter writer;
  writer.object().key("domains").array();
  for (const std::string& domain : domains) writer.value(domain);
  writer.end_array().member("key", files->key.string());
  writer.member("request", files->request.string()).end_object();
  std::printf("%s\n", writer.take().c_str());
  return true;
}

}  // namespace

std::expected<std::string, FileError> socket_of(const std::string& site_file) {
  const auto site = supervisor::load_site(site_file);
  if (!site) return std::unexpected(site.error());
  if (site->control) return site->control->socket.string();
  return std::unexpected(FileError{site_file, 0, 0, "has no <control>",
                                   "expected one: it names the socket at which guardd listens"});
}

int print_dns_records(const LeafOptions& leaf, const DnsOptions& options) {
  const auto form = leaf.json ? leaf::DnsForm::kJson : leaf::dns_form_of(options.form);
  CHECK(form);  // main has looked at the word
  const auto reading = read_files(leaf);
  if (!reading) return kBadInput;
  const std::string host =
      options.host.empty() ? usual_host(reading->policy, leaf.side) : options.host;
  if (host.empty())
    return complain("side " + std::string(to_string(leaf.side)) +
                    " names no domain: say the guard's name with --host");
  const auto records =
      leaf::dns_records(reading->names, reading->site.edge(leaf.side).listen, host);
  if (!records) return complain(records.error());
  const std::string head = "Side " + std::string(to_string(leaf.side)) +
                           ": every far domain leads to the guard (policy \"" +
                           reading->policy.name() + "\").";
  std::printf("%s", leaf::write_dns(*records, *form, head).c_str());
  return 0;
}

int print_certificates(const LeafOptions& leaf, const CertificateOptions& options) {
  const auto reading = read_files(leaf);
  if (!reading) return kBadInput;
  const auto& directory = reading->site.edge(leaf.side).certificates;
  std::vector<supervisor::Credential> credentials;
  bool bad = false;
  std::error_code fault;
  const bool empty = std::filesystem::is_empty(directory, fault);
  if (fault) {
    complain({directory.string(), 0, 0, fault.message(), "expected a directory"});
    return kBadInput;
  }
  if (!empty) {
    const auto files = supervisor::credential_files(directory);
    for (const auto& file : files ? *files : std::vector<std::filesystem::path>()) {
      auto credential = supervisor::read_credential(file);
      if (credential) {
        credentials.push_back(std::move(*credential));
      } else {
        complain(credential.error());
        bad = true;
      }
    }
  }
  const UtcTime now = now_utc();
  const auto coverage = leaf::coverage_of(reading->names, credentials, now, options.warn_days);
  const std::string text =
      leaf.json ? leaf::write_json(coverage, now) : leaf::write_table(coverage, now);
  std::printf("%s", text.c_str());
  return bad || !leaf::is_whole(coverage) ? kNo : 0;
}

int write_certificate_requests(const LeafOptions& leaf, const RequestOptions& options) {
  const auto kind = leaf::key_kind_of(options.key);
  CHECK(kind);  // main has looked at the word
  const auto reading = read_files(leaf);
  if (!reading) return kBadInput;
  const auto wanted = wanted_names(*reading, leaf.side, options);
  if (!wanted) return kBadInput;
  if (wanted->empty()) return complain("the policy names no far domain for this side");
  if (!options.one_for_all) {
    return std::all_of(wanted->begin(), wanted->end(),
                       [&](const leaf::FarName& name) {
                         return write_one(options, *kind, name.domain, {name.domain}, leaf.json);
                       })
               ? 0
               : kBadInput;
  }
  // INVARIANT(INVISIBLE): whoever is shown a certificate reads all its names.
  if (!leaf::seen_alike(*wanted)) {
    complain("not every peer of the side may see all of these: one certificate would show them");
    return kNo;
  }
  std::vector<std::string> domains;
  for (const leaf::FarName& name : *wanted) domains.push_back(name.domain);
  const std::string stem = "guard-" + std::string(to_string(leaf.side));
  return write_one(options, *kind, stem, domains, leaf.json) ? 0 : kBadInput;
}

}  // namespace guard::control
