// CmsEnvelope: a text that only certain people can read: CMS AuthEnvelopedData with AES-256-GCM
// (SPEC: RFC 5083, RFC 5084), as `openssl cms -decrypt -inform DER` opens it too.
//
// Who controls the input: the certificates are named by those who write the policy; the text is a
// peer's; an envelope that is opened lay where somebody may have changed it.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guard {

// Recipients are the people that envelopes are made for: each of them can open each envelope with
// his own key. RSA keys get RSAES-OAEP, EC keys ECDH, both with SHA-256. Not thread-safe.
class Recipients {
 public:
  static constexpr std::size_t kMost = 16;
  // An envelope is at most this much longer than its text.
  static constexpr std::size_t kOverhead = 32U << 10;

  // Fault says what is wrong with which certificate (its place in the list).
  struct Fault {
    std::size_t which = 0;
    std::string what;
  };

  // make reads certificates, each PEM or DER, one in each text, and seals once to all of them, so
  // that what OpenSSL does the first time only has been done. A key must be RSA of 2048 to 8192
  // bits or EC on P-256, P-384 or P-521, for a use that the certificate does not exclude. Neither
  // dates nor issuers are looked at: whoever names a certificate vouches for it.
  [[nodiscard]] static std::expected<Recipients, Fault> make(
      std::span<const std::string> certificates);

  ~Recipients();
  Recipients(Recipients&&) noexcept;
  Recipients& operator=(Recipients&&) noexcept;

  // seal makes an envelope, DER. It needs memory and random numbers, and no file. The error says
  // what failed.
  [[nodiscard]] std::expected<std::string, std::string> seal(std::string_view text) const;

 private:
  struct Certificates;
  explicit Recipients(std::unique_ptr<Certificates> certificates);
  std::unique_ptr<Certificates> certificates_;
};

// Unopened says why an envelope stays closed.
struct Unopened {
  std::string what;
  bool bad_key = false;  // the key or its certificate cannot be read, or do not fit together
};

// open_envelope gives the text of an envelope. `key` is a private key in PEM (its password, if it
// has one, is asked for on the terminal by OpenSSL), `certificate` its certificate in PEM, or
// empty: then it is tried for every recipient. Nothing is given of an envelope that was changed.
[[nodiscard]] std::expected<std::string, Unopened> open_envelope(std::string_view envelope,
                                                                 const std::string& key,
                                                                 const std::string& certificate);

}  // namespace guard
