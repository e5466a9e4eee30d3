// A fault at every call that the log makes to its files, one after the other: whatever fails, what
// append has confirmed is there afterwards, the log verifies, and it goes on.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "audit/catalogue.h"
#include "audit/fault_vfs.h"
#include "audit/log_bed.h"
#include "audit/request.h"
#include "audit/retention.h"
#include "audit/stub.h"
#include "audit/verify.h"

namespace {

// Whose faults the calls below have, if anybody's.
std::atomic<audit::FaultVfs*> g_faults = nullptr;

template <class Call, class... Arguments>
int call_or_fail(const char* name, Arguments... arguments) {
  audit::FaultVfs* const faults = g_faults;
  if (faults != nullptr && faults->hit()) {
    errno = EIO;
    return -1;
  }
  return reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, name))(arguments...);
}

}  // namespace

// What the log calls itself, and SQLite beneath its file layer: these stand before libc's.
extern "C" {
int rename(const char* from, const char* to) noexcept {
  return call_or_fail<int(const char*, const char*)>("rename", from, to);
}
int link(const char* from, const char* to) noexcept {
  return call_or_fail<int(const char*, const char*)>("link", from, to);
}
int unlink(const char* path) noexcept { return call_or_fail<int(const char*)>("unlink", path); }
int chmod(const char* path, mode_t mode) noexcept {
  return call_or_fail<int(const char*, mode_t)>("chmod", path, mode);
}
int fsync(int file) { return call_or_fail<int(int)>("fsync", file); }
}

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

  // What operators do to a log: they have the open segment sealed, archive, and prune.
  std::uint64_t live_with_operators(bool& failed) {
    std::uint64_t confirmed = 0;
    failed = true;
    LogOptions options;
    options.sign_microseconds = 0;
    options.look_microseconds = 0;
    auto log = Log::open(folder(), std::move(options));
    if (!log || !(*log)->append(batch(1, 3))) return confirmed;
    confirmed = 3;
    std::filesystem::remove_all(scratch() / "copies");
    const auto start = start_of(file());
    if (!start) return confirmed;
    const Request seal{.what = Request::What::kSeal, .origin = start->origin};
    if (!place_request(folder(), to_text(seal)) ||
        !wait_for(**log, event::kSegmentSealed, confirmed)) {
      return confirmed;
    }
    archived_ = archive(folder(), scratch() / "copies", false, [](const Copied&) {}).has_value();
    const auto plan = plan_prune(folder(), decision(1'000'000).time);
    if (!plan || !*plan || !place_request(folder(), to_text((*plan)->request)) ||
        !wait_for(**log, event::kSegmentPruned, confirmed)) {
      return confirmed;
    }
    EXPECT_FALSE(std::filesystem::exists(file()));
    failed = !(*log)->close().has_value();
    return confirmed;
  }

  // Maintains the log, and writes down what it has to say, until it says this; false where it says
  // that something failed, or nothing.
  static bool wait_for(Log& log, std::string_view wanted, std::uint64_t& confirmed) {
    // The thread that seals may be slow; one that a fault has stopped is not waited for as long.
    for (int tries = 0; tries < (g_faults.load()->fired() ? 400 : 30'000); ++tries) {
      if (!log.maintain()) return false;
      std::vector<Record> rows;
      bool done = false;
      bool bad = false;
      for (LogNotice& notice : log.take_notices()) {
        Record row;
        row.sequence = log.last().sequence + rows.size() + 1;
        row.time = log.last().time;
        row.row_class = Class::kEvent;
        row.event = notice.event;
        row.detail = notice.detail;
        done = done || notice.event == wanted;
        bad = bad || notice.event == event::kSegmentNotSealed ||
              notice.event == event::kSegmentNotPruned || notice.event == event::kRequestRefused;
        rows.push_back(std::move(row));
      }
      if (!rows.empty() && !log.append(rows)) return false;
      confirmed += rows.size();
      if (bad) return false;
      if (done) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  // Counts how many calls failed before one life went through.
  int fail_each(Fault fault, bool lasting, int step, bool operators = false) {
    int faults = 0;
    for (int at = 1;; at += step) {
      std::filesystem::remove_all(folder());
      archived_ = false;
      std::uint64_t confirmed = 0;
      bool failed = false;
      bool fired = false;
      {
        FaultVfs vfs(fault, at, lasting);
        g_faults = operators ? &vfs : nullptr;
        confirmed = operators ? live_with_operators(failed) : live(failed);
        g_faults = nullptr;
        fired = vfs.fired();
      }
      if (!fired) {
        EXPECT_FALSE(failed);
        return faults;
      }
      ++faults;
      if (archived_) {
        const auto copies = verify(scratch() / "copies");
        EXPECT_TRUE(copies && !copies->fault) << "call " << at << ": a bad copy was called good";
      }
      auto log = Log::open(folder());
      EXPECT_TRUE(log.has_value()) << "call " << at << ": " << log.error().what;
      if (!log) return faults;
      EXPECT_GE((*log)->last().sequence, confirmed) << "call " << at;
      EXPECT_LE((*log)->last().sequence, confirmed + 4) << "call " << at;
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

  bool archived_ = false;  // the copies were said to be good
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

// Whatever fails while a segment is sealed, copied or pruned: none is lost without the row that
// says so, and what is left is whole.
TEST_F(FaultsTest, AUDIT_BEFORE_PRUNE_AFaultWhileOperatorsAreAtWork) {
  EXPECT_GT(fail_each(Fault::kIo, false, 8 * step() - 7, true), 3);
}

TEST_F(FaultsTest, AUDIT_BEFORE_PRUNE_ADiskThatBreaksWhileOperatorsAreAtWork) {
  EXPECT_GT(fail_each(Fault::kIo, true, 8 * step() - 7, true), 3);
}

}  // namespace
}  // namespace audit
