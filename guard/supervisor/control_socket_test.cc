#include "guard/supervisor/control_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

class ControlSocketTest : public testing::Test {
 protected:
  void open() {
    auto made = ControlSocket::open(path(), [this](const control::Asker&) { return admitted_; });
    ASSERT_TRUE(made) << made.error();
    socket_.emplace(std::move(*made));
  }
  std::filesystem::path path() const { return folder_.path() / "guardd.sock"; }

  Descriptor connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path().string();
    std::memcpy(address.sun_path, text.data(), text.size());
    Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(made.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0) {
      return {};
    }
    return made;
  }
  void turn(std::int64_t now = 0) {
    for (int i = 0; i < 4; ++i) {
      std::vector<pollfd> polls;
      socket_->add_polls(polls);
      (void)::poll(polls.data(), polls.size(), 20);
      socket_->polled(
          polls, now,
          [this](std::uint64_t number, const control::Asker& asker,
                 const std::expected<control::Request, std::string>& request) {
            askers_.push_back(asker.user);
            heard_.push_back(request ? to_string(request->command) : std::string_view("?"));
            if (answers_) socket_->answer(number, {0, "yes\n"});
            last_ = number;
          });
    }
  }
  static std::string read_all(const Descriptor& from) {
    std::string text;
    char buffer[256];
    ssize_t got = 0;
    while ((got = ::recv(from.number(), buffer, sizeof buffer, MSG_DONTWAIT)) > 0) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    return text + (got == 0 ? "<end>" : "<open>");
  }
  static void say(const Descriptor& to, std::string_view text) {
    ASSERT_EQ(::send(to.number(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

  TestFolder folder_;
  std::optional<ControlSocket> socket_;
  bool admitted_ = true;
  bool answers_ = true;
  std::vector<uid_t> askers_;
  std::vector<std::string_view> heard_;
  std::uint64_t last_ = 0;
};

TEST_F(ControlSocketTest, AnswersALineAndEnds) {
  open();
  const auto asker = connect();
  say(asker, "1 text sta");
  turn();
  EXPECT_TRUE(heard_.empty());
  say(asker, "tus\n");
  turn();
  EXPECT_EQ(heard_, std::vector<std::string_view>{"status"});
  EXPECT_EQ(askers_, std::vector<uid_t>{::geteuid()});
  EXPECT_EQ(read_all(asker), "0\nyes\n<end>");
  EXPECT_EQ(socket_->connections(), 0U);
}

TEST_F(ControlSocketTest, AnAnswerMayComeLater) {
  open();
  answers_ = false;
  const auto asker = connect();
  say(asker, "1 text status\n");
  turn();
  EXPECT_EQ(read_all(asker), "<open>");
  socket_->answer(last_, {1, "no\n"});
  socket_->answer(last_, {0, "twice\n"});
  turn();
  EXPECT_EQ(read_all(asker), "1\nno\n<end>");
}

TEST_F(ControlSocketTest, WhoMayNothingIsToldSoAndTakesNoPlace) {
  open();
  admitted_ = false;
  const auto asker = connect();
  turn();
  EXPECT_EQ(read_all(asker), "1\nguardctl: you may not ask anything\n<end>");
  EXPECT_EQ(socket_->connections(), 0U);
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ControlSocketTest, ALineThatIsTooLongIsHeardAsAnError) {
  open();
  const auto asker = connect();
  say(asker, std::string(control::Request::kMaxLine, 'x'));
  turn();
  EXPECT_EQ(heard_, std::vector<std::string_view>{"?"});
}

TEST_F(ControlSocketTest, SilenceIsDropped) {
  open();
  const auto asker = connect();
  turn(1000);
  socket_->tick(1000 + ControlSocket::kLineWithin - 1);
  EXPECT_EQ(socket_->connections(), 1U);
  socket_->tick(1000 + ControlSocket::kLineWithin);
  EXPECT_EQ(socket_->connections(), 0U);
  EXPECT_EQ(read_all(asker), "<end>");
}

TEST_F(ControlSocketTest, TakesNoMoreThanItsBound) {
  open();
  std::vector<Descriptor> askers;
  for (std::size_t i = 0; i <= ControlSocket::kMaxConnections; ++i) {
    askers.push_back(connect());
    turn();
  }
  EXPECT_EQ(socket_->connections(), ControlSocket::kMaxConnections);
  askers.front() = {};
  turn();
  turn();
  EXPECT_EQ(socket_->connections(), ControlSocket::kMaxConnections) << "the one that waited";
}

TEST_F(ControlSocketTest, ReplacesADeadSocketAndNothingElse) {
  open();
  EXPECT_FALSE(ControlSocket::open(path(), {})) << "somebody listens";
  socket_.reset();
  EXPECT_FALSE(std::filesystem::exists(path()));
  {
    // What a guardd leaves that was killed.
    const Descriptor left(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path().string();
    std::memcpy(address.sun_path, text.data(), text.size());
    ASSERT_EQ(::bind(left.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
  }
  open();
  socket_.reset();
  std::ofstream(path()) << "a file";
  EXPECT_FALSE(ControlSocket::open(path(), {}));
  EXPECT_TRUE(std::filesystem::exists(path()));
}

}  // namespace
}  // namespace guard::supervisor
