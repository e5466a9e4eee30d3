#include "guard/supervisor/metrics_listener.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

MetricsSite at_socket(const TestFolder& folder) {
  MetricsSite site;
  site.socket = folder.path() / "metrics.sock";
  return site;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat about{};
  EXPECT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_TRUE(S_ISSOCK(about.st_mode));
  return about.st_mode & 07777;
}

TEST(MetricsListener, ASocketIsTheOwnersAloneUnlessAGroupIsNamed) {
  const TestFolder folder;
  const MetricsSite site = at_socket(folder);
  {
    const auto made = MetricsListener::open(site, std::nullopt);
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(mode_of(site.socket), 0600U);
  }
  EXPECT_FALSE(std::filesystem::exists(site.socket)) << "it goes with its listener";
  const auto made = MetricsListener::open(site, ::getegid());
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(mode_of(site.socket), 0660U);
}

TEST(MetricsListener, WhatIsInTheWayIsNotTouched) {
  const TestFolder folder;
  folder.write("metrics.sock", "a file");
  EXPECT_FALSE(MetricsListener::open(at_socket(folder), std::nullopt));
  EXPECT_TRUE(std::filesystem::is_regular_file(folder.path() / "metrics.sock"));
}

TEST(MetricsListener, ListensOnLoopbackAndTakesNoPortTwice) {
  MetricsSite site;
  std::uint16_t port = 0;
  {
    // A port that is free now.
    const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    socklen_t size = sizeof address;
    ASSERT_EQ(::getsockname(probe.number(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = ntohs(address.sin_port);
  }
  site.address = wire::Endpoint{"127.0.0.1", port, false};
  const auto made = MetricsListener::open(site, std::nullopt);
  ASSERT_TRUE(made) << made.error();
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(made->number(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_EQ(ntohl(address.sin_addr.s_addr), INADDR_LOOPBACK);
  const auto second = MetricsListener::open(site, std::nullopt);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find(std::to_string(port)), std::string::npos);
}

}  // namespace
}  // namespace guard::supervisor
