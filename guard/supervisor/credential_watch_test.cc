#include "guard/supervisor/credential_watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "guard/net/test_pki.h"
#include "guard/supervisor/file_text.h"
#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

using Spec = net::TestCertificateSpec;

// Longer than what an operator is told of.
Spec lasting(const std::string& name) { return {.dns_names = {name}, .not_after = 86'400L * 90}; }

// The high edge shows a.example and b.example, which its one peer may see; hidden.example it may
// not.
class CredentialWatchTest : public testing::Test {
 protected:
  CredentialWatchTest() {
    wire::EdgeConfiguration& high = edges_[0];
    high.side = Side::kHigh;
    wire::NearPeer near;
    near.name = "hq";
    near.view = high.add_view({1});
    high.near_peers = {near};
    high.far_peers.push_back({1, {{"a.example"}, {"b.example"}}});
    high.far_peers.push_back({2, {{"hidden.example"}}});
    high.trust.authorities = high_.authority();
    edges_[1].side = Side::kLow;
    edges_[1].trust.authorities = low_.authority();
    std::filesystem::create_directories(folder_.path() / "high");
    show("a.pem", high_.issue(lasting("a.example")));
    show("b.pem", high_.issue(lasting("b.example")));
    folder_.write("low/x.pem", text_of(low_.issue(lasting("x.example"))));
    const auto start = sources();
    for (std::size_t at = 0; at < edges_.size(); ++at) {
      for (const auto& one : start[at].credentials) {
        edges_[at].certificates.push_back(one.pem);
      }
    }
    watch_ = CredentialWatch(start);
  }

  // What guardd reads at its start.
  [[nodiscard]] CredentialWatch::Sources sources() const {
    CredentialWatch::Sources found;
    for (std::size_t i = 0; i < found.size(); ++i) {
      found[i].directory = folder_.path() / (i == 0 ? "high" : "low");
      auto loaded = load_credentials(found[i].directory, now_utc());
      if (loaded) found[i].credentials = std::move(*loaded);
    }
    return found;
  }
  [[nodiscard]] std::string content(const std::string& file) const {
    return read_file(folder_.path() / file, 1U << 20).value_or("");
  }
  static std::string text_of(const net::TestCertificate& made) { return made.chain + made.key; }
  // As it should be done: written beside, and renamed.
  void show(const std::string& file, const std::string& text) const {
    folder_.write("high/new", text);
    std::filesystem::rename(folder_.path() / "high/new", folder_.path() / "high" / file);
  }
  void show(const std::string& file, const net::TestCertificate& made) const {
    show(file, text_of(made));
  }
  // look gives the events, and keeps what the edge shows from then on.
  std::string look(UtcTime now = now_utc()) {
    auto seen = watch_.look(now, edges_);
    std::string events;
    for (const auto& note : seen.notes) events += (events.empty() ? "" : " ") + note.event;
    last_ = seen.notes.empty() ? "" : seen.notes.back().detail;
    changes_ = seen.changes.size();
    for (auto& change : seen.changes) {
      EXPECT_EQ(change.side, Side::kHigh);
      edges_[0].certificates = std::move(change.certificates);
    }
    return events;
  }
  [[nodiscard]] bool shown(const net::TestCertificate& made) const {
    return std::any_of(edges_[0].certificates.begin(), edges_[0].certificates.end(),
                       [&made](const auto& one) { return one.chain == made.chain; });
  }

  TestFolder folder_;
  net::TestPki high_{"high authority"};
  net::TestPki low_{"low authority"};
  CredentialWatch::Edges edges_;
  CredentialWatch watch_{CredentialWatch::Sources()};
  std::string last_;
  std::size_t changes_ = 0;
};

TEST_F(CredentialWatchTest, NothingIsSaidOfWhatTheEdgesShowAlready) {
  EXPECT_EQ(look(), "");
  EXPECT_EQ(changes_, 0U);
  EXPECT_EQ(look(), "");
}

TEST_F(CredentialWatchTest, ARenewedCertificateIsTaken) {
  (void)look();
  const auto renewed = high_.issue(lasting("a.example"));
  show("a.pem", renewed);
  EXPECT_EQ(look(), "certificate-read");
  EXPECT_EQ(changes_, 1U);
  EXPECT_TRUE(shown(renewed));
  EXPECT_EQ(edges_[0].certificates.size(), 2U);
  EXPECT_EQ(look(), "");
  // What changed before the first look, too; and what was only touched is the same.
  watch_ = CredentialWatch(sources());
  show("a.pem", high_.issue(lasting("a.example")));
  show("b.pem", content("high/b.pem"));
  EXPECT_EQ(look(), "certificate-read");
  EXPECT_EQ(changes_, 1U);
  // One that is bad before the first look leaves what was read at the start.
  watch_ = CredentialWatch(sources());
  show("a.pem", std::string("bad"));
  EXPECT_EQ(look(), "certificate-refused");
  EXPECT_EQ(changes_, 0U);
}

TEST_F(CredentialWatchTest, AFileMoreIsAName) {
  (void)look();
  edges_[0].far_peers[0].domains.push_back({"c.example"});
  const auto added = high_.issue(lasting("c.example"));
  show("c.pem", added);
  EXPECT_EQ(look(), "certificate-read");
  EXPECT_TRUE(shown(added));
  EXPECT_EQ(edges_[0].certificates.size(), 3U);
}

// INVARIANT(FAIL_CLOSED): whatever is wrong with a new file, the old certificate stays, is said
// once, and does not keep another file from being read.
TEST_F(CredentialWatchTest, FAIL_CLOSED_ABadFileLeavesTheOldOneInForce) {
  (void)look();
  const auto before = edges_[0].certificates;
  const auto good = high_.issue(lasting("a.example"));
  const std::pair<const char*, std::string> bad[] = {
      {"holds no certificate", ""},
      {"holds no certificate", "text"},
      {"no readable private key", good.chain},
      {"not that of the first", good.chain + high_.issue(lasting("a.example")).key},
      {"expired", text_of(high_.issue(Spec{.dns_names = {"a.example"}, .not_after = -60}))},
      {"not valid before",
       text_of(high_.issue(Spec{.dns_names = {"a.example"}, .not_before = 600}))},
      {"not for both uses",
       text_of(high_.issue(Spec{.dns_names = {"a.example"}, .client_usage = false}))},
      {"shows hidden.example",
       text_of(high_.issue(
           Spec{.dns_names = {"a.example", "hidden.example"}, .not_after = 86'400L * 90}))},
      {"names b.example", text_of(high_.issue(Spec{.dns_names = {"a.example", "b.example"},
                                                   .not_after = 86'400L * 90}))},
      {"trust store of side low", text_of(low_.issue(lasting("a.example")))},
  };
  for (const auto& [why, text] : bad) {
    show("a.pem", text);
    EXPECT_EQ(look(), "certificate-refused") << why;
    EXPECT_NE(last_.find(why), std::string::npos) << last_;
    EXPECT_EQ(changes_, 0U) << why;
    EXPECT_EQ(look(), "") << why;  // said once
  }
  const auto renewed = high_.issue(lasting("b.example"));
  show("a.pem", std::string("bad again"));
  show("b.pem", renewed);
  EXPECT_EQ(look(), "certificate-refused certificate-read");
  ASSERT_EQ(edges_[0].certificates.size(), 2U);
  EXPECT_EQ(edges_[0].certificates[0].chain, before[0].chain);
  EXPECT_TRUE(shown(renewed));
  show("a.pem", good);
  EXPECT_EQ(look(), "certificate-read");
  EXPECT_TRUE(shown(good));
}

TEST_F(CredentialWatchTest, ARemovedFileIsShownNoLongerAndItsNameMayMove) {
  (void)look();
  const auto moved = high_.issue(lasting("a.example"));
  std::filesystem::remove(folder_.path() / "high/a.pem");
  show("z.pem", moved);
  EXPECT_EQ(look(), "certificate-removed certificate-read");
  EXPECT_TRUE(shown(moved));
  std::filesystem::remove(folder_.path() / "high/z.pem");
  EXPECT_EQ(look(), "certificate-removed certificate-missing");
  EXPECT_EQ(last_, "a.example");
  EXPECT_EQ(edges_[0].certificates.size(), 1U);
}

TEST_F(CredentialWatchTest, AnEmptyOrAbsentDirectoryChangesNothing) {
  (void)look();
  std::filesystem::remove_all(folder_.path() / "high");
  EXPECT_EQ(look(), "certificates-unreadable");
  std::filesystem::create_directories(folder_.path() / "high");
  EXPECT_EQ(look(), "");
  EXPECT_EQ(changes_, 0U);
  EXPECT_EQ(edges_[0].certificates.size(), 2U);
}

TEST_F(CredentialWatchTest, ADirectoryThatIsThereAgainIsSaidOnce) {
  (void)look();
  const auto away = folder_.path() / "away";
  std::filesystem::rename(folder_.path() / "high", away);
  EXPECT_EQ(look(), "certificates-unreadable");
  std::filesystem::rename(away, folder_.path() / "high");
  EXPECT_EQ(look(), "certificates-readable");
  EXPECT_EQ(last_, (folder_.path() / "high").string());
  EXPECT_EQ(look(), "");
  EXPECT_EQ(changes_, 0U);
}

TEST_F(CredentialWatchTest, TheEndIsSaidTwoWeeksAheadAndWhenItComes) {
  const auto in_days = [](std::int64_t days) {
    return UtcTime{now_utc().microseconds + days * 86'400'000'000};
  };
  show("a.pem",
       high_.issue(Spec{.dns_names = {"a.example"}, .not_after = 86'400L * (kExpiringDays + 2)}));
  show("b.pem", high_.issue(Spec{.dns_names = {"b.example"}, .not_after = 86'400L * 90}));
  EXPECT_EQ(look(in_days(1)), "certificate-read certificate-read");
  EXPECT_EQ(look(in_days(3)), "certificate-expiring");
  EXPECT_EQ(look(in_days(3)), "");
  EXPECT_EQ(look(in_days(kExpiringDays + 3)), "certificate-expired");
}

// At the bound of all octets of a side, and one past it.
TEST_F(CredentialWatchTest, AllCertificatesOfASideAreBounded) {
  edges_[0].far_peers[0].domains.push_back({"c.example"});
  const auto more = high_.issue(lasting("c.example"));
  std::size_t all = more.chain.size() + more.key.size();
  for (const auto& one : edges_[0].certificates) all += one.chain.size() + one.key.size();
  for (const std::size_t ceiling : {all - 1, all}) {
    std::filesystem::remove(folder_.path() / "high/c.pem");
    watch_ = CredentialWatch(sources(), ceiling);
    show("c.pem", more);
    EXPECT_EQ(look(), ceiling < all ? "certificate-refused" : "certificate-read") << last_;
  }
}

}  // namespace
}  // namespace guard::supervisor
