#include "guard/supervisor/house_status.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace {

const UtcTime kTime{1'700'000'000'000'000};

HouseStatus house() {
  HouseStatus made;
  made.version = "0.1.0";
  made.site = "/etc/guard.xml";
  made.started = kTime;
  made.policy.fill(0xaa);
  made.configuration.fill(0xbb);
  made.processes = {{.name = "edge-high", .pid = 7, .ready = true, .since = kTime, .restarts = 2},
                    {.name = "recorder", .pid = -1, .since = kTime}};
  return made;
}

OperatorState state() {
  OperatorState made;
  made.blocked["low-server"] = {kTime, "uid 0: incident 42"};
  made.stopped[1] = {kTime, "uid 0"};
  return made;
}

TEST(HouseStatus, AsText) {
  EXPECT_EQ(status_text(house(), state()),
            "guardd 0.1.0, running since 2023-11-14T22:13:20Z\n"
            "site file      /etc/guard.xml\n"
            "policy         " +
                std::string(64, 'a') +
                "\n"
                "configuration  " +
                std::string(64, 'b') +
                "\n\n"
                "PROCESS    STATE  PID  SINCE                 RESTARTS\n"
                "edge-high  ready  7    2023-11-14T22:13:20Z  2\n"
                "recorder   down   -    2023-11-14T22:13:20Z  0\n\n"
                "high-to-low  open\n"
                "low-to-high  STOPPED since 2023-11-14T22:13:20Z by uid 0\n"
                "BLOCKED low-server since 2023-11-14T22:13:20Z by uid 0: incident 42\n");
}

TEST(HouseStatus, AsJson) {
  const std::string json = status_json(house(), state());
  EXPECT_NE(json.find(R"("processes":[{"name":"edge-high","state":"ready","pid":7,)"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"({"name":"recorder","state":"down","pid":null,)"), std::string::npos);
  EXPECT_NE(json.find(R"("stopped":[{"direction":"low-to-high","since":)"), std::string::npos);
  EXPECT_NE(json.find(R"("blocked":[{"peer":"low-server",)"), std::string::npos);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
}

TEST(HouseStatus, OfPeers) {
  const std::vector<PeerStatus> peers = {
      {.name = "high",
       .side = Side::kHigh,
       .inbound = 1,
       .outbound = 2,
       .queued = 3,
       .queued_octets = 44,
       .addresses = {{"10.77.1.1", 5269, false}, {"2001:db8::1", 5270, true}}},
      {.name = "low-server", .side = Side::kLow, .blocked = true},
      {.name = "quiet", .side = Side::kLow},
      // What the policy says goes before what an operator has done.
      {.name = "later", .side = Side::kLow, .blocked = true, .policy = PolicyStanding::kInactive},
      {.name = "cut-off", .side = Side::kLow, .policy = PolicyStanding::kBlocked}};
  EXPECT_EQ(peers_text(peers),
            "PEER        SIDE  STATE                     IN  OUT  QUEUED  OCTETS  ADDRESS\n"
            "high        high  connected                 1   2    3       44      10.77.1.1:5269, "
            "[2001:db8::1]:5270 direct TLS\n"
            "low-server  low   blocked                   0   0    0       0       -\n"
            "quiet       low   no stream                 0   0    0       0       -\n"
            "later       low   not active by the policy  0   0    0       0       -\n"
            "cut-off     low   blocked by the policy     0   0    0       0       -\n"
            "What was tried for a peer without a stream, and why it failed: guard-audit query LOG "
            "--class event --peer NAME\n");
  EXPECT_EQ(peers_text({peers[0]}).find("What was tried"), std::string::npos);
  EXPECT_EQ(peers_json({peers[1]}),
            R"([{"name":"low-server","side":"low","blocked":true,"policy":"open","inbound":0,)"
            R"("outbound":0,"queued":0,"queued-octets":0,"addresses":[]}])"
            "\n");
}

}  // namespace
}  // namespace guard::supervisor
