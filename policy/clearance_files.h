// ClearanceFiles: the files that <clearance file="..."> names, each read once.
//
// Who controls them: the people who write and approve policies. The policy digest covers every
// octet.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labels/clearance.h"
#include "labels/label_reading.h"
#include "labels/security_policy.h"
#include "policy/named_text.h"

namespace policy {

// ClearanceSource gives a clearance file by the name that the policy file uses for it (a path
// relative to the policy file), or the reason why it cannot be had.
using ClearanceSource =
    std::function<std::expected<NamedText, std::string>(std::string_view file_name)>;

// ClearanceFiles reads in every format that labels::LabelReader reads: DER, base64, hex, a
// certificate (of which nothing but the clearance is looked at), ADatP-4774, our own XML.
class ClearanceFiles {
 public:
  static constexpr std::size_t kMostFiles = 1'024;

  ClearanceFiles(labels::SecurityPolicy policy, ClearanceSource source)
      : policy_(std::move(policy)), source_(std::move(source)) {}

  // read gives the clearance of a file, or what is wrong in words; a file that is named again is
  // not read again. A clearance under another security policy than the governing one is wrong.
  [[nodiscard]] std::expected<labels::Clearance, std::string> read(const std::string& name);

  // texts are the octets of the files in the order in which they were first named: for the digest.
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  using Read = std::expected<labels::Clearance, std::string>;
  [[nodiscard]] Read read_new(const std::string& name);

  labels::SecurityPolicy policy_;
  ClearanceSource source_;
  std::optional<labels::LabelReader> reader_;  // made when it is needed: it compiles grammars
  std::map<std::string, Read, std::less<>> known_;
  std::vector<std::string> texts_;
};

}  // namespace policy
