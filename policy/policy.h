// Policy: who may send what to whom, as one immutable value.
//
// Who controls its content: the people who write and approve the policy file; the digest covers
// every octet of it. Read by loader.h, asked by decide.h; no input or output here.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/sha256.h"
#include "guard/base/side.h"
#include "labels/compiled_clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"
#include "policy/invariant.h"
#include "policy/kept_content.h"
#include "policy/limits.h"
#include "policy/peer.h"
#include "policy/peer_policy.h"
#include "policy/place.h"
#include "policy/rule.h"

namespace policy {

// NamedLabel is a label that the policy declares once and refers to by name.
struct NamedLabel {
  std::string name;
  labels::Label label;
  Place place = {};
};

// Direction is what may travel in one lane: across, or between two peers of one side.
struct Direction {
  std::vector<Rule> rules;  // in the order in which they are tried
  // Whether the senders of refused messages get an error reply where the standards allow one. An
  // iq get or set is always answered.
  bool answers_refusals = true;
};

// PolicyContent is what a Policy is made from. A new one allows nothing.
struct PolicyContent {
  explicit PolicyContent(labels::SecurityPolicy governing)
      : security_policy(std::move(governing)) {}

  std::string name;
  std::string spif;  // the name of the SPIF, as the policy file gives it
  labels::SecurityPolicy security_policy;
  std::vector<PeerPolicy> peer_policies;  // by PeerPolicyIndex
  KeptContent kept;
  Limits limits;
  std::vector<NamedLabel> labels;
  std::vector<Peer> peers;  // by PeerIndex
  std::vector<PeerGroup> groups;
  std::array<Direction, guard::kLanes.size()> directions;  // by Lane
  std::vector<Invariant> invariants;
  guard::Digest digest{};  // policy_digest of the texts

  [[nodiscard]] const Direction& direction(guard::Lane lane) const {
    return directions[static_cast<std::size_t>(lane)];
  }
  [[nodiscard]] Direction& direction(guard::Lane lane) {
    return directions[static_cast<std::size_t>(lane)];
  }
};

// Policy is cheap to copy (a shared immutable snapshot).
class Policy {
 public:
  // make checks what policy/README.md ("What is refused at load") lists, compiles what decide()
  // needs, and proves the invariants. The faults are in the order of the file, never empty, at most
  // kMaxFaults.
  [[nodiscard]] static std::expected<Policy, std::vector<Fault>> make(PolicyContent content);
  static constexpr std::size_t kMaxFaults = 100;

  [[nodiscard]] const PolicyContent& content() const;
  [[nodiscard]] const std::string& name() const { return content().name; }
  [[nodiscard]] const labels::SecurityPolicy& security_policy() const {
    return content().security_policy;
  }
  // spif gives the security policy of that identifier: the governing one, or a peer policy; nullptr
  // where the policy names none.
  [[nodiscard]] const labels::SecurityPolicy* spif(const labels::Oid& id) const;
  // own_policy gives the security policy that a peer labels under where that is not the governing
  // one; nullptr where it is. REQUIRES: the policy has that peer.
  [[nodiscard]] const labels::SecurityPolicy* own_policy(guard::PeerIndex peer) const;
  [[nodiscard]] const Limits& limits() const { return content().limits; }
  // peers by PeerIndex.
  [[nodiscard]] std::span<const Peer> peers() const { return content().peers; }
  // digest: SHA-256 over the texts of the policy, its SPIFs, its officers' certificates and its
  // clearance files (policy_digest below).
  [[nodiscard]] const guard::Digest& digest() const { return content().digest; }

  // domains is the table of one side: its peers' claims, default route included. What the other
  // side claims by name is not taken out of the default route here: ask peer_of.
  [[nodiscard]] const guard::DomainTable& domains(guard::Side side) const;

  // peer_of gives the peer of that side that `domain` (normal form) belongs to. A domain that the
  // other side claims more exactly, or at all by name where this side has only its default route,
  // belongs to no peer of this side: every domain has one peer at most (SIDE_BOUND).
  [[nodiscard]] std::optional<guard::PeerIndex> peer_of(guard::Side side,
                                                        std::string_view domain) const;

  // Standing is whose a domain is, and what it may send and receive: the narrowest of what is said
  // of its peer and of every claim of that peer that covers it. nullptr is the nil clearance.
  struct Standing {
    guard::PeerIndex peer = 0;
    const labels::Clearance* send = nullptr;
    const labels::Clearance* receive = nullptr;
    // The same two, compiled against security_policy().
    const labels::CompiledClearance* compiled_send = nullptr;
    const labels::CompiledClearance* compiled_receive = nullptr;
  };
  // standing is peer_of with the clearances. The pointers live as long as any copy of this policy.
  [[nodiscard]] const Standing* standing(guard::Side side, std::string_view domain) const;

  // named is standing without the default routes: of a domain that a peer of the side claims by
  // name.
  [[nodiscard]] const Standing* named(guard::Side side, std::string_view domain) const;

  // uses says whether the policy has anything to say of a lane: of those across always, of those
  // within a side only where it has a rule for them. Without one, nothing within a side is routed.
  [[nodiscard]] bool uses(guard::Lane lane) const;

  // routed gives where a stanza from `sender` to `domain` (normal form) goes in a lane; nullptr: it
  // has no route there. Across: standing on the far side. Within a side: to a domain that another
  // peer of it claims by name, where the policy uses the lane; a default route is no way within.
  // REQUIRES: the policy has that peer.
  [[nodiscard]] const Standing* routed(guard::Lane lane, guard::PeerIndex sender,
                                       std::string_view domain) const;

  // lane_to gives the lane of what `sender` sends to `domain`: within its side where it is routed
  // there, else across. REQUIRES: as routed.
  [[nodiscard]] guard::Lane lane_to(guard::PeerIndex sender, std::string_view domain) const;

  // standing_of gives what holds for a claim of a peer. REQUIRES: the peer has that claim.
  [[nodiscard]] const Standing& standing_of(guard::PeerIndex peer, std::size_t claim) const;

  // visible says whether any rule lets anything pass between the two peers, in either direction;
  // of two peers of one side, a rule for traffic within it. False for a peer and itself, and for an
  // index that no peer has. Costs O(rules).
  [[nodiscard]] bool visible(guard::PeerIndex peer, guard::PeerIndex other) const;

  // rules_about lists the rules of a lane for one class, in the order in which they are tried.
  [[nodiscard]] std::span<const Rule* const> rules_about(guard::Lane lane, StanzaClass about) const;

  // label_marking is the marking of a named label. REQUIRES: the policy has that label.
  [[nodiscard]] const std::string& label_marking(LabelIndex label) const;

 private:
  struct Compiled;
  explicit Policy(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

// policy_digest is SHA-256 of
//   "xmpp-guard policy 1\n", then for the policy's text, each SPIF's, each officer's certificate's
//   and each clearance file's, in the order in which the policy first names them: the length in
//   octets in decimal, "\n", the
//   text.
// File names do not matter; policy/README.md shows it as a shell command.
[[nodiscard]] guard::Digest policy_digest(std::string_view policy_text,
                                          std::span<const std::string_view> file_texts);

}  // namespace policy
