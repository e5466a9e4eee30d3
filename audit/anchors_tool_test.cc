// Anchors leave the host: to a witness by file, and to a real rsyslog by TLS.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "audit/log_bed.h"
#include "audit/tool_run.h"

namespace audit {
namespace {

class AnchorsTool : public testing::Test, public LogBed {
 protected:
  void SetUp() override { add(30); }
  void add(std::uint64_t records) {
    auto log = open();
    ASSERT_TRUE(log->append(batch(log->last().sequence + 1, records)).has_value());
    ASSERT_TRUE(log->close().has_value());
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (scratch() / name).string();
  }
  std::string log() const { return folder().string(); }
};

TEST_F(AnchorsTool, AWitnessByFileFindsALogThatWasWrittenAnewOrCutShort) {
  const std::string witness = path("anchors");
  EXPECT_EQ(run("anchors " + log() + " -o " + witness).status, 0);
  std::filesystem::copy(folder(), scratch() / "early");
  add(20);
  EXPECT_EQ(run("anchors " + log() + " -o " + witness).status, 0);
  const Done whole = run("verify " + log() + " --anchor " + witness);
  EXPECT_EQ(whole.status, 0) << whole.out;
  EXPECT_NE(whole.out.find("2 anchors agree"), std::string::npos) << whole.out;
  // A rollback to an earlier state.
  const Done rolled_back = run("verify " + path("early") + " --anchor " + witness);
  EXPECT_EQ(rolled_back.status, 1);
  EXPECT_NE(rolled_back.out.find("of 50 records"), std::string::npos) << rolled_back.out;
  // Two roots of one size: one of them is not this log's, whichever it is.
  std::filesystem::rename(folder(), scratch() / "old");
  add(30);
  EXPECT_EQ(run("anchors " + log() + " -o " + witness).status, 0);
  EXPECT_EQ(run("verify " + log() + " --anchor " + witness).status, 1);
  EXPECT_EQ(run("verify " + path("old") + " --anchor " + witness).status, 1);
}

TEST_F(AnchorsTool, WrongUsageIsToldApart) {
  EXPECT_EQ(run("anchors " + path("nowhere")).status, 2);
  EXPECT_EQ(run("anchors " + log() + " --syslog h:1").status, 3);  // no --ca
  EXPECT_EQ(run("anchors " + log() + " --ca x").status, 3);
  EXPECT_EQ(run("anchors " + log() + " --syslog h:port --ca x").status, 3);
  EXPECT_EQ(run("anchors " + log() + " --syslog 127.0.0.1:1 --ca " + path("none")).status, 2);
}

// rsyslogd in a process of its own.
class LogHost : public AnchorsTool {
 protected:
  void SetUp() override {
    AnchorsTool::SetUp();
    port_ = std::to_string(free_port());
    child_ = ::fork();
    if (child_ == 0) {
      ::execl("/bin/bash", "bash", GUARD_SOURCE_DIR "/audit/rsyslog_for_test.sh", scratch().c_str(),
              port_.c_str(), nullptr);
      ::_exit(127);
    }
    for (int tries = 0; tries < 400 && !listens(); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ASSERT_TRUE(listens()) << "needs the packages rsyslog and rsyslog-openssl";
  }
  void TearDown() override {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(fd);
    return ntohs(address.sin_port);
  }
  // Looks without connecting, and for the file with rsyslog's own first word.
  [[nodiscard]] bool listens() const {
    char wanted[32];
    std::snprintf(wanted, sizeof wanted, "0100007F:%04X 00000000:0000 0A", std::stoi(port_));
    std::ifstream in("/proc/net/tcp");
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    return text.contains(wanted) && std::filesystem::exists(path("kept"));
  }
  Done send(const std::string& more) {
    return run("anchors " + log() + " --syslog 127.0.0.1:" + port_ + " " + more);
  }
  [[nodiscard]] std::string ours() const {
    return " --certificate " + path("client.pem") + " --key " + path("client.key");
  }
  // Sends, and waits until the log host has an anchor of so many records.
  bool keeps(std::uint64_t records, const std::string& more) {
    const std::string wanted = "size=\"" + std::to_string(records) + "\"";
    const Done sent = send(more);
    EXPECT_EQ(sent.status, 0) << sent.out;
    for (int tries = 0; tries < 500; ++tries) {
      std::ifstream in(path("kept"));
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      if (text.contains(wanted)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(::waitpid(child_, nullptr, WNOHANG), 0) << "rsyslogd has ended";
    return false;
  }
  std::string port_;
  pid_t child_ = -1;
};

TEST_F(LogHost, KeepsAnchorsThatVerifyTakes) {
  ASSERT_TRUE(keeps(30, "--ca " + path("ca.pem") + ours()));
  add(20);
  ASSERT_TRUE(keeps(50, "--ca " + path("ca.pem") + " --name loghost.example" + ours()));
  const Done verified = run("verify " + log() + " --anchor " + path("kept"));
  EXPECT_EQ(verified.status, 0) << verified.out;
  EXPECT_NE(verified.out.find(" anchors agree"), std::string::npos) << verified.out;
  // And refuses: a host of another authority, of another name; a client without a certificate, or
  // with one that the log host does not trust.
  EXPECT_EQ(send("--ca " + path("stranger.pem") + ours()).status, 2);
  const Done other_name = send("--ca " + path("ca.pem") + " --name other.example" + ours());
  EXPECT_EQ(other_name.status, 2);
  EXPECT_NE(other_name.out.find("mismatch"), std::string::npos) << other_name.out;
  EXPECT_EQ(send("--ca " + path("ca.pem")).status, 2);
  EXPECT_EQ(send("--ca " + path("ca.pem") + " --certificate " + path("stranger.pem") + " --key " +
                 path("stranger.key"))
                .status,
            2);
}

}  // namespace
}  // namespace audit
