// Credentials: the certificates and keys that an edge shows, as files of the operator.
//
// A certificate directory holds one PEM file for each certificate, `NAME.pem`: the leaf, its
// intermediates, and its private key, not encrypted. Other files are left alone.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/utc_time.h"
#include "guard/wire/configuration.h"

namespace guard::supervisor {

// Credential is one checked file of the directory.
struct Credential {
  std::filesystem::path file;
  wire::Certificate pem;
  std::vector<std::string> dns_names;  // lower case, as in the certificate
  UtcTime not_before;
  UtcTime not_after;
};

// credential_files lists the *.pem files of a directory, by name. An error where it is none.
[[nodiscard]] std::expected<std::vector<std::filesystem::path>, FileError> credential_files(
    const std::filesystem::path& directory);

// read_credential reads one file. Refused: one that is not PEM, a key that is missing, encrypted or
// not the leaf's, a leaf without a dNSName, without serverAuth or clientAuth. When it is in force
// is another question.
[[nodiscard]] std::expected<Credential, FileError> read_credential(
    const std::filesystem::path& file);

// time_fault says that the credential is expired, or not yet valid, at `now`.
[[nodiscard]] std::optional<FileError> time_fault(const Credential& credential, UtcTime now);

// shared_name complains of the later one where both have a dNSName in common: it would be chance
// which of them is shown.
[[nodiscard]] std::optional<FileError> shared_name(const Credential& later,
                                                   const Credential& earlier);

// load_credentials reads every *.pem of a directory, in the order of their names. Refused: no such
// file, one that read_credential refuses, one that is expired or not yet valid at `now`; two that
// name one domain.
[[nodiscard]] std::expected<std::vector<Credential>, FileError> load_credentials(
    const std::filesystem::path& directory, UtcTime now);

// Authority is a certificate of a trust file: SHA-256 of its public key (SubjectPublicKeyInfo) in
// hexadecimal, and its subject as RFC 2253 writes it.
struct Authority {
  std::string key;
  std::string name;
};

// authorities_in lists the certificates of a PEM text, in its order.
[[nodiscard]] std::vector<Authority> authorities_in(std::string_view pem);

// check_trust reads a PEM file of authorities: one or more certificates, nothing else.
[[nodiscard]] std::expected<void, FileError> check_trust(const std::filesystem::path& file,
                                                         std::string_view pem);

// check_signers checks that a file holds at least `require` certificates, of different keys, and no
// private key.
[[nodiscard]] std::expected<void, FileError> check_signers(const std::filesystem::path& file,
                                                           std::string_view pem,
                                                           std::uint64_t require);

// check_log_key checks that a file holds the key which vouches for the keys of the audit log:
// Ed25519, PEM, not encrypted.
[[nodiscard]] std::expected<void, FileError> check_log_key(const std::filesystem::path& file,
                                                           std::string_view pem);

// accepted_by says whether somebody who trusts `trust_pem` would accept the credential's chain. An
// edge must never hold a key that the other side trusts: an edge that has been taken over could
// speak for the guard there.
[[nodiscard]] bool accepted_by(const Credential& credential, std::string_view trust_pem);

// names says whether the credential has a dNSName for `domain`, exactly.
[[nodiscard]] bool names(const Credential& credential, std::string_view domain);

}  // namespace guard::supervisor
