// Before it reads a log, guard-audit tells the guard that writes it.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <mutex>
#include <thread>

#include "audit/log_bed.h"
#include "audit/tool_run.h"

namespace audit {
namespace {

// FakeGuard listens as guardd does, and keeps what it is told.
class FakeGuard {
 public:
  FakeGuard(const std::filesystem::path& path, std::string answer) : answer_(std::move(answer)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 4), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeGuard() {
    done_ = true;
    thread_.join();
    ::close(listener_);
  }
  FakeGuard(const FakeGuard&) = delete;
  FakeGuard& operator=(const FakeGuard&) = delete;

  // take returns the lines that were said since it was last asked.
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lines_, {});
  }

 private:
  void serve() {
    while (!done_) {
      pollfd wait{listener_, POLLIN, 0};
      if (::poll(&wait, 1, 10) <= 0) continue;
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      char buffer[2048];
      const ssize_t size = ::recv(connection, buffer, sizeof buffer, 0);
      {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      }
      (void)::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      ::close(connection);
    }
  }
  std::string answer_;
  int listener_ = -1;
  std::atomic<bool> done_ = false;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::thread thread_;
};

class AccessTest : public testing::Test, public LogBed {
 protected:
  void SetUp() override {
    auto log = open();
    ASSERT_TRUE(log->append(batch(1, 5)).has_value());
    ASSERT_TRUE(log->close().has_value());
    log_ = folder().string();
  }
  void demand(const std::string& how) const {
    std::ofstream(folder() / "access") << "xmpp-guard log access v1\n"
                                       << how << "\n"
                                       << socket_.string() << "\n";
  }
  std::string log_;
  std::filesystem::path socket_ = scratch() / "guardd.sock";
};

TEST_F(AccessTest, TheGuardHearsWhatIsReadBeforeItIsRead) {
  demand("required");
  FakeGuard guard(socket_, "0\nrecorded\n");
  const auto before = digest_of_files();
  const std::string file = (folder() / "00000001.sqlite").string();
  const std::pair<std::string, std::string> cases[] = {
      {"query " + log_ + " --since 2020-01-01 --verdict allowed --json",
       "query --since 2020-01-01 --verdict allowed --json " + log_},
      {"query " + file, "query " + file},
      {"query here=" + log_, "query here=" + log_},
      {"show " + log_ + " 3", "show " + log_ + " 3"},
      {"trace " + log_ + " m3", "trace " + log_ + " m3"},
      {"report " + log_, "report " + log_},
      {"export " + log_ + " --format csv", "export --format csv " + log_},
      {"follow " + log_ + " --since 2020-01-01 --limit 1",
       "follow --since 2020-01-01 --limit 1 " + log_},
      {"verify " + log_, "verify " + log_},
      {"prove " + log_ + " 2", "prove " + log_ + " 2"},
      {"anchors " + log_, "anchors " + log_}};
  for (const auto& [typed, told] : cases) {
    const Done done = run(typed);
    EXPECT_EQ(done.status, 0) << typed << "\n" << done.out;
    EXPECT_EQ(guard.take(), std::vector<std::string>{"1 text log-read " + told + "\n"}) << typed;
  }
  EXPECT_EQ(run("open " + log_ + " 2 --sealed").status, 1) << "none is kept";
  EXPECT_EQ(guard.take().size(), 1U);
  EXPECT_EQ(run("archive " + log_ + " --to " + (scratch() / "copies").string()).status, 0);
  EXPECT_EQ(guard.take().size(), 1U);
  EXPECT_EQ(digest_of_files(), before);
}

TEST_F(AccessTest, WhatMustBeRecordedAndCannotBeIsNotShown) {
  demand("required");
  const auto refused = [&](const std::string& why) {
    const Done done = run("query " + log_);
    EXPECT_EQ(done.status, 1) << done.out;
    EXPECT_NE(done.out.find("has to be recorded, and cannot be: "), std::string::npos);
    EXPECT_NE(done.out.find(why), std::string::npos) << done.out;
    EXPECT_EQ(done.out.find("alice"), std::string::npos) << done.out;
  };
  refused("no guardd answers there");
  {
    const FakeGuard guard(socket_, "1\nguardctl: you may not do that\n");
    refused("the guard: you may not do that");
  }
  std::filesystem::remove(socket_);
  const FakeGuard guard(socket_, "");
  refused("broke off");
}

TEST_F(AccessTest, WhatNeedNotBeRecordedIsShownWithAWarning) {
  demand("recorded");
  const auto warned = [&](const std::string& why) {
    const Done done = run("query " + log_);
    EXPECT_EQ(done.status, 0);
    EXPECT_NE(done.out.find("it is not recorded that you read " + log_), std::string::npos)
        << done.out;
    EXPECT_NE(done.out.find(why), std::string::npos) << done.out;
    EXPECT_NE(done.out.find("alice"), std::string::npos) << done.out;
  };
  warned("no guardd answers there");
  const FakeGuard guard(socket_, "1\nguardctl: you may not ask anything\n");
  warned("the guard: you may not ask anything");
}

TEST_F(AccessTest, OneThatIsNotTheLogsGuardIsNotTold) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs another user";
  // Somebody else listens there.
  const std::filesystem::path place = scratch() / "open" / "guardd.sock";
  std::filesystem::create_directory(place.parent_path());
  for (const auto& folder : {scratch(), place.parent_path()}) {
    std::filesystem::permissions(folder, std::filesystem::perms::all);
  }
  socket_ = place;
  demand("required");
  ASSERT_EQ(::seteuid(65534), 0);
  FakeGuard impostor(socket_, "0\nrecorded\n");
  ASSERT_EQ(::seteuid(0), 0);
  const Done told = run("query " + log_);
  EXPECT_EQ(told.status, 1) << told.out;
  EXPECT_NE(told.out.find("who answers there is not the guard"), std::string::npos) << told.out;
  // The directory's file is somebody else's than the directory.
  ASSERT_EQ(::chown((folder() / "access").c_str(), 65534, 65534), 0);
  const Done done = run("query " + log_);
  EXPECT_EQ(done.status, 2) << done.out;
  EXPECT_NE(done.out.find("is no file of the log's owner"), std::string::npos) << done.out;
}

TEST_F(AccessTest, WhatTheDirectorySaysMustBeReadable) {
  for (const std::string text : {"", "xmpp-guard log access v2\nrequired\n/s\n"}) {
    std::ofstream(folder() / "access") << text;
    const Done done = run("query " + log_);
    EXPECT_EQ(done.status, 2) << done.out;
    EXPECT_EQ(done.out.find("alice"), std::string::npos);
  }
  std::filesystem::remove(folder() / "access");
  std::filesystem::create_symlink("/dev/zero", folder() / "access");
  EXPECT_EQ(run("query " + log_).status, 2);
}

TEST_F(AccessTest, ACommandThatShowsNothingOfALogTellsNobodyAndNoPasswordIsTold) {
  demand("required");
  FakeGuard guard(socket_, "0\nrecorded\n");
  (void)run("check-proof /nowhere");
  (void)run("prune " + log_ + " --older-than 1d");
  (void)run("query --database postgresql://127.0.0.1:1/none " + log_);
  EXPECT_TRUE(guard.take().empty());
  EXPECT_EQ(run("ship " + log_ + " --database postgresql://anna:secret@127.0.0.1:1/none").status,
            2);
  EXPECT_EQ(guard.take(), std::vector<std::string>{"1 text log-read ship " + log_ + "\n"});
}

}  // namespace
}  // namespace audit
