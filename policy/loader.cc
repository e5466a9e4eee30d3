#include "policy/loader.h"

#include <algorithm>
#include <iterator>

#include "guard/base/check.h"
#include "labels/spif.h"
#include "policy/content_check.h"
#include "policy/file_reading.h"
#include "schemas/reader.h"

namespace policy {
namespace {

using Errors = std::vector<guard::FileError>;

// A security policy that the file refers to, and its text.
struct Spif {
  std::string name;
  std::string text;
  labels::SecurityPolicy policy;
};

// The governing security policy first, then those of peers, in the file's order.
using Spifs = std::vector<Spif>;

std::expected<Spif, guard::FileError> read_spif(const NamedText& policy,
                                                const schemas::Element& element,
                                                const SpifSource& source) {
  const std::string name = value(element, "file");
  std::expected<NamedText, std::string> file = source(name);
  if (!file) {
    return std::unexpected(
        guard::FileError{.file = policy.name,
                         .line = element.line,
                         .column = element.column,
                         .what = "security policy \"" + name + "\" cannot be read: " + file.error(),
                         .expected = "a readable Open XML SPIF, by a path relative to this file"});
  }
  auto loaded = labels::load_spif(file->name, file->text);
  if (!loaded) return std::unexpected(loaded.error());
  return Spif{.name = name, .text = std::move(file->text), .policy = std::move(*loaded)};
}

bool is_spif(const schemas::Element& element) {
  return element.name == "security-policy" || element.name == "peer-policy";
}

std::expected<Spifs, Errors> read_spifs(const NamedText& policy, const schemas::Element& root,
                                        const SpifSource& source) {
  Spifs spifs;
  Errors errors;
  for (const schemas::Element* child : root.elements()) {
    if (!is_spif(*child)) continue;
    auto spif = read_spif(policy, *child, source);
    if (spif) {
      spifs.push_back(std::move(*spif));
    } else {
      errors.push_back(std::move(spif.error()));
    }
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  CHECK(!spifs.empty());  // the schema says so
  return spifs;
}

// Each child was read by read_spifs already; `spif` is what it gave.
void read_peer_policy(FileReading& reading, const schemas::Element& element, const Spif& spif) {
  std::string name = value(element, "name");
  reading.peer_policies.emplace(name,
                                static_cast<PeerPolicyIndex>(reading.content.peer_policies.size()));
  reading.content.peer_policies.push_back(
      {.name = std::move(name),
       .file = spif.name,
       .policy = spif.policy,
       .digest = guard::Sha256().digest(guard::as_bytes(spif.text)),
       .place = place_of(element)});
}

void read_peer_policies(FileReading& reading, const schemas::Element& root, const Spifs& spifs) {
  std::size_t next = 1;
  for (const schemas::Element* child : root.elements()) {
    if (child->name == "peer-policy") read_peer_policy(reading, *child, spifs[next++]);
  }
}

void read_children(FileReading& reading, const std::vector<const schemas::Element*>& children) {
  for (const schemas::Element* child : children) {
    if (child->name == "limits") {
      read_limits(reading, *child);
    } else if (child->name == "label") {
      read_label(reading, *child);
    } else if (child->name == "peer") {
      read_peer(reading, *child);
    } else if (child->name == "group") {
      read_group(reading, *child);
    } else if (child->name == "direction") {
      read_direction(reading, *child);
    } else if (child->name == "invariants") {
      read_invariants(reading, *child);
    } else {
      // The officers have been read with what is said of content.
      CHECK(is_spif(*child) || child->name == "officers");
    }
  }
}

}  // namespace

std::expected<Policy, Errors> load(const NamedText& policy, const SpifSource& source,
                                   const ClearanceSource& clearances,
                                   const CertificateSource& officers) {
  schemas::FileReader reader(schemas::Grammar::kPolicy);
  const auto document = reader.read_text(policy.text, policy.name);
  if (!document) return std::unexpected(Errors{document.error()});
  const schemas::Element& root = document->root();
  if (!root.is(kPolicyNamespace, "policy")) {
    return std::unexpected(to_errors(
        policy.name, {{place_of(root), "a file of " + std::string(root.name), "a policy"}}));
  }
  const auto spifs = read_spifs(policy, root, source);
  if (!spifs) return std::unexpected(spifs.error());

  std::vector<labels::SecurityPolicy> policies;
  for (const Spif& spif : *spifs) policies.push_back(spif.policy);
  FileReading reading(std::move(policies), clearances, officers);
  reading.content.name = value(root, "name");
  reading.content.spif = spifs->front().name;
  read_peer_policies(reading, root, *spifs);
  read_kept_content(reading, root);
  read_children(reading, root.elements());
  std::vector<std::string_view> texts;
  for (const Spif& spif : *spifs) texts.push_back(spif.text);
  for (const Officer& officer : reading.content.kept.officers) texts.push_back(officer.certificate);
  const std::vector<std::string>& files = reading.clearances.texts();
  texts.insert(texts.end(), files.begin(), files.end());
  reading.content.digest = policy_digest(policy.text, texts);
  if (!reading.faults.empty()) {
    // What is misspelt may follow from what contradicts itself (a peer that is declared twice is
    // one that is not declared), so both are said.
    std::ranges::move(check_content(reading.content), std::back_inserter(reading.faults));
    return std::unexpected(to_errors(policy.name, std::move(reading.faults)));
  }
  auto made = Policy::make(std::move(reading.content));
  if (!made) return std::unexpected(to_errors(policy.name, std::move(made.error())));
  return std::move(*made);
}

std::expected<std::vector<Invariant>, Errors> load_invariants(const Policy& policy,
                                                              const NamedText& file) {
  schemas::FileReader reader(schemas::Grammar::kPolicy);
  const auto document = reader.read_text(file.text, file.name);
  if (!document) return std::unexpected(Errors{document.error()});
  const schemas::Element& root = document->root();
  if (!root.is(kPolicyNamespace, "invariants")) {
    return std::unexpected(to_errors(
        file.name, {{place_of(root), "a file of " + std::string(root.name), "invariants"}}));
  }
  FileReading reading({policy.security_policy()});
  reading.content.peers = policy.content().peers;
  reading.content.groups = policy.content().groups;
  for (guard::PeerIndex i = 0; i < reading.content.peers.size(); ++i) {
    reading.peers.emplace(reading.content.peers[i].name, i);
  }
  for (std::uint32_t i = 0; i < reading.content.groups.size(); ++i) {
    reading.groups.emplace(reading.content.groups[i].name, i);
  }
  read_invariants(reading, root);
  if (reading.faults.empty()) {
    // The peers are not to be checked again, and have labels and rules that are not here.
    PolicyContent alone(policy.security_policy());
    alone.peer_policies = policy.content().peer_policies;
    alone.peers = policy.content().peers;
    for (Peer& peer : alone.peers) peer.default_label.reset();
    alone.invariants = reading.content.invariants;
    reading.faults = check_content(alone);
  }
  if (!reading.faults.empty()) {
    return std::unexpected(to_errors(file.name, std::move(reading.faults)));
  }
  return std::move(reading.content.invariants);
}

}  // namespace policy
