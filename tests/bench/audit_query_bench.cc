// How long an officer waits for the first page of a query over a large log: writes one, has it
// sealed, and asks. audit_query_bench RECORDS FOLDER (the log is left there, and used again).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "audit/log.h"
#include "audit/query.h"
#include "audit/segment_files.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// What a busy guard records: 20 peers of which one is rare, 10 markings, 3 % refused, an outcome
// row for each 64 stanzas. Addresses of 5,000 users, digests and facts of the usual size.
class Traffic {
 public:
  audit::Record next(std::uint64_t sequence) {
    audit::Record row;
    row.sequence = sequence;
    row.time = {1'700'000'000'000'000 + static_cast<std::int64_t>(sequence) * 100};
    if (const std::uint64_t place = sequence % 660; place < 20) {
      row.row_class = audit::Class::kOutcome;
      row.peer = peer(place < 10 ? "low" : "high", place % 10);
      row.result = audit::Result::kWritten;
      row.first_sequence = sequence < 660 ? 1 : sequence - place - 640;
      row.last_sequence = sequence - place;
      row.count = 32;
      return row;
    }
    const bool up = random_() % 5 == 0;
    const std::uint64_t user = random_() % 5000;
    row.direction = up ? guard::Lane::kLowToHigh : guard::Lane::kHighToLow;
    row.sender = peer(up ? "low" : "high", sequence % 400'000 == 7 ? 99 : random_() % 10);
    row.receiver = peer(up ? "high" : "low", random_() % 10);
    row.from_address = "user" + std::to_string(user) + "@" + row.sender + ".example/desk-3f2a";
    row.to_address = "user" + std::to_string(random_() % 5000) + "@" + row.receiver + ".example";
    const auto dice = random_() % 100;
    row.kind = dice < 60 ? "message" : dice < 95 ? "presence" : "iq";
    row.type = dice < 60 ? "chat" : "";
    row.stanza_id = "7d1f0b52-9a4e-4c0e-" + std::to_string(sequence);
    row.label.assign(20, 0x31);
    row.marking = sequence % 300'000 == 11
                      ? "EXAMPLE SECRET ORANGE"
                      : "EXAMPLE UNCLASSIFIED GROUP " + std::to_string(user % 10);
    const bool refused = random_() % 100 < 3;
    row.verdict = refused ? audit::Verdict::kRefused : audit::Verdict::kAllowed;
    row.reason = refused ? (sequence % 3 == 0 ? "receiver-clearance" : "label-missing") : "allowed";
    row.rule = refused ? "" : dice < 60 ? "chat" : "presence";
    row.action = refused ? audit::Action::kNone : audit::Action::kForward;
    row.received_size = 600;
    row.received_hash.emplace().fill(static_cast<std::uint8_t>(sequence));
    row.sent_size = 590;
    row.sent_hash.emplace().fill(static_cast<std::uint8_t>(sequence + 1));
    row.policy_digest.emplace().fill(7);
    row.configuration_digest.emplace().fill(9);
    row.facts = std::string("{\"facts\":\"") + std::string(380, 'f') + "\"}";
    row.epoch = 1'700'000'000'000'000;
    row.number = sequence;
    row.stream = 12;
    row.received_time = row.time;
    row.count = 1;
    return row;
  }

 private:
  static std::string peer(const char* side, std::uint64_t number) {
    return std::string(side) + "-server-" + std::to_string(number);
  }
  std::mt19937_64 random_{42};
};

bool make_log(const std::filesystem::path& folder, std::uint64_t records) {
  auto log = audit::Log::open(folder);
  if (!log) return false;
  Traffic traffic;
  const auto begin = Clock::now();
  for (std::uint64_t next = 1; next <= records;) {
    std::vector<audit::Record> batch;
    for (; batch.size() < 1024 && next <= records; ++next) batch.push_back(traffic.next(next));
    if (!(*log)->append(batch) || !(*log)->maintain()) return false;
  }
  std::printf("written in %.1f s, sealing beside it\n", seconds_since(begin));
  const std::size_t segments = audit::segment_files(folder).size();
  const auto closing = Clock::now();
  (*log)->roll();
  if (!(*log)->maintain()) return false;
  for (const audit::SegmentFile& file : audit::segment_files(folder)) {
    while (file.number <= segments && !audit::is_sealed(file.path)) {
      if (!(*log)->maintain()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  std::printf("%zu segments, all sealed %.1f s later\n", segments, seconds_since(closing));
  return (*log)->close().has_value();
}

void ask(const std::filesystem::path& folder, const char* what, audit::Filter filter) {
  filter.limit = 50;
  const auto begin = Clock::now();
  std::uint64_t found = 0;
  const auto done = audit::query(folder, filter, [&](const audit::Found&) {
    ++found;
    return true;
  });
  std::printf("%-44s %3llu  %8.1f ms%s\n", what, static_cast<unsigned long long>(found),
              seconds_since(begin) * 1000, done ? "" : "  FAILED");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: audit_query_bench RECORDS FOLDER\n");
    return 3;
  }
  const std::filesystem::path folder = argv[2];
  if (!std::filesystem::exists(folder) && !make_log(folder, std::strtoull(argv[1], nullptr, 10))) {
    return 2;
  }
  for (int round = 0; round < 2; ++round) {
    std::printf("first page of 50, round %d\n", round + 1);
    ask(folder, "no filter", {});
    ask(folder, "peer, common", {.peer = "low-server-3"});
    ask(folder, "peer, one in 400,000", {.peer = "high-server-99"});
    ask(folder, "peer that does not occur", {.peer = "nobody"});
    ask(folder, "label, common", {.label = "group 7"});
    ask(folder, "label, one in 300,000", {.label = "secret"});
    ask(folder, "label that does not occur", {.label = "top secret"});
    ask(folder, "kind iq", {.kind = "iq"});
    ask(folder, "kind that does not occur", {.kind = "other"});
    ask(folder, "direction", {.direction = guard::Lane::kLowToHigh});
    ask(folder, "verdict refused, newest first", {.verdict = "refused", .reverse = true});
    ask(folder, "verdict withheld (none)", {.verdict = "withheld"});
    ask(folder, "reason", {.reason = "receiver-clearance"});
    ask(folder, "reason that does not occur", {.reason = "other"});
    ask(folder, "from one user", {.from = "user77@high-server-3.example"});
    ask(folder, "stanza id that does not occur", {.id = "none"});
    ask(folder, "kind presence and rule chat (never both)", {.rule = "chat", .kind = "presence"});
    ask(folder, "peer, refused, label and kind",
        {.peer = "low-server-3", .verdict = "refused", .label = "group 7", .kind = "iq"});
    ask(folder, "refused, from a peer that is common",
        {.peer = "high-server-3", .verdict = "refused"});
    ask(folder, "events of a name that does not occur", {.event = "strangers"});
  }
  return 0;
}
