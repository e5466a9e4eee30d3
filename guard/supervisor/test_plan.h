// PlanTest: the fixture of tests that make plans: the example's pair of sides with files of its
// own, each of which a test may spoil.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "guard/net/test_pki.h"
#include "guard/supervisor/plan.h"
#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {

inline std::string example(const std::string& name) {
  std::ifstream file(GUARD_SOURCE_DIR "/deploy/examples/pair/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    folder_.write("policy.xml", example("policy.xml"));
    folder_.write("spif.xml", example("spif.xml"));
    show(high_, "certificates-high/low.pem", {"low.example"});
    show(low_, "certificates-low/high.pem", {"high.example"});
    folder_.write("trust-high.pem", high_.authority());
    folder_.write("trust-low.pem", low_.authority());
    folder_.write("dialback-high.secret", "0123456789abcdef");
    folder_.write("dialback-low.secret", "fedcba9876543210");
    site_ = replaced(replaced(example("guard.xml"), " network-namespace=\"/run/netns/high\"", ""),
                     " network-namespace=\"/run/netns/low\"", "");
  }
  void show(const net::TestPki& pki, const std::string& file,
            const std::vector<std::string>& names) {
    const auto made = pki.issue({.dns_names = names});
    folder_.write(file, made.chain + made.key);
  }
  [[nodiscard]] std::expected<Plan, std::vector<FileError>> plan() const {
    const auto site = parse_site(folder_.path() / "guard.xml", site_);
    if (!site) return std::unexpected(std::vector<FileError>{site.error()});
    return make_plan(*site, now_utc());
  }
  // The faults as text; empty where there are none.
  [[nodiscard]] std::string faults() const {
    const auto made = plan();
    std::string text;
    if (made) return text;
    for (const FileError& error : made.error()) text += error.to_string() + "\n";
    return text;
  }

  TestFolder folder_;
  net::TestPki high_{"high authority"};
  net::TestPki low_{"low authority"};
  std::string site_;
};

}  // namespace guard::supervisor
