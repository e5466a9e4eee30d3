// What a record costs: its hashes, and its way to the disk in batches of 1, 16, 256 and 1,024.
// The rows are those of a forwarded, labelled chat message with facts of the usual size.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "audit/log.h"
#include "audit/record.h"

namespace {

audit::Record forwarded(std::uint64_t sequence) {
  audit::Record record;
  record.sequence = sequence;
  record.time = {1'700'000'000'000'000 + static_cast<std::int64_t>(sequence)};
  record.direction = guard::Lane::kHighToLow;
  record.sender = "high-server";
  record.receiver = "low-server";
  record.from_address = "alice@high.example/desk-3f2a";
  record.to_address = "bob@low.example/phone-88c1";
  record.kind = "message";
  record.type = "chat";
  record.stanza_id = "7d1f0b52-9a4e-4c0e-" + std::to_string(sequence);
  record.label.assign(20, 0x31);
  record.marking = "EXAMPLE UNCLASSIFIED";
  record.verdict = audit::Verdict::kAllowed;
  record.reason = "allowed";
  record.rule = "chat";
  record.action = audit::Action::kForward;
  record.received_size = 600;
  record.received_hash.emplace().fill(static_cast<std::uint8_t>(sequence));
  record.sent_size = 590;
  record.sent_hash.emplace().fill(static_cast<std::uint8_t>(sequence + 1));
  record.policy_digest.emplace().fill(7);
  record.configuration_digest.emplace().fill(9);
  record.facts = std::string("{\"facts\":\"") + std::string(380, 'f') + "\"}";
  record.epoch = 1'700'000'000'000'000;
  record.number = sequence;
  record.stream = 12;
  record.received_time = record.time;
  record.count = 1;
  return record;
}

void BM_Hash(benchmark::State& state) {
  guard::Sha256 sha;
  const audit::Record record = forwarded(1);
  guard::Digest chain{};
  std::string encoding;
  for (auto _ : state) {
    encoding.clear();
    audit::append_encoding(encoding, record);
    chain = audit::next_chain(sha, chain, audit::leaf_hash(sha, encoding));
    benchmark::DoNotOptimize(chain);
  }
}
BENCHMARK(BM_Hash);

void BM_Append(benchmark::State& state) {
  std::string folder = (std::filesystem::temp_directory_path() / "audit-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return state.SkipWithError("no scratch folder");
  {
    auto log = audit::Log::open(folder + "/log");
    if (!log) return state.SkipWithError(log.error().what.c_str());
    const auto rows = static_cast<std::uint64_t>(state.range(0));
    std::uint64_t next = 1;
    std::vector<audit::Record> batch;
    for (auto _ : state) {
      state.PauseTiming();
      batch.clear();
      for (std::uint64_t i = 0; i < rows; ++i) batch.push_back(forwarded(next + i));
      next += rows;
      state.ResumeTiming();
      if (!(*log)->append(batch) || !(*log)->maintain()) {
        state.SkipWithError("the log failed");
        break;
      }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(next - 1));
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(BM_Append)->Arg(1)->Arg(16)->Arg(256)->Arg(1024)->UseRealTime();

// What a record waits for its commit at 10,000 records a second: ten of them every millisecond.
void BM_CommitAt10k(benchmark::State& state) {
  std::string folder = (std::filesystem::temp_directory_path() / "audit-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return state.SkipWithError("no scratch folder");
  std::vector<double> waits;  // microseconds
  {
    auto log = audit::Log::open(folder + "/log");
    if (!log) return state.SkipWithError(log.error().what.c_str());
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    std::uint64_t next = 1;
    for (auto _ : state) {
      // All that has come since the last commit goes together, as in the recorder.
      std::this_thread::sleep_until(begin + std::chrono::microseconds((next * 100) + 1000));
      const auto now = Clock::now();
      std::vector<audit::Record> batch;
      while (begin + std::chrono::microseconds(next * 100) <= now && batch.size() < 1024) {
        batch.push_back(forwarded(next++));
      }
      if (!(*log)->append(batch)) return state.SkipWithError("the log failed");
      const std::chrono::duration<double, std::micro> wait = Clock::now() - now;
      waits.insert(waits.end(), batch.size(), wait.count());
      if (!(*log)->maintain()) return state.SkipWithError("the log failed");
    }
  }
  std::filesystem::remove_all(folder);
  std::ranges::sort(waits);
  state.counters["p50_us"] = waits[waits.size() / 2];
  state.counters["p99_us"] = waits[waits.size() * 99 / 100];
}
BENCHMARK(BM_CommitAt10k)->UseRealTime()->MinTime(5);

}  // namespace
