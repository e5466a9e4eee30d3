// Sealer: makes a segment that its writer has left into one that is never written again: indexes
// and summary, no write-ahead file, mode 0440.
//
// It works beside the writer of the next segment, in a thread of its own, because indexes over a
// large segment take seconds and the guard waits for no one. Old segments are pruned there too. It
// shares nothing with the writer but the disk. A seal that is interrupted, by a crash too, is begun
// anew by the next Log that is opened; what is there of it is a transaction that never committed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "audit/log_files.h"
#include "audit/segment_table.h"

namespace audit {

// seal seals a segment that has no writer, and returns its summary; one that is sealed already is
// left alone. Where `stop` becomes true it gives up early, and only takes the write-ahead
// file away. The error is final for this attempt only: readers in the way, no room.
[[nodiscard]] OrLogError<Summary> seal(const std::filesystem::path& segment,
                                       const std::atomic<bool>* stop = nullptr);

class Sealer {
 public:
  Sealer() = default;
  ~Sealer();  // interrupts what is under way
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // add has a segment sealed after those that were added before.
  void add(std::filesystem::path segment);

  // add_prune has a sealed segment pruned (stub.h), after what was added before.
  void add_prune(std::filesystem::path segment, std::filesystem::path next);

  struct Result {
    std::filesystem::path segment;
    OrLogError<Summary> summary;
    bool pruned = false;
  };
  // take_results returns what has been finished since the last call.
  [[nodiscard]] std::vector<Result> take_results();

  // finish waits until all is done, at most so long, then interrupts the rest.
  void finish(int milliseconds);

 private:
  struct Job {
    std::filesystem::path segment;
    std::filesystem::path next;  // of a segment that is to be pruned; else empty
  };
  void add(Job job);
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  std::vector<Result> results_;
  bool busy_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // started with the first segment
};

}  // namespace audit
