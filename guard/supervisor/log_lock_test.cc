#include "guard/supervisor/log_lock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

class LogLock : public testing::Test {
 protected:
  TestFolder scratch_;
  std::filesystem::path folder_ = scratch_.path();
};

TEST_F(LogLock, MakesADirectoryThatOthersCannotRead) {
  const auto lock = lock_log(folder_ / "a" / "log", 0);
  ASSERT_TRUE(lock) << lock.error().what;
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "a" / "log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0007, 0U);
}

TEST_F(LogLock, KeepsASecondOneOut) {
  auto first = lock_log(folder_ / "log", 0);
  ASSERT_TRUE(first);
  const auto second = lock_log(folder_ / "log", 50);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find("another guardd"), std::string::npos);
  EXPECT_TRUE(second.error().taken);
  first->reset();
  EXPECT_TRUE(lock_log(folder_ / "log", 0));
}

// The recorder's copy keeps the lock when guardd is gone.
TEST_F(LogLock, IsHeldByEveryCopy) {
  auto first = lock_log(folder_ / "log", 0);
  ASSERT_TRUE(first);
  const Descriptor copy(::dup(first->number()));
  first->reset();
  EXPECT_FALSE(lock_log(folder_ / "log", 0));
}

TEST_F(LogLock, DoesNotFollowALink) {
  ASSERT_TRUE(lock_log(folder_ / "log", 0));
  std::filesystem::remove(folder_ / "log" / "lock");
  std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / "log" / "lock");
  const auto linked = lock_log(folder_ / "log", 0);
  ASSERT_FALSE(linked);
  EXPECT_FALSE(linked.error().taken);
}

// The directory's faults are told from another guardd.
TEST_F(LogLock, SaysThatADirectoryCannotBeUsed) {
  scratch_.write("file", "");
  const auto lock = lock_log(folder_ / "file" / "log", 0);
  ASSERT_FALSE(lock);
  EXPECT_FALSE(lock.error().taken);
  EXPECT_NE(lock.error().what.find("Not a directory"), std::string::npos) << lock.error().what;
}

}  // namespace
}  // namespace guard::supervisor
