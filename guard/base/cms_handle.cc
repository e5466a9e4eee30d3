#include "guard/base/cms_handle.h"

namespace guard::cms {
namespace {

constexpr std::size_t kMostOctets = 1U << 20;  // of a certificate's file

}  // namespace

std::expected<Certificate, std::string> read_certificate(const std::string& text) {
  if (text.size() > kMostOctets) return std::unexpected(std::string("it is too large"));
  if (!text.contains("-----BEGIN")) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    Certificate one(d2i_X509(nullptr, &at, static_cast<long>(text.size())));
    if (!one) return std::unexpected(failure("it holds no certificate"));
    if (at != end) return std::unexpected(std::string("something follows the certificate"));
    return one;
  }
  const Bio bio = reading(text);
  Certificate one(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!one) return std::unexpected(failure("it holds no certificate"));
  const Certificate second(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();  // the end of the text is no error
  if (second) return std::unexpected(std::string("it holds more than one certificate"));
  return one;
}

}  // namespace guard::cms
