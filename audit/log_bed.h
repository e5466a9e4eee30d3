// LogBed: a scratch folder with a log in it, for tests; and records to put there.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audit/database.h"
#include "audit/log.h"

namespace audit {

class LogBed {
 public:
  LogBed() {
    std::string name = (std::filesystem::temp_directory_path() / "audit-test-XXXXXX").string();
    scratch_ = ::mkdtemp(name.data());
  }
  ~LogBed() {
    std::error_code ignored;
    std::filesystem::remove_all(scratch_, ignored);
  }
  LogBed(const LogBed&) = delete;
  LogBed& operator=(const LogBed&) = delete;

  [[nodiscard]] const std::filesystem::path& scratch() const { return scratch_; }
  [[nodiscard]] std::filesystem::path folder() const { return scratch_ / "log"; }
  [[nodiscard]] std::filesystem::path file() const { return folder() / "00000001.sqlite"; }

  [[nodiscard]] std::unique_ptr<Log> open() const {
    auto opened = Log::open(folder());
    EXPECT_TRUE(opened.has_value()) << opened.error().what;
    return std::move(*opened);
  }

  // A stanza from alpha that was forwarded to bravo.
  [[nodiscard]] static Record decision(std::uint64_t sequence) {
    Record record;
    record.sequence = sequence;
    record.time = {1'700'000'000'000'000 + static_cast<std::int64_t>(sequence) * 1000};
    record.direction = guard::Lane::kHighToLow;
    record.sender = "alpha";
    record.receiver = "bravo";
    record.from_address = "alice@high.example/desk";
    record.to_address = "bob@low.example";
    record.kind = "message";
    record.type = "chat";
    record.stanza_id = "m" + std::to_string(sequence);
    record.label = {0x31, 0x04, 0x02, 0x01, 0x01, 0x06};
    record.marking = "UNCLASSIFIED";
    record.verdict = Verdict::kAllowed;
    record.reason = "allowed";
    record.rule = "chat-down";
    record.action = Action::kForward;
    record.received_size = 600;
    record.received_hash.emplace().fill(static_cast<std::uint8_t>(sequence));
    record.sent_size = 590;
    record.sent_hash.emplace().fill(static_cast<std::uint8_t>(sequence >> 1));
    record.policy_digest.emplace().fill(1);
    record.configuration_digest.emplace().fill(2);
    record.facts = R"({"bodies":1,"kind":"message","label":{"class":1},"octets":600})";
    record.epoch = 1;
    record.number = sequence;
    record.stream = 3;
    record.count = 1;
    return record;
  }
  [[nodiscard]] static std::vector<Record> batch(std::uint64_t first, std::uint64_t count) {
    std::vector<Record> records;
    for (std::uint64_t i = 0; i < count; ++i) records.push_back(decision(first + i));
    return records;
  }

  // change runs SQL on the file as somebody with write access would.
  void change(const std::string& sql) const {
    auto database = Database::open_writer(file().string());
    ASSERT_TRUE(database.has_value());
    const auto done = database->run(("PRAGMA ignore_check_constraints = ON; " + sql).c_str());
    ASSERT_TRUE(done.has_value()) << done.error().what;
  }

  // digest_of_files is over every file of the log but the -shm.
  [[nodiscard]] guard::Digest digest_of_files() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
      if (!entry.path().string().ends_with("-shm")) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::string all;
    for (const auto& path : files) {
      std::ifstream in(path, std::ios::binary);
      all += path.filename().string();
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return guard::Sha256().digest(guard::as_bytes(all));
  }

 private:
  std::filesystem::path scratch_;
};

}  // namespace audit
