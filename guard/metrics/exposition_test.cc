#include "guard/metrics/exposition.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace guard::metrics {
namespace {

wire::Figures sample() {
  wire::Figures figures;
  figures.version = "0.1.0";
  figures.policy = "abcd";
  figures.started = {1'700'000'000'900'000};
  figures.ready = true;
  figures.stopped = {Lane::kLowToHigh};
  figures.processes = {{"edge-high", true, 0}, {"recorder", false, 2}};
  figures.peers = {{.name = "nation",
                    .side = Side::kLow,
                    .inbound = 1,
                    .outbound = 2,
                    .queued = 3,
                    .queued_octets = 400,
                    .blocked = true}};
  figures.certificates = {{Side::kHigh, "low.example.pem", {1'800'000'000'000'000}}};
  figures.tally.decisions = {{Lane::kHighToLow, "refused", "receiver-clearance", 5}};
  figures.tally.outcomes = {{"written", 6}};
  figures.tally.events = {{"strangers", 7}};
  figures.tally.commits = {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3};
  figures.tally.commit_microseconds = 1'234'567;
  figures.tally.rows = 8;
  return figures;
}

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

TEST(Exposition, SaysEveryNumber) {
  const std::string page = exposition(sample());
  for (const char* line :
       {"xmpp_guard_info{version=\"0.1.0\",policy=\"abcd\"} 1",
        "xmpp_guard_ready 1",
        "xmpp_guard_start_time_seconds 1700000000",
        "xmpp_guard_process_ready{process=\"edge-high\"} 1",
        "xmpp_guard_process_ready{process=\"recorder\"} 0",
        "xmpp_guard_process_restarts_total{process=\"recorder\"} 2",
        "xmpp_guard_direction_stopped{direction=\"high-to-low\"} 0",
        "xmpp_guard_direction_stopped{direction=\"low-to-high\"} 1",
        "xmpp_guard_direction_stopped{direction=\"high-to-high\"} 0",
        "xmpp_guard_direction_stopped{direction=\"low-to-low\"} 0",
        "xmpp_guard_streams{peer=\"nation\",side=\"low\",direction=\"inbound\"} 1",
        "xmpp_guard_streams{peer=\"nation\",side=\"low\",direction=\"outbound\"} 2",
        "xmpp_guard_queue_stanzas{peer=\"nation\",side=\"low\"} 3",
        "xmpp_guard_queue_bytes{peer=\"nation\",side=\"low\"} 400",
        "xmpp_guard_peer_blocked{peer=\"nation\",side=\"low\"} 1",
        "xmpp_guard_stanzas_total{direction=\"high-to-low\",verdict=\"refused\","
        "reason=\"receiver-clearance\"} 5",
        "xmpp_guard_deliveries_total{result=\"written\"} 6",
        "xmpp_guard_events_total{event=\"strangers\"} 7",
        "xmpp_guard_records_total 8",
        "xmpp_guard_commit_seconds_bucket{le=\"0.000500\"} 1",
        "xmpp_guard_commit_seconds_bucket{le=\"0.001000\"} 3",
        "xmpp_guard_commit_seconds_bucket{le=\"2.000000\"} 3",
        "xmpp_guard_commit_seconds_bucket{le=\"+Inf\"} 6",
        "xmpp_guard_commit_seconds_sum 1.234567",
        "xmpp_guard_commit_seconds_count 6",
        "xmpp_guard_certificate_expiry_timestamp_seconds{side=\"high\",file=\"low.example.pem\"} "
        "1800000000"}) {
    EXPECT_TRUE(has_line(page, line)) << line << "\n" << page;
  }
}

// A peer's or a file's name is the operator's, and may have what ends a label.
TEST(Exposition, ANameCannotLeaveItsQuotes) {
  wire::Figures figures;
  figures.peers = {{.name = "a\"} 1\nx\\\r\x01"}};
  const std::string page = exposition(figures);
  EXPECT_NE(page.find("{peer=\"a\\\"} 1\\nx\\\\??\",side=\"high\"} 0\n"), std::string::npos)
      << page;
}

// Each metric is announced once, before its samples, which stand together.
TEST(Exposition, EveryMetricStandsTogetherAfterItsHelpAndType) {
  for (const wire::Figures& figures : {wire::Figures(), sample()}) {
    std::istringstream page(exposition(figures));
    std::string line;
    std::string current;
    std::set<std::string> announced;
    while (std::getline(page, line)) {
      if (line.starts_with("# HELP ")) {
        current = line.substr(7, line.find(' ', 7) - 7);
        EXPECT_TRUE(announced.insert(current).second) << current;
        ASSERT_TRUE(std::getline(page, line));
        EXPECT_TRUE(line.starts_with("# TYPE " + current + " ")) << line;
      } else {
        EXPECT_TRUE(line.starts_with(current)) << line;
      }
    }
    EXPECT_EQ(announced.size(), 16U);
  }
}

}  // namespace
}  // namespace guard::metrics
