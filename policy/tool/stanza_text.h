// stanza_text: stanzas as text, read as the filter reads them, and written for examples.
#pragma once

#include <expected>
#include <string>

#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace policy::tool {

// StanzaReading is a stanza as the policy is asked about it, and what the filter does with it.
struct StanzaReading {
  StanzaFacts facts;
  bool judged = false;     // the facts say all; else the filter refuses it before it asks
  std::string fault;       // why it is not judged, after ":LINE:COLUMN: " where these are known
  bool forwarded = false;  // what the service does in the end
  std::string reason;      // and why
  std::string written;     // what would cross, or the reply
};

// read_stanza reads one stanza that `peer` has sent, as guard-filter does, with its defaults. The
// error is for what is no stanza at all, or has no addresses; it begins with ":line:column" where
// they are known, to be put behind the name of the file. REQUIRES: a schemas::XercesPlatform
// lives; `peer` is a peer of the policy.
[[nodiscard]] std::expected<StanzaReading, std::string> read_stanza(const Policy& policy,
                                                                    guard::PeerIndex peer,
                                                                    const std::string& text,
                                                                    guard::UtcTime at);

// write_stanza writes a stanza with these facts, as its peer sends it: one that is a guard with its
// count of hops. What the guard has no schema for becomes an empty element. REQUIRES: the peer of
// the facts is a peer of the policy.
[[nodiscard]] std::string write_stanza(const Policy& policy, const StanzaFacts& facts);

}  // namespace policy::tool
