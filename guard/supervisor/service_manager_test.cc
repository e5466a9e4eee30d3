#include "guard/supervisor/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <map>

#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

constexpr pid_t kOwn = 77;

// Plays the service manager: binds the socket that it names.
class ServiceManagerTest : public testing::Test {
 protected:
  void listen_at(const std::string& name) {
    variables_["NOTIFY_SOCKET"] = name;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    socket_ = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ASSERT_EQ(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  void listen() { listen_at((folder_.path() / "notify").string()); }
  ServiceManager manager() const {
    return ServiceManager::from_environment(
        [this](const char* name) -> std::optional<std::string> {
          const auto found = variables_.find(name);
          if (found == variables_.end()) return std::nullopt;
          return found->second;
        },
        kOwn);
  }
  // The next datagram; empty where none has come.
  std::string heard() const {
    char text[512];
    const ssize_t got = ::recv(socket_.number(), text, sizeof text, 0);
    return got < 0 ? "" : std::string(text, static_cast<std::size_t>(got));
  }

  TestFolder folder_;
  std::map<std::string, std::string> variables_;
  Descriptor socket_;
};

TEST_F(ServiceManagerTest, SaysWhatTheProtocolHas) {
  listen();
  ServiceManager one = manager();
  one.ready("working");
  EXPECT_EQ(heard(), "READY=1\nSTATUS=working");
  one.reloading(12);
  EXPECT_EQ(heard(), "RELOADING=1\nMONOTONIC_USEC=12000");
  one.stopping();
  EXPECT_EQ(heard(), "STOPPING=1\nSTATUS=stopping");
  EXPECT_EQ(heard(), "");
}

TEST_F(ServiceManagerTest, AnAbstractNameIsANameToo) {
  listen_at("@guard-test-" + std::to_string(::getpid()));
  manager().ready("x");
  EXPECT_TRUE(heard().starts_with("READY=1\n"));
}

TEST_F(ServiceManagerTest, WithoutAManagerNothingIsSaid) {
  for (const char* name : {"", "/", "relative", "@"}) {
    variables_["NOTIFY_SOCKET"] = name;
    manager().ready("x");
  }
  variables_["NOTIFY_SOCKET"] = std::string(sizeof sockaddr_un::sun_path, '/');
  manager().ready("x");
  variables_["NOTIFY_SOCKET"] = (folder_.path() / "nobody").string();
  manager().ready("x");
  variables_.clear();
  manager().stopping();
}

TEST_F(ServiceManagerTest, TheWatchdogHearsOfTheHealthyOnlyAndOftenEnough) {
  listen();
  variables_["WATCHDOG_USEC"] = "3000000";
  ServiceManager one = manager();
  ASSERT_EQ(one.watchdog_every(), 1000);
  one.tick(false, 0);
  EXPECT_EQ(heard(), "") << "never while something is not well";
  one.tick(true, 0);
  EXPECT_EQ(heard(), "WATCHDOG=1");
  one.tick(true, 999);
  EXPECT_EQ(heard(), "");
  one.tick(true, 1000);
  EXPECT_EQ(heard(), "WATCHDOG=1");
  one.tick(false, 5000);
  EXPECT_EQ(heard(), "");
  one.tick(true, 5001);
  EXPECT_EQ(heard(), "WATCHDOG=1") << "at once when all is well again";
}

TEST_F(ServiceManagerTest, AWatchdogOfAnotherProcessIsNotOurs) {
  listen();
  variables_["WATCHDOG_USEC"] = "3000000";
  variables_["WATCHDOG_PID"] = "77";
  EXPECT_TRUE(manager().watchdog_every());
  variables_["WATCHDOG_PID"] = "78";
  EXPECT_FALSE(manager().watchdog_every());
  variables_.erase("WATCHDOG_PID");
  for (const char* within : {"", "x", "0", "2999", "3000000x"}) {
    variables_["WATCHDOG_USEC"] = within;
    EXPECT_FALSE(manager().watchdog_every()) << within;
  }
}

}  // namespace
}  // namespace guard::supervisor
