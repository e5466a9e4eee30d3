#include "guard/metrics/answer.h"

#include <gtest/gtest.h>

namespace guard::metrics {
namespace {

std::optional<Seen> seen(bool ready = true, std::int64_t age = 0) {
  Seen one;
  one.figures.ready = ready;
  one.age_ms = age;
  return one;
}

unsigned status(std::string_view target, const std::optional<Seen>& what) {
  return answer({.method = "GET", .target = target}, what).status;
}

TEST(Answer, EachPageHasItsOwnTruth) {
  EXPECT_EQ(status("/metrics", seen()), 200U);
  EXPECT_EQ(status("/live", seen()), 200U);
  EXPECT_EQ(status("/ready", seen()), 200U);
  EXPECT_EQ(status("/ready", seen(false)), 503U);
  EXPECT_EQ(status("/live", seen(false)), 200U);
  EXPECT_EQ(status("/metrics", seen(false)), 200U);
  EXPECT_EQ(answer({.method = "GET", .target = "/metrics"}, seen()).type,
            "text/plain; version=0.0.4; charset=utf-8");
}

TEST(Answer, OldNumbersAreNoNumbers) {
  for (const char* page : {"/metrics", "/live", "/ready"}) {
    EXPECT_EQ(status(page, seen(true, kFresh)), 200U) << page;
    EXPECT_EQ(status(page, seen(true, kFresh + 1)), 503U) << page;
    EXPECT_EQ(status(page, std::nullopt), 503U) << page;
  }
}

TEST(Answer, NothingElseIsThere) {
  for (const char* page : {"/", "", "*", "/metrics/", "/metrics?x=1", "/METRICS", "//metrics",
                           "/../metrics", "http://localhost/metrics"}) {
    EXPECT_EQ(status(page, seen()), 404U) << page;
  }
  for (const char* method : {"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", ""}) {
    EXPECT_EQ(answer({.method = method, .target = "/metrics"}, seen()).status, 405U) << method;
  }
  EXPECT_EQ(answer({.method = "GET", .target = "/metrics", .has_body = true}, seen()).status, 400U);
}

// A page in a browser on this host may be led here by a name server of its own; it has to name it.
TEST(Answer, AForeignNameIsNotThisHost) {
  const auto by = [](std::string_view host) {
    return answer({.method = "GET", .target = "/metrics", .host = host}, seen()).status;
  };
  for (const char* host :
       {"", "localhost", "localhost:9469", "127.0.0.1:9469", "10.1.2.3", "[::1]:80"}) {
    EXPECT_EQ(by(host), 200U) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example:9469", "127.0.0.1.evil", "x"}) {
    EXPECT_EQ(by(host), 421U) << host;
  }
}

}  // namespace
}  // namespace guard::metrics
