// certificate_request: keys and PKCS#10 requests (RFC 2986) for the names that an edge speaks for.
//
// A request names each domain as dNSName and as SRVName `_xmpp-server.DOMAIN` (RFC 4985) and asks
// for both key usages, serverAuth and clientAuth (SPEC: S12, S14).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/file_error.h"

namespace guard::leaf {

enum class KeyKind : std::uint8_t { kP256, kP384, kRsa3072 };

// key_kind_of reads "p-256", "p-384" or "rsa-3072".
[[nodiscard]] std::optional<KeyKind> key_kind_of(std::string_view word);

struct KeyAndRequest {
  std::string key;      // PEM, PKCS#8, not encrypted
  std::string request;  // PEM
};

// make_request makes a new key and a request signed with it. The common name is the first domain,
// where it is short enough to be one. REQUIRES: domains, at least one, in A-labels.
[[nodiscard]] KeyAndRequest make_request(const std::vector<std::string>& domains, KeyKind kind);

struct RequestFiles {
  std::filesystem::path key;
  std::filesystem::path request;
};

// write_request writes DIRECTORY/STEM.key (for its owner alone) and DIRECTORY/STEM.csr, on disk
// when it returns. The directory is made where it is missing. A file that is there already is an
// error, and left as it is.
[[nodiscard]] std::expected<RequestFiles, FileError> write_request(
    const std::filesystem::path& directory, const std::string& stem, const KeyAndRequest& made);

}  // namespace guard::leaf
