// Archive and restore: copies are whole, and nothing that is there is written over.
#include "audit/retention.h"

#include <gtest/gtest.h>

#include "audit/file_copy.h"
#include "audit/pruning_bed.h"

namespace audit {
namespace {

class Retention : public testing::Test, public PruningBed {
 protected:
  void SetUp() override { fill(4); }
  [[nodiscard]] std::filesystem::path copies() const { return scratch() / "copies"; }
  std::string archive_all(bool recheck = false) {
    copied_.clear();
    const auto done = archive(folder(), copies(), recheck, [&](const Copied& each) {
      copied_.push_back(each.name + (each.copied ? "+" : "="));
    });
    return done ? "" : done.error();
  }
  std::string restore_all() {
    copied_.clear();
    const auto done =
        restore(folder(), copies(), {}, [&](const Copied& each) { copied_.push_back(each.name); });
    return done ? "" : done.error();
  }
  void prune_two() {
    ASSERT_TRUE(place_request(folder(), to_text(plan(2))).has_value());
    work("segment-pruned: 00000002");
  }
  // spoil changes an octet of the first record's sender address.
  static void spoil(const std::filesystem::path& file) {
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(out)), {});
    out.seekp(static_cast<std::streamoff>(all.find("alice@high.example/desk")));
    out.put('A');
    out.close();
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  }
  std::vector<std::string> copied_;
  using Names = std::vector<std::string>;
};

TEST_F(Retention, TheArchiveHasWhatIsSealedAndIsALogItself) {
  EXPECT_EQ(archive_all(), "");
  EXPECT_EQ(copied_, (Names{"00000001.sqlite+", "00000002.sqlite+", "00000003.sqlite+"}));
  const auto seen = verify(copies());
  ASSERT_TRUE(seen.has_value());
  EXPECT_FALSE(seen->fault.has_value());
  EXPECT_EQ(seen->records, 300U);
  std::ifstream sums(copies() / "SHA256SUMS");
  std::string digest;
  std::string name;
  ASSERT_TRUE(sums >> digest >> name);
  EXPECT_EQ(name, "00000001.sqlite");
  EXPECT_EQ(digest, digest_of(segment(1)).value());
  EXPECT_EQ(archive_all(), "");
  EXPECT_EQ(copied_, (Names{"00000001.sqlite=", "00000002.sqlite=", "00000003.sqlite="}));
}

TEST_F(Retention, ACopyThatDiffersIsNeverTouched) {
  EXPECT_EQ(archive_all(), "");
  spoil(copies() / "00000002.sqlite");
  const std::string before = *digest_of(copies() / "00000002.sqlite");
  EXPECT_EQ(archive_all(), "");  // of the same size
  EXPECT_NE(archive_all(true).find("00000002.sqlite: differs"), std::string::npos);
  EXPECT_EQ(*digest_of(copies() / "00000002.sqlite"), before);
}

TEST_F(Retention, WhatWasArchivedIsNotReplacedByWhatIsLeftOfIt) {
  EXPECT_EQ(archive_all(), "");
  prune_two();
  EXPECT_EQ(archive_all(), "");
  EXPECT_TRUE(std::filesystem::exists(copies() / "00000001.sqlite"));
  EXPECT_FALSE(std::filesystem::exists(copies() / "00000001.pruned"));
}

TEST_F(Retention, WhatWasPrunedComesBack) {
  EXPECT_EQ(archive_all(), "");
  prune_two();
  EXPECT_EQ(restore_all(), "");
  EXPECT_EQ(copied_, (Names{"00000001.sqlite", "00000002.sqlite"}));
  const auto seen = verify(folder());
  ASSERT_TRUE(seen.has_value());
  EXPECT_FALSE(seen->fault.has_value()) << seen->fault->what;
  EXPECT_EQ(seen->pruned, 0U);
  // And goes again.
  told.clear();
  prune_two();
  EXPECT_EQ(verify(folder())->pruned, 200U);
}

TEST_F(Retention, ADamagedCopyIsNotRestored) {
  EXPECT_EQ(archive_all(), "");
  prune_two();
  spoil(copies() / "00000002.sqlite");
  EXPECT_NE(restore_all(), "");
  EXPECT_FALSE(std::filesystem::exists(segment(1)));
  EXPECT_FALSE(std::filesystem::exists(segment(2)));
}

TEST_F(Retention, NothingIsWrittenWhereSomethingDiffers) {
  EXPECT_EQ(archive_all(), "");
  prune_two();
  spoil(segment(3));
  EXPECT_NE(restore_all().find("00000003.sqlite: differs from the copy"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(segment(1)));
}

TEST_F(Retention, AnotherLogsSegmentsAreTakenAwayAgain) {
  EXPECT_EQ(archive_all(), "");
  prune_two();
  PruningBed other;
  other.fill(3);
  std::filesystem::remove_all(copies());
  ASSERT_TRUE(archive(other.folder(), copies(), false, [](const Copied&) {}).has_value());
  EXPECT_NE(restore_all().find("taken away again"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(segment(1)));
  EXPECT_FALSE(verify(folder())->fault.has_value());
}

TEST_F(Retention, ALostLogComesBackOnlyWhereNobodyWritesIt) {
  ASSERT_TRUE(log->close().has_value());
  log.reset();
  EXPECT_EQ(archive_all(), "");
  std::filesystem::rename(folder(), scratch() / "lost");
  EXPECT_EQ(restore_all(), "");
  EXPECT_EQ(verify(folder())->records, 400U);
  live();
  EXPECT_EQ(log->last().sequence, 400U);
}

TEST_F(Retention, NothingOldEnoughIsNoPlan) {
  const auto none = plan_prune(folder(), decision(100).time);
  ASSERT_TRUE(none.has_value());
  EXPECT_FALSE(none->has_value());
  const auto all = plan_prune(folder(), decision(10'000).time);
  ASSERT_TRUE(all.has_value() && *all);
  EXPECT_EQ((*all)->request.segment, 3U);  // never the open one
  EXPECT_EQ((*all)->first, 1U);
  EXPECT_EQ((*all)->last, 300U);
}

}  // namespace
}  // namespace audit
