// ClearanceFiles: the files that <clearance file="..."> and <pin file="..."> name, each read once.
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

#include "guard/base/certificate_file.h"
#include "labels/clearance.h"
#include "labels/label_reading.h"
#include "labels/security_policy.h"
#include "policy/named_text.h"

namespace policy {

// ClearanceSource gives a clearance file by the name that the policy file uses for it (a path
// relative to the policy file), or the reason why it cannot be had.
using ClearanceSource =
    std::function<std::expected<NamedText, std::string>(std::string_view file_name)>;

// FileClearance is what a file says, and the key (guard::CertificateFile) where it is a
// certificate.
struct FileClearance {
  labels::Clearance clearance;
  std::optional<guard::Digest> key = {};
};

// ClearanceFiles reads in every format that labels::LabelReader reads: DER, base64, hex, a
// certificate (of which nothing but the clearance and the key is looked at), ADatP-4774, our own
// XML.
class ClearanceFiles {
 public:
  static constexpr std::size_t kMostFiles = 1'024;

  // `policies` are the governing security policy first, then those of peers. A clearance under one
  // of the latter is refused by its name.
  ClearanceFiles(std::vector<labels::SecurityPolicy> policies, ClearanceSource source);

  // read gives the clearance of a file, or what is wrong in words; a file that is named again is
  // not read again. A clearance under another security policy than the governing one is wrong.
  [[nodiscard]] std::expected<FileClearance, std::string> read(const std::string& name);

  // pin gives the key of a file that is one certificate; pinned_clearance the clearance in it.
  [[nodiscard]] std::expected<guard::Digest, std::string> pin(const std::string& name);
  [[nodiscard]] std::expected<labels::Clearance, std::string> pinned_clearance(
      const std::string& name);

  // texts are the octets of the files in the order in which they were first named: for the digest.
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  // A name for complaints, and the place in texts_.
  struct File {
    std::string name;
    std::size_t place = 0;
  };
  using Read = std::expected<labels::Clearance, std::string>;
  [[nodiscard]] std::expected<File, std::string> file(const std::string& name);
  [[nodiscard]] std::expected<File, std::string> new_file(const std::string& name);
  [[nodiscard]] std::expected<guard::CertificateFile, std::string> certificate(
      const std::string& name);
  [[nodiscard]] Read clearance_in(const std::string& name, guard::BytesView octets);

  std::vector<labels::SecurityPolicy> policies_;
  ClearanceSource source_;
  std::optional<labels::LabelReader> reader_;  // made when it is needed: it compiles grammars
  std::map<std::string, std::expected<File, std::string>, std::less<>> files_;
  std::map<std::string, std::expected<FileClearance, std::string>, std::less<>> known_;
  std::vector<std::string> texts_;
};

}  // namespace policy
