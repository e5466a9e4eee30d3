// Catalogs: the label catalogs that the guard answers with for far domains: the labels with which a
// message from the asker's domain to that one passes the label decision (SPEC: XEP-0258 4; L12).
//
// Pure but for what it keeps: the answer depends on the policy, the two domains, the clearance in
// the certificate of the asker's stream, and the minute.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/base/utc_time.h"
#include "guard/filter/label_writer.h"
#include "labels/label.h"
#include "policy/policy.h"
#include "policy/stanza_facts.h"

namespace guard::filter {

class Catalogs {
 public:
  static constexpr std::size_t kMaxLabels = 256;        // in one catalog
  static constexpr std::size_t kMaxCandidates = 8'192;  // that are tried for one
  static constexpr std::size_t kMaxKept = 32;           // catalogs
  static constexpr std::int64_t kAge = 60'000'000;      // microseconds: how long one is kept

  // Items are those of one catalog, as they are written.
  struct Items {
    std::string xml;
    std::size_t labels = 0;
    bool too_large = false;  // even of the classifications alone: there are none
  };

  // `most_octets` bounds the text of one catalog's items.
  Catalogs(policy::Policy policy, std::size_t most_octets)
      : policy_(std::move(policy)), most_octets_(most_octets), writer_(policy_) {}

  // items gives what `request`, an iq that the policy has allowed, is answered with where it asks
  // for a domain of the peer that it goes to: labels with one category value at most; where those
  // are too many, with as few as there can be. They are valid at the beginning of the minute. Lives
  // until the next call.
  [[nodiscard]] const Items& items(const policy::StanzaFacts& request, std::string_view domain);

 private:
  // What a catalog depends on. The standings live as long as the policy.
  struct Key {
    const policy::Policy::Standing* asker;
    const policy::Policy::Standing* asked;
    policy::CertificateClearance certificate;
    UtcTime at;
    bool operator==(const Key&) const = default;
  };
  struct Kept {
    Key key;
    Items items;
  };

  Items made(const policy::StanzaFacts& request, std::string_view domain, const Key& key);
  std::optional<std::vector<labels::Label>> passing(const policy::StanzaFacts& message,
                                                    const Key& key, std::size_t values) const;
  std::optional<Items> written(std::vector<labels::Label> labels, PeerIndex asker);

  policy::Policy policy_;
  std::size_t most_octets_;
  LabelWriter writer_;
  std::deque<Kept> kept_;  // the newest first
};

}  // namespace guard::filter
