// FileReading: what the parts of the loader share: the faults found so far, and the names that the
// file has declared.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/file_error.h"
#include "labels/security_policy.h"
#include "policy/clearance_files.h"
#include "policy/loader.h"
#include "policy/place.h"
#include "policy/policy.h"
#include "schemas/element.h"

namespace policy {

inline constexpr std::string_view kPolicyNamespace = "urn:xmpp-guard:policy:1";

// FileReading gathers; nothing in it refers to the tree longer than one call.
struct FileReading {
  // `policies`: the governing one first, then those of peers.
  explicit FileReading(std::vector<labels::SecurityPolicy> policies, ClearanceSource source = {},
                       CertificateSource officers = {})
      : content(policies.front()),
        clearances(std::move(policies), std::move(source)),
        officer_source(std::move(officers)) {}

  PolicyContent content;
  ClearanceFiles clearances;
  CertificateSource officer_source;
  std::vector<Fault> faults;
  // The first declaration of a name counts; that there is a second is found by Policy::make.
  std::map<std::string, PeerPolicyIndex, std::less<>> peer_policies;
  std::map<std::string, LabelIndex, std::less<>> labels;
  std::map<std::string, guard::PeerIndex, std::less<>> peers;
  std::map<std::string, std::uint32_t, std::less<>> groups;
  std::set<guard::Lane> directions;  // those that the file has had

  void fault(const schemas::Element& at, std::string what, std::string expected);

  // label finds a declared label, or says at the element that there is none.
  [[nodiscard]] std::optional<LabelIndex> label(const schemas::Element& at, std::string_view name);
};

// place_of gives where the start tag of an element ends.
[[nodiscard]] Place place_of(const schemas::Element& element);

// value gives the value of an attribute that the schema demands, and "" where it is absent.
[[nodiscard]] std::string value(const schemas::Element& element, std::string_view attribute);

// lane_of gives the lane that an element's `from` and `to` name, sides both. REQUIRES: the schema
// has seen to that.
[[nodiscard]] guard::Lane lane_of(const schemas::Element& element);

// words splits an attribute that is a list; empty where it is absent.
[[nodiscard]] std::vector<std::string_view> words(const schemas::Element& element,
                                                  std::string_view attribute);

// bounded reads an attribute that is a number from floor to ceiling; nullopt where it is absent, or
// is another, which is said at the element.
[[nodiscard]] std::optional<std::uint32_t> bounded(FileReading& reading,
                                                   const schemas::Element& element,
                                                   std::string_view attribute, std::uint32_t floor,
                                                   std::uint32_t ceiling);

// joined lists names for a complaint: "a, b, c"; "nothing" for none; at most twenty of them.
[[nodiscard]] std::string joined(const std::vector<std::string>& names);

// read_limits, read_label, read_peer, read_group and read_direction each take one element of their
// name, put what it says into reading.content and what is wrong with it into reading.faults.
void read_limits(FileReading& reading, const schemas::Element& element);
void read_label(FileReading& reading, const schemas::Element& element);
void read_peer(FileReading& reading, const schemas::Element& element);
void read_group(FileReading& reading, const schemas::Element& element);
void read_direction(FileReading& reading, const schemas::Element& element);

// read_kept_content reads what the <policy> says of content, and its <officers>.
void read_kept_content(FileReading& reading, const schemas::Element& policy);

// read_invariants appends what an <invariants> says to reading.content.invariants.
void read_invariants(FileReading& reading, const schemas::Element& element);

// to_errors gives faults of a file their place in it, in its order.
[[nodiscard]] std::vector<guard::FileError> to_errors(const std::string& file,
                                                      std::vector<Fault> faults);

}  // namespace policy
