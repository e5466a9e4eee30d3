// PruningBed: a log of three sealed segments and an open one, 100 records each, that looks for
// requests whenever it is maintained; and a recorder that writes down what it has to say.
#pragma once

#include <chrono>
#include <thread>

#include "audit/catalogue.h"
#include "audit/log_bed.h"
#include "audit/request.h"
#include "audit/retention.h"

namespace audit {

class PruningBed : public LogBed {
 public:
  explicit PruningBed(PruneRights rights = {}) : rights_(std::move(rights)) { live(); }

  // live opens the log.
  void live() {
    LogOptions options;
    options.look_microseconds = 0;
    options.sign_microseconds = 0;
    options.prune = rights_;
    auto opened = Log::open(folder(), std::move(options));
    ASSERT_TRUE(opened.has_value()) << opened.error().what;
    log = std::move(*opened);
  }
  // fill makes segments of 100 records each, sealed but for the last.
  void fill(int segments) {
    for (int i = 0; i < segments; ++i) {
      ASSERT_TRUE(log->append(batch(log->last().sequence + 1, 100)).has_value());
      if (i + 1 == segments) break;
      log->roll();
      ASSERT_TRUE(log->maintain().has_value());
      for (int tries = 0; tries < 500 && !is_sealed(segment(i + 1)); ++tries) {
        ASSERT_TRUE(log->maintain().has_value());
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    }
    (void)log->take_notices();
  }
  [[nodiscard]] std::filesystem::path segment(int number) const {
    return folder() / segment_name(static_cast<std::uint64_t>(number));
  }

  // write_notices does what the recorder does between two commits; false where there was nothing.
  bool write_notices() {
    std::vector<Record> rows;
    for (LogNotice& notice : log->take_notices()) {
      Record row;
      row.sequence = log->last().sequence + rows.size() + 1;
      row.time = log->last().time;
      row.row_class = Class::kEvent;
      row.event = notice.event;
      row.detail = notice.detail;
      told.push_back(row.event + ": " + row.detail);
      rows.push_back(std::move(row));
    }
    if (rows.empty()) return false;
    EXPECT_TRUE(log->append(rows).has_value());
    return true;
  }

  // work maintains the log until `event` has been written down.
  void work(std::string_view event) {
    for (int tries = 0; tries < 1000; ++tries) {
      ASSERT_TRUE(log->maintain().has_value());
      write_notices();
      for (const std::string& each : told) {
        if (each.starts_with(event) && !std::filesystem::exists(folder() / kRequestName)) return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    FAIL() << event << " was never told";
  }

  // plan is of all sealed segments up to `number`.
  [[nodiscard]] Request plan(int number) const {
    const auto plan =
        plan_prune(folder(), decision(static_cast<std::uint64_t>(number) * 100 + 1).time);
    EXPECT_TRUE(plan.has_value() && *plan);
    return (*plan)->request;
  }

  std::unique_ptr<Log> log;
  std::vector<std::string> told;

 private:
  PruneRights rights_;
};

}  // namespace audit
