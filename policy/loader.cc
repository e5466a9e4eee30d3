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

// The security policy that the file refers to, and its text.
struct Spif {
  std::string name;
  std::string text;
  labels::SecurityPolicy policy;
};

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
      CHECK(child->name == "security-policy");
    }
  }
}

}  // namespace

std::expected<Policy, Errors> load(const NamedText& policy, const SpifSource& source,
                                   const ClearanceSource& clearances) {
  schemas::FileReader reader(schemas::Grammar::kPolicy);
  const auto document = reader.read_text(policy.text, policy.name);
  if (!document) return std::unexpected(Errors{document.error()});
  const schemas::Element& root = document->root();
  if (!root.is(kPolicyNamespace, "policy")) {
    return std::unexpected(to_errors(
        policy.name, {{place_of(root), "a file of " + std::string(root.name), "a policy"}}));
  }
  const schemas::Element* reference = root.child(kPolicyNamespace, "security-policy");
  CHECK(reference != nullptr);  // the schema says so
  auto spif = read_spif(policy, *reference, source);
  if (!spif) return std::unexpected(Errors{spif.error()});

  FileReading reading(spif->policy, clearances);
  reading.content.name = value(root, "name");
  reading.content.spif = spif->name;
  read_children(reading, root.elements());
  std::vector<std::string_view> texts{spif->text};
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
  FileReading reading(policy.security_policy());
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
