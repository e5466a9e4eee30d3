// One real guard-metrics; the test plays guardd and those who ask.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "guard/metrics/answer.h"
#include "guard/wire/channel_end.h"

namespace guard::metrics {
namespace {


constexpr std::size_t kConnections = 16;  // server.h
constexpr std::size_t kHeader = 4096;

class MetricsProcess : public testing::Test {
 protected:
  MetricsProcess() {
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(
        ::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.number(), 64), 0);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address_), &size), 0);
    wire::Ends ends = wire::make_channel(false);
    const int control = ends.second.number();
    pid_ = ::fork();
    if (pid_ == 0) {
      // Both out of the way of the numbers that they get.
      const int one = ::fcntl(control, F_DUPFD_CLOEXEC, 10);
      const int two = ::fcntl(listener_.number(), F_DUPFD_CLOEXEC, 10);
      ::dup2(one, 3);
      ::dup2(two, 4);
      ::execl(GUARD_BINARY_DIR "/bin/guard-metrics", "guard-metrics", "metrics", nullptr);
      ::_exit(127);
    }
    control_.emplace(std::move(ends.first), wire::Channel::kControl, wire::Role::kSupervisor);
  }
  ~MetricsProcess() override {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void tell(const wire::AnyMessage& message) {
    control_->send(message);
    control_->flush();
  }
  template <class Message>
  bool hears() {
    for (int i = 0; i < 100; ++i) {
      const auto received = control_->receive();
      for (const auto& message : received.messages) {
        if (std::holds_alternative<Message>(message)) return true;
      }
      if (received.fault) return false;
      pollfd readable{control_->fd(), POLLIN, 0};
      ::poll(&readable, 1, 100);
    }
    return false;
  }
  void begin(bool ready = true) {
    wire::Figures figures;
    figures.ready = ready;
    figures.peers = {{.name = "nation", .side = Side::kLow}};
    tell(figures);
    ASSERT_TRUE(hears<wire::Ready>());
  }

  Descriptor connect() const {
    Descriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{20, 0};
    ::setsockopt(made.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(
        ::connect(made.number(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_), 0);
    return made;
  }
  static void say(const Descriptor& to, const std::string& text) {
    (void)::send(to.number(), text.data(), text.size(), MSG_NOSIGNAL);
  }
  // Everything up to the end of file.
  static std::string rest(const Descriptor& from) {
    std::string all;
    char octets[4096];
    for (;;) {
      const ssize_t got = ::recv(from.number(), octets, sizeof octets, 0);
      if (got <= 0) return all;
      all.append(octets, static_cast<std::size_t>(got));
    }
  }
  std::string ask(const std::string& request) const {
    const Descriptor one = connect();
    say(one, request);
    return rest(one);
  }
  int exit_status() {
    int status = 0;
    EXPECT_EQ(::waitpid(std::exchange(pid_, -1), &status, 0) > 0, true);
    return status;
  }

  Descriptor listener_;
  sockaddr_in address_{};
  pid_t pid_ = -1;
  std::optional<wire::ChannelEnd> control_;
};

const std::string kGet = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

TEST_F(MetricsProcess, ServesWhatGuarddHasSaid) {
  begin();
  const std::string page = ask(kGet);
  EXPECT_TRUE(page.starts_with("HTTP/1.1 200 ")) << page;
  EXPECT_NE(page.find("Connection: close\r\n"), std::string::npos) << page;
  EXPECT_NE(page.find("xmpp_guard_queue_stanzas{peer=\"nation\",side=\"low\"} 0\n"),
            std::string::npos);
  EXPECT_TRUE(ask("GET /ready HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 "));
  wire::Figures sick;
  tell(sick);
  tell(wire::Ping{1});
  ASSERT_TRUE(hears<wire::Pong>());
  EXPECT_TRUE(ask("GET /ready HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 503 "));
}

TEST_F(MetricsProcess, SaysNothingBeforeGuarddHas) {
  EXPECT_TRUE(ask("GET /live HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(ask(kGet).starts_with("HTTP/1.1 503 "));
  begin();
  EXPECT_TRUE(ask("GET /live HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_F(MetricsProcess, RefusesWhatIsNoGet) {
  begin();
  EXPECT_TRUE(
      ask("POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\n").starts_with("HTTP/1.1 405 "));
  EXPECT_TRUE(
      ask("GET /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(ask("GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(ask("GET /etc/passwd HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(
      ask("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n").starts_with("HTTP/1.1 421 "));
  EXPECT_TRUE(ask("\x16\x03\x01 no HTTP at all\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(ask(kGet).starts_with("HTTP/1.1 200 "));
}

// One request for each connection: a second one is not answered.
TEST_F(MetricsProcess, AConnectionIsForOneRequest) {
  begin();
  const std::string page = ask(kGet + kGet);
  EXPECT_EQ(page.find("HTTP/1.1", 1), std::string::npos);
}

TEST_F(MetricsProcess, AHeaderHasItsBound) {
  begin();
  const auto with_fields = [this](std::size_t octets) {
    return ask("GET /live HTTP/1.1\r\nX: " + std::string(octets - 7, 'x') + "\r\n\r\n");
  };
  EXPECT_TRUE(with_fields(kHeader).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(with_fields(kHeader + 1).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(with_fields(3 * kHeader).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(
      ask("GET /" + std::string(kHeader, 'x') + " HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 431 "));
}

// Who says nothing holds a place for a bounded time; whoever comes meanwhile waits for it.
TEST_F(MetricsProcess, TheSilentAreDroppedAndTheirPlacesAreFreeAgain) {
  begin();
  std::vector<Descriptor> silent;
  for (std::size_t i = 0; i < kConnections - 1; ++i) silent.push_back(connect());
  EXPECT_TRUE(ask(kGet).starts_with("HTTP/1.1 200 ")) << "at the bound there is a place";
  silent.push_back(connect());
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(ask("GET /live HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
  const auto waited = std::chrono::steady_clock::now() - before;
  EXPECT_GT(waited, std::chrono::seconds(1));
  EXPECT_LT(waited, std::chrono::seconds(6));
  for (const Descriptor& one : silent) EXPECT_EQ(rest(one), "");
}

TEST_F(MetricsProcess, AnswersPingsAndEndsInGoodOrder) {
  begin();
  tell(wire::Ping{3});
  EXPECT_TRUE(hears<wire::Pong>());
  tell(wire::Stop{});
  EXPECT_EQ(exit_status(), 0);
}

TEST_F(MetricsProcess, EndsWithGuardd) {
  begin();
  control_.reset();
  const int status = exit_status();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST_F(MetricsProcess, WhatIsNotForItEndsIt) {
  begin();
  tell(wire::Note{});
  const int status = exit_status();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 70);
}

TEST_F(MetricsProcess, IsNotStartedByHand) {
  const pid_t other = ::fork();
  if (other == 0) {
    ::close(3);
    ::close(4);
    ::execl(GUARD_BINARY_DIR "/bin/guard-metrics", "guard-metrics", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(other, &status, 0), other);
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

}  // namespace
}  // namespace guard::metrics
