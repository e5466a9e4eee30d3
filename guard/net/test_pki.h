// TestPki: throw-away authorities and certificates for tests, made with OpenSSL's API. P-256.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace guard::net {

struct TestCertificate {
  std::string chain;  // PEM
  std::string key;    // PEM
};

// What an issued certificate says; the times are seconds from now.
struct TestCertificateSpec {
  std::vector<std::string> dns_names;
  bool server_usage = true;
  bool client_usage = true;
  long not_before = -3600;
  long not_after = 86400;
};

class TestPki {
 public:
  explicit TestPki(const std::string& name);
  ~TestPki();
  [[nodiscard]] const std::string& authority() const { return authority_; }  // PEM
  [[nodiscard]] TestCertificate issue(const TestCertificateSpec& spec) const;
  [[nodiscard]] TestCertificate issue(const std::string& dns_name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string authority_;
};

}  // namespace guard::net
