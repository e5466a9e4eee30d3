#include "guard/supervisor/revocation.h"

#include <gtest/gtest.h>

#include "guard/net/test_pki.h"
#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

class Revocation : public testing::Test {
 protected:
  Revocation() : pki_("authority") {}

  RevocationWatch watch(std::uint32_t tolerate = 0) {
    return RevocationWatch({{Side::kLow, 3, {folder_.path() / "a.crl"}, tolerate}});
  }
  std::vector<std::string> events(const RevocationWatch::Look& look) {
    std::vector<std::string> names;
    for (const auto& note : look.notes) names.push_back(note.event);
    return names;
  }
  UtcTime later(long seconds) { return {now_utc().microseconds + seconds * kSecond}; }

  TestFolder folder_;
  net::TestPki pki_;
};

TEST_F(Revocation, ReadsDerAndPem) {
  const std::string text = pki_.list({});
  folder_.write("a.crl", text);
  folder_.write("b.crl", pki_.list_pem({}) + net::TestPki("other").list_pem({}));
  const auto der = read_lists(folder_.path() / "a.crl");
  ASSERT_TRUE(der);
  ASSERT_EQ(der->size(), 1U);
  EXPECT_EQ(der->front().der, text);
  EXPECT_GT(der->front().next_update, now_utc());
  const auto pem = read_lists(folder_.path() / "b.crl");
  ASSERT_TRUE(pem);
  EXPECT_EQ(pem->size(), 2U);
}

TEST_F(Revocation, RefusesWhatIsNoListOrNotTheWholeOfOne) {
  const std::string der = pki_.list({});
  const std::string pem = pki_.list_pem({});
  const std::string bad[] = {"",
                             "text",
                             der + "x",
                             der.substr(0, der.size() - 1),
                             pem + pem.substr(0, pem.size() / 2),
                             pki_.authority(),
                             "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"};
  for (const std::string& text : bad) {
    folder_.write("bad.crl", text);
    EXPECT_FALSE(read_lists(folder_.path() / "bad.crl")) << text.size();
  }
  EXPECT_FALSE(read_lists(folder_.path() / "absent.crl"));
  EXPECT_FALSE(read_lists(folder_.path()));
}

TEST_F(Revocation, FirstLookGivesEverythingAndTheNextNothing) {
  folder_.write("a.crl", pki_.list({}));
  auto watched = watch();
  const auto first = watched.look(now_utc());
  ASSERT_EQ(first.changes.size(), 1U);
  EXPECT_EQ(first.changes[0].side, Side::kLow);
  EXPECT_EQ(first.changes[0].lists.peer, 3U);
  EXPECT_EQ(first.changes[0].lists.lists.size(), 1U);
  EXPECT_TRUE(first.notes.empty());
  const auto second = watched.look(now_utc());
  EXPECT_TRUE(second.changes.empty() && second.notes.empty());
}

TEST_F(Revocation, ChangedFileIsReadOnceAndTheSameOctetsChangeNothing) {
  const std::string old = pki_.list({});
  folder_.write("a.crl", old);
  auto watched = watch();
  (void)watched.look(now_utc());
  folder_.write("b", old);
  std::filesystem::rename(folder_.path() / "b", folder_.path() / "a.crl");
  EXPECT_TRUE(watched.look(now_utc()).changes.empty());
  net::TestListSpec spec;
  spec.revoked = {pki_.issue("a.lab")};
  const std::string fresh = pki_.list(spec);
  folder_.write("b", fresh);
  std::filesystem::rename(folder_.path() / "b", folder_.path() / "a.crl");
  const auto look = watched.look(now_utc());
  ASSERT_EQ(look.changes.size(), 1U);
  EXPECT_EQ(look.changes[0].lists.lists, std::vector<std::string>{fresh});
  EXPECT_EQ(events(look), std::vector<std::string>{"revocation-list-read"});
  EXPECT_TRUE(watched.look(now_utc()).changes.empty());
}

TEST_F(Revocation, WhatCannotBeReadLeavesTheOldListsAndIsToldOnce) {
  folder_.write("a.crl", pki_.list({}));
  auto watched = watch();
  (void)watched.look(now_utc());
  folder_.write("a.crl", "half of a l");
  const auto look = watched.look(now_utc());
  EXPECT_TRUE(look.changes.empty());
  EXPECT_EQ(events(look), std::vector<std::string>{"revocation-list-unreadable"});
  std::filesystem::remove(folder_.path() / "a.crl");
  EXPECT_TRUE(watched.look(now_utc()).notes.empty());
  folder_.write("a.crl", pki_.list({}));
  const auto good = watched.look(now_utc());
  EXPECT_EQ(events(good), std::vector<std::string>{"revocation-list-read"});
  EXPECT_EQ(good.changes.size(), 1U);
}

TEST_F(Revocation, OldListsAreToldOfOnceUntilThereAreNewOnes) {
  net::TestListSpec spec;
  spec.next_update = 100;
  folder_.write("a.crl", pki_.list(spec));
  auto watched = watch(50);
  EXPECT_TRUE(watched.look(later(90)).notes.empty());
  EXPECT_EQ(events(watched.look(later(120))), std::vector<std::string>{"revocation-list-late"});
  EXPECT_TRUE(watched.look(later(121)).notes.empty());
  EXPECT_EQ(events(watched.look(later(160))), std::vector<std::string>{"revocation-list-stale"});
  EXPECT_TRUE(watched.look(later(161)).notes.empty());
  spec.next_update = 1000;
  folder_.write("b", pki_.list(spec));
  std::filesystem::rename(folder_.path() / "b", folder_.path() / "a.crl");
  EXPECT_EQ(events(watched.look(later(162))), std::vector<std::string>{"revocation-list-read"});
  EXPECT_EQ(events(watched.look(later(2000))), std::vector<std::string>{"revocation-list-stale"});
}

}  // namespace
}  // namespace guard::supervisor
