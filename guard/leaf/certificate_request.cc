#include "guard/leaf/certificate_request.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "guard/base/check.h"
#include "guard/base/openssl_free.h"

namespace guard::leaf {
namespace {

constexpr std::size_t kCommonNameCeiling = 64;  // octets, SPEC: RFC 5280 appendix A.1
constexpr std::string_view kServiceName = "1.3.6.1.5.5.7.8.7";  // SPEC: RFC 4985 2

using Bio = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using Request = std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

Key new_key(KeyKind kind) {
  switch (kind) {
    case KeyKind::kP256:
      return Key(EVP_EC_gen("P-256"));
    case KeyKind::kP384:
      return Key(EVP_EC_gen("P-384"));
    case KeyKind::kRsa3072:
      return Key(EVP_RSA_gen(3072));
  }
  return nullptr;
}

// The names come from the policy, whose domains have no character that the notation of OpenSSL's
// configuration would read as its own.
std::string names_text(const std::vector<std::string>& domains) {
  std::string text;
  for (const std::string& domain : domains) {
    CHECK(domain.find_first_of(",;: \n\\") == std::string::npos);
    text += (text.empty() ? "DNS:" : ",DNS:") + domain;
    text += ",otherName:" + std::string(kServiceName) + ";IA5STRING:_xmpp-server." + domain;
  }
  return text;
}

void add_extension(STACK_OF(X509_EXTENSION) * list, int kind, const std::string& value) {
  Extension one(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  CHECK(one != nullptr && sk_X509_EXTENSION_push(list, one.get()) > 0);
  (void)one.release();
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::expected<void, FileError> write_new(const std::filesystem::path& file, const std::string& text,
                                         mode_t mode) {
  const auto fault = [&file](const char* expected) {
    return std::unexpected(FileError{file.string(), 0, 0, std::strerror(errno), expected});
  };
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (out < 0) return fault("expected to make a new file; none is overwritten");
  const bool written =
      ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(out) == 0;
  if (!written) {
    const auto failed = fault("expected room for it");
    ::close(out);
    ::unlink(file.c_str());
    return failed;
  }
  ::close(out);
  return {};
}

}  // namespace

std::optional<KeyKind> key_kind_of(std::string_view word) {
  if (word == "p-256") return KeyKind::kP256;
  if (word == "p-384") return KeyKind::kP384;
  if (word == "rsa-3072") return KeyKind::kRsa3072;
  return std::nullopt;
}

KeyAndRequest make_request(const std::vector<std::string>& domains, KeyKind kind) {
  CHECK(!domains.empty());
  const Key key = new_key(kind);
  const Request request(X509_REQ_new());
  CHECK(key != nullptr && request != nullptr && X509_REQ_set_version(request.get(), 0) == 1 &&
        X509_REQ_set_pubkey(request.get(), key.get()) == 1);
  const std::string& first = domains.front();
  if (first.size() <= kCommonNameCeiling) {
    CHECK(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>(first.c_str()), -1, -1,
                                     0) == 1);
  }
  STACK_OF(X509_EXTENSION)* extensions = sk_X509_EXTENSION_new_null();
  add_extension(extensions, NID_subject_alt_name, names_text(domains));
  add_extension(extensions, NID_key_usage, "critical,digitalSignature");
  add_extension(extensions, NID_ext_key_usage, "serverAuth,clientAuth");
  CHECK(X509_REQ_add_extensions(request.get(), extensions) == 1);
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  CHECK(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);

  const Bio key_text(BIO_new(BIO_s_mem()));
  const Bio request_text(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1);
  CHECK(PEM_write_bio_X509_REQ(request_text.get(), request.get()) == 1);
  return {text_of(key_text), text_of(request_text)};
}

std::expected<RequestFiles, FileError> write_request(const std::filesystem::path& directory,
                                                     const std::string& stem,
                                                     const KeyAndRequest& made) {
  std::error_code fault;
  std::filesystem::create_directories(directory, fault);
  if (fault) {
    return std::unexpected(
        FileError{directory.string(), 0, 0, fault.message(), "expected a directory"});
  }
  RequestFiles files{directory / (stem + ".key"), directory / (stem + ".csr")};
  // Both or none: a key without its request would stand in the way of the next attempt.
  if (std::filesystem::exists(files.request, fault)) {
    return std::unexpected(FileError{files.request.string(), 0, 0, "is there already",
                                     "expected to make a new file; none is overwritten"});
  }
  if (auto done = write_new(files.key, made.key, S_IRUSR | S_IWUSR); !done) {
    return std::unexpected(done.error());
  }
  const mode_t readable = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
  if (auto done = write_new(files.request, made.request, readable); !done) {
    ::unlink(files.key.c_str());
    return std::unexpected(done.error());
  }
  return files;
}

}  // namespace guard::leaf
