// A fault at every call that the log makes to its files, one after the other: whatever fails, what
// append has confirmed is there afterwards, the log verifies, and it goes on.
#include <gtest/gtest.h>

#include <cstdlib>

#include "audit/fault_vfs.h"
#include "audit/log_bed.h"
#include "audit/verify.h"

namespace audit {
namespace {

class FaultsTest : public testing::Test, public LogBed {
 protected:
  // What a recorder does in a short life. Returns the last sequence that was confirmed.
  std::uint64_t live(bool& failed) {
    std::uint64_t confirmed = 0;
    failed = true;
    LogOptions options;
    options.sign_microseconds = 0;
    auto log = Log::open(folder(), std::move(options));
    if (!log) return confirmed;
    for (std::uint64_t i = 0; i < 4; ++i) {
      const std::uint64_t next = (*log)->last().sequence + 1;
      if (!(*log)->append(batch(next, 3))) {
        // AUDIT_BEFORE_RELEASE, FAIL_CLOSED: never tried again.
        EXPECT_FALSE((*log)->append(batch(next, 3)).has_value());
        return confirmed;
      }
      confirmed = next + 2;
      if (i == 1) (*log)->roll();
      if (!(*log)->maintain()) return confirmed;
    }
    failed = !(*log)->close().has_value();
    return confirmed;
  }

  // Counts how many calls failed before one life went through.
  int fail_each(Fault fault, bool lasting, int step) {
    int faults = 0;
    for (int at = 1;; at += step) {
      std::filesystem::remove_all(folder());
      std::uint64_t confirmed = 0;
      bool failed = false;
      bool fired = false;
      {
        FaultVfs vfs(fault, at, lasting);
        confirmed = live(failed);
        fired = vfs.fired();
      }
      if (!fired) {
        EXPECT_FALSE(failed);
        return faults;
      }
      ++faults;
      auto log = Log::open(folder());
      EXPECT_TRUE(log.has_value()) << "call " << at << ": " << log.error().what;
      if (!log) return faults;
      EXPECT_GE((*log)->last().sequence, confirmed) << "call " << at;
      EXPECT_LE((*log)->last().sequence, confirmed + 3) << "call " << at;
      EXPECT_TRUE((*log)->append(batch((*log)->last().sequence + 1, 1)).has_value());
      EXPECT_TRUE((*log)->close().has_value());
      const auto seen = verify(folder());
      EXPECT_TRUE(seen.has_value()) << "call " << at << ": " << seen.error().what;
      if (!seen) return faults;
      EXPECT_FALSE(seen->fault.has_value()) << "call " << at << ": " << seen->fault->what;
    }
  }
  // Each call in turn takes minutes: GUARD_LONG asks for it. Else every eleventh.
  static int step() { return std::getenv("GUARD_LONG") != nullptr ? 1 : 11; }
};

TEST_F(FaultsTest, FAIL_CLOSED_AnErrorOfTheDisk) {
  EXPECT_GT(fail_each(Fault::kIo, false, step()), 10);
}

TEST_F(FaultsTest, FAIL_CLOSED_ADiskThatStaysBroken) {
  EXPECT_GT(fail_each(Fault::kIo, true, step()), 10);
}

TEST_F(FaultsTest, FAIL_CLOSED_NoRoom) { EXPECT_GT(fail_each(Fault::kNoSpace, false, step()), 10); }

TEST_F(FaultsTest, FAIL_CLOSED_AShortWrite) {
  EXPECT_GT(fail_each(Fault::kShortWrite, true, step()), 10);
}

}  // namespace
}  // namespace audit
