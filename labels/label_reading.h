// LabelReading: a label, or a clearance, in whatever format it comes: for files and tools.
//
// Who controls the input: whoever wrote the file; it is treated as hostile. Inside stanzas on their
// way through the guard the formats' own readers are used (sec_label.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/bytes.h"
#include "guard/base/file_error.h"
#include "labels/category_der.h"
#include "labels/clearance.h"
#include "labels/icism_map.h"
#include "labels/label.h"
#include "labels/label_format.h"
#include "labels/policy_set.h"
#include "labels/spelling.h"

namespace labels {

// ReadLabel is everything that a file says as a label.
struct ReadLabel {
  LabelFormat format = LabelFormat::kEss;  // of the label itself
  Spelling spelling = Spelling::kRaw;
  std::string description = {};  // in words: "ESS, in base64, in a securitylabel of a stanza"
  // The label; nothing for an empty <label/>, which asks for the default label.
  std::optional<Label> label = {};
  std::vector<Label> equivalents = {};  // equivalentlabel, alternativeConfidentialityLabel
  std::vector<Label> metadata = {};     // metadataConfidentialityLabel
  CategoryEncoding encoding = CategoryEncoding::kTagTypes;  // of an ESS label
  std::optional<std::string> display_marking = {};          // as it came; it never decides
  std::size_t signatures = 0;  // XML signatures in a binding; they are NOT verified
  // What ADatP-4774 says of the labels and a Label has no place for, in words: "the originator
  // \"…\" (jID)", "the label that follows from 2027-01-01T00:00:00Z". Hostile text. An Id is only a
  // name within its file, and not told.
  std::vector<std::string> besides = {};
};

// ReadClearance is what a file says as a clearance.
struct ReadClearance {
  Spelling spelling = Spelling::kRaw;
  std::string description = {};  // in words: "X.501 clearance in a certificate, PEM"
  Clearance clearance;
};

inline constexpr std::size_t kMaxLabelFile = 1'048'576;  // octets

// LabelReader compiles the grammars once (some milliseconds). Not thread-safe.
class LabelReader {
 public:
  // `policies` give names their meaning; `icism` may be nothing, then ICISM labels are refused.
  explicit LabelReader(PolicySet policies, std::optional<IcismMap> icism = std::nullopt);
  ~LabelReader();
  LabelReader(LabelReader&&) noexcept;
  LabelReader& operator=(LabelReader&&) noexcept;

  // read_label reads exactly one of: an ESS label (DER, base64, hex), ADatP-4774 label, ADatP-4778
  // binding (one originator label, alternatives, metadata labels), XEP-0258 securitylabel, a whole
  // stanza with exactly one securitylabel (in jabber:server, jabber:client or no namespace), our
  // own XML, an ICISM label. `file` is the name for complaints. Errors have line and column in XML
  // and name the octet elsewhere. A label under a policy that is not in the set is read where the
  // format needs no names.
  [[nodiscard]] std::expected<ReadLabel, guard::FileError> read_label(const std::string& file,
                                                                      guard::BytesView octets);

  // read_clearance reads exactly one of: a clearance in DER (base64, hex), a certificate or
  // attribute certificate with one (PEM, DER), ADatP-4774 clearance XML, our own XML. The policy
  // must be in the set where names or open tags need it.
  [[nodiscard]] std::expected<ReadClearance, guard::FileError> read_clearance(
      const std::string& file, guard::BytesView octets);

  [[nodiscard]] const PolicySet& policies() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace labels
