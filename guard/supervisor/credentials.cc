#include "guard/supervisor/credentials.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <memory>
#include <optional>

#include "guard/base/bytes.h"
#include "guard/base/hex.h"
#include "guard/base/openssl_free.h"
#include "guard/base/sha256.h"
#include "guard/supervisor/file_text.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMaxPem = 1U << 20;

using Bio = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using Certificate = std::unique_ptr<X509, OpensslFree<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using Store = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;
using GeneralNames = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;

Bio reader_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A password prompt must never hang a service: an encrypted key is refused instead.
int no_password(char*, int, int, void*) { return 0; }

std::vector<Certificate> read_certificates(std::string_view pem) {
  const Bio bio = reader_of(pem);
  std::vector<Certificate> found;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)) {
    found.emplace_back(certificate);
  }
  return found;
}

std::vector<std::string> dns_names_of(X509* certificate) {
  std::vector<std::string> found;
  const GeneralNames alternatives(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!alternatives) return found;
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives.get(), i);
    if (name->type != GEN_DNS) continue;
    std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                     static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    found.push_back(std::move(text));
  }
  return found;
}

UtcTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return {static_cast<std::int64_t>(timegm(&parts)) * 1'000'000};
}

bool usable_for(X509* certificate, std::uint32_t usage) {
  return (X509_get_extended_key_usage(certificate) & usage) != 0;
}

FileError error(const std::filesystem::path& file, std::string what, std::string expected) {
  return {file.string(), 0, 0, std::move(what), std::move(expected)};
}

// Copies the PEM blocks of the text whose kind is (or is not) a private key.
std::string blocks(std::string_view pem, bool keys) {
  std::string kept;
  for (std::size_t at = pem.find("-----BEGIN "); at != std::string_view::npos;
       at = pem.find("-----BEGIN ", at)) {
    const std::size_t end_line = pem.find("-----END ", at);
    if (end_line == std::string_view::npos) break;
    const std::size_t end = std::min(pem.size(), pem.find('\n', end_line));
    const std::string_view block = pem.substr(at, end - at);
    const bool is_key = block.substr(0, block.find('\n')).find("PRIVATE KEY") != std::string::npos;
    if (is_key == keys) kept.append(block).append("\n");
    at = end;
  }
  return kept;
}

}  // namespace

bool names(const Credential& credential, std::string_view domain) {
  return std::find(credential.dns_names.begin(), credential.dns_names.end(), domain) !=
         credential.dns_names.end();
}

std::expected<Credential, FileError> read_credential(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxPem);
  if (!text) return std::unexpected(text.error());
  const auto certificates = read_certificates(*text);
  if (certificates.empty()) {
    return std::unexpected(error(file, "holds no certificate", "expected the leaf in PEM first"));
  }
  const Bio key_bio = reader_of(*text);
  const Key key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_password, nullptr));
  if (!key) {
    return std::unexpected(
        error(file, "holds no readable private key", "expected one in PEM, not encrypted"));
  }
  X509* leaf = certificates.front().get();
  if (X509_check_private_key(leaf, key.get()) != 1) {
    return std::unexpected(error(file, "the private key is not that of the first certificate",
                                 "expected the leaf first, and its key"));
  }
  Credential credential{file,
                        {blocks(*text, false), blocks(*text, true)},
                        dns_names_of(leaf),
                        time_of(X509_get0_notBefore(leaf)),
                        time_of(X509_get0_notAfter(leaf))};
  if (credential.dns_names.empty()) {
    return std::unexpected(error(file, "the certificate has no dNSName",
                                 "expected one for the domain that the guard speaks for"));
  }
  if (!usable_for(leaf, XKU_SSL_SERVER) || !usable_for(leaf, XKU_SSL_CLIENT)) {
    return std::unexpected(error(file, "the certificate is not for both uses",
                                 "expected extended key usage serverAuth and clientAuth"));
  }
  return credential;
}

std::optional<FileError> time_fault(const Credential& credential, UtcTime now) {
  if (credential.not_after <= now) {
    return error(credential.file, "expired at " + to_iso8601(credential.not_after), "");
  }
  if (credential.not_before > now) {
    return error(credential.file, "is not valid before " + to_iso8601(credential.not_before), "");
  }
  return std::nullopt;
}

std::optional<FileError> shared_name(const Credential& later, const Credential& earlier) {
  for (const std::string& name : later.dns_names) {
    if (!names(earlier, name)) continue;
    return error(later.file, "names " + name + ", as " + earlier.file.string() + " does",
                 "expected each domain in one certificate");
  }
  return std::nullopt;
}

std::expected<std::vector<std::filesystem::path>, FileError> credential_files(
    const std::filesystem::path& directory) {
  std::error_code fault;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory, fault)) {
    if (entry.path().extension() == ".pem") files.push_back(entry.path());
  }
  if (fault) return std::unexpected(error(directory, fault.message(), "expected a directory"));
  if (files.empty()) {
    return std::unexpected(error(directory, "holds no *.pem file",
                                 "expected one for each domain that the guard speaks for"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::expected<std::vector<Credential>, FileError> load_credentials(
    const std::filesystem::path& directory, UtcTime now) {
  const auto files = credential_files(directory);
  if (!files) return std::unexpected(files.error());
  std::vector<Credential> found;
  std::map<std::string, std::size_t> holders;  // of each name: its place in `found`
  for (const auto& file : *files) {
    auto credential = read_credential(file);
    if (!credential) return std::unexpected(credential.error());
    if (const auto fault = time_fault(*credential, now)) return std::unexpected(*fault);
    for (const std::string& name : credential->dns_names) {
      const auto holder = holders.emplace(name, found.size()).first->second;
      if (holder == found.size()) continue;
      return std::unexpected(*shared_name(*credential, found[holder]));
    }
    found.push_back(std::move(*credential));
  }
  return found;
}

std::expected<void, FileError> check_trust(const std::filesystem::path& file,
                                           std::string_view pem) {
  if (read_certificates(pem).empty()) {
    return std::unexpected(
        error(file, "holds no certificate", "expected the authorities of this side in PEM"));
  }
  if (!blocks(pem, true).empty()) {
    return std::unexpected(
        error(file, "holds a private key", "expected certificates of authorities only"));
  }
  return {};
}

std::vector<Authority> authorities_in(std::string_view pem) {
  std::vector<Authority> found;
  Sha256 sha256;
  for (const Certificate& certificate : read_certificates(pem)) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    if (size <= 0) continue;
    const std::string_view key(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    const Bio text(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253);
    char* written = nullptr;
    const long length = BIO_get_mem_data(text.get(), &written);
    found.push_back({to_hex(sha256.digest(as_bytes(key))),
                     std::string(written, static_cast<std::size_t>(std::max(0L, length)))});
    OPENSSL_free(der);
  }
  return found;
}

std::expected<void, FileError> check_signers(const std::filesystem::path& file,
                                             std::string_view pem, std::uint64_t require) {
  const auto certificates = read_certificates(pem);
  std::uint64_t keys = 0;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const EVP_PKEY* key = X509_get0_pubkey(certificates[i].get());
    bool known = key == nullptr;
    for (std::size_t j = 0; j < i && !known; ++j) {
      known = EVP_PKEY_eq(key, X509_get0_pubkey(certificates[j].get())) == 1;
    }
    if (!known) ++keys;
  }
  if (keys < require) {
    return std::unexpected(error(file, "holds certificates of " + std::to_string(keys) + " signers",
                                 "expected at least " + std::to_string(require) + " in PEM"));
  }
  if (!blocks(pem, true).empty()) {
    return std::unexpected(error(file, "holds a private key", "expected certificates only"));
  }
  return {};
}

std::expected<void, FileError> check_log_key(const std::filesystem::path& file,
                                             std::string_view pem) {
  const Bio bio = reader_of(pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    return std::unexpected(error(file, "holds no readable key for the audit log",
                                 "expected an Ed25519 private key in PEM, not encrypted"));
  }
  return {};
}

bool accepted_by(const Credential& credential, std::string_view trust_pem) {
  const Store store(X509_STORE_new());
  for (const Certificate& authority : read_certificates(trust_pem)) {
    X509_STORE_add_cert(store.get(), authority.get());
  }
  // Whether the authority is trusted matters here, not whether it is trusted today.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  const auto chain = read_certificates(credential.pem.chain);
  STACK_OF(X509)* rest = sk_X509_new_null();
  for (std::size_t i = 1; i < chain.size(); ++i) sk_X509_push(rest, chain[i].get());
  const StoreContext context(X509_STORE_CTX_new());
  const bool accepted =
      X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), rest) == 1 &&
      X509_verify_cert(context.get()) == 1;
  sk_X509_free(rest);
  return accepted;
}

}  // namespace guard::supervisor
