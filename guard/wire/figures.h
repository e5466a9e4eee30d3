// Figures: numbers about the running guard, on their way to whoever watches it. The recorder counts
// what is durable (Tally), guardd adds what it knows itself and hands all of it to guard-metrics
// (Figures). The rules of messages.h hold here as well.
//
// There is no content in them, no address, no domain of a peer: names are those of the policy
// (peers, reasons), of this program (processes, events) and of the operator (certificate files).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "guard/base/side.h"
#include "guard/base/utc_time.h"

namespace guard::wire {

// kCommitBounds are the upper bounds of the classes that commits are counted in, by how long they
// took, in microseconds; one more class has no bound.
constexpr std::array<std::uint64_t, 10> kCommitBounds = {
    500, 1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000, 500'000, 2'000'000};

// DecisionCount: so many decisions of a lane had this verdict and reason (their names in the log).
struct DecisionCount {
  Lane lane = Lane::kHighToLow;
  std::string verdict;
  std::string reason;
  std::uint64_t count = 0;
  bool operator==(const DecisionCount&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.lane, m.verdict, m.reason, m.count);
  }
};

// NamedCount: an event or a result of deliveries, by its name in the log.
struct NamedCount {
  std::string name;
  std::uint64_t count = 0;
  bool operator==(const NamedCount&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.name, m.count);
  }
};

// Tally: recorder → guardd, when it has changed, once a second at most. Everything since the
// recorder's start, and only what is durable.
struct Tally {
  std::vector<DecisionCount> decisions;
  std::vector<NamedCount> outcomes;
  std::vector<NamedCount> events;
  std::vector<std::uint64_t> commits;  // by class of kCommitBounds, one more than those; not summed
  std::uint64_t commit_microseconds = 0;
  std::uint64_t rows = 0;
  bool operator==(const Tally&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.decisions, m.outcomes, m.events, m.commits, m.commit_microseconds, m.rows);
  }
};

struct ProcessFigures {
  std::string name;
  bool ready = false;
  std::uint64_t restarts = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.name, m.ready, m.restarts);
  }
};

struct PeerFigures {
  std::string name;
  Side side = Side::kHigh;
  std::uint32_t inbound = 0;  // authenticated streams
  std::uint32_t outbound = 0;
  std::uint64_t queued = 0;  // stanzas that wait, or are at the edge
  std::uint64_t queued_octets = 0;
  bool blocked = false;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.name, m.side, m.inbound, m.outbound, m.queued, m.queued_octets, m.blocked);
  }
};

// CertificateFigures: when one that an edge shows ends, by the file's name without its folder.
struct CertificateFigures {
  Side side = Side::kHigh;
  std::string file;
  UtcTime not_after;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.side, m.file, m.not_after);
  }
};

// Figures: guardd → guard-metrics, once a second. They replace the ones before.
struct Figures {
  std::string version;
  std::string policy;  // its digest in hexadecimal digits
  UtcTime started;
  bool ready = false;         // every process is, and the service is not ending
  std::vector<Lane> stopped;  // by an operator
  std::vector<ProcessFigures> processes;
  std::vector<PeerFigures> peers;
  std::vector<CertificateFigures> certificates;
  Tally tally;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.version, m.policy, m.started, m.ready, m.stopped, m.processes, m.peers, m.certificates,
      m.tally);
  }
};

}  // namespace guard::wire
