#include "guard/base/certificate_file.h"

#include "guard/base/cms_handle.h"

namespace guard {
namespace {

struct Octets {
  unsigned char* data = nullptr;
  int size = 0;

  Octets() = default;
  Octets(const Octets&) = delete;
  Octets& operator=(const Octets&) = delete;
  ~Octets() { OPENSSL_free(data); }

  [[nodiscard]] BytesView view() const { return {data, static_cast<std::size_t>(size)}; }
};

}  // namespace

std::expected<CertificateFile, std::string> read_certificate_file(const std::string& text) {
  const auto one = cms::read_certificate(text);
  if (!one) return std::unexpected(one.error());
  Octets whole;
  whole.size = i2d_X509(one->get(), &whole.data);
  Octets key;
  key.size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(one->get()), &key.data);
  if (whole.size <= 0 || key.size <= 0) {
    return std::unexpected(cms::failure("its key cannot be read"));
  }
  return CertificateFile{.der = {whole.view().begin(), whole.view().end()},
                         .key = Sha256().digest(key.view())};
}

}  // namespace guard
