// Record: one row of the audit log, and the one byte encoding that its hash is computed over.
//
// Who controls its content: addresses, ids, kinds and types come from hostile peers, through a
// filter or an edge that may lie; times, sequences, peers' names, sizes and digests are the
// recorder's own. audit/README.md describes every column on one page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "guard/base/bytes.h"
#include "guard/base/sha256.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"

namespace audit {

// Class says what a row is about.
enum class Class : std::uint8_t {
  kDecision = 0,  // one stanza, judged or withheld
  kEvent,         // a stream, a process, the service itself
  kOutcome,       // what became of deliveries, in a range where many ended alike
};

// Verdict is born withheld. kNone is for rows that are not about one stanza.
enum class Verdict : std::uint8_t { kWithheld = 0, kRefused, kAllowed, kNone };

// Action is what the recorder did once the row was durable.
enum class Action : std::uint8_t {
  kNone = 0,   // nothing left the guard
  kForward,    // bytes were released towards `receiver`
  kReply,      // bytes were released back towards `sender`
  kClose,      // the stream was closed with the condition in `detail`
  kReplyLost,  // the sender's queue had no room for its reply: nothing left the guard
};

// Result says how deliveries ended.
enum class Result : std::uint8_t {
  kNone = 0,
  kWritten,
  kExpired,
  kInDoubt,
  kWithdrawn,
  kDelivered
};

[[nodiscard]] std::string_view to_string(Class value);
[[nodiscard]] std::string_view to_string(Verdict value);
[[nodiscard]] std::string_view to_string(Action value);
[[nodiscard]] std::string_view to_string(Result value);

// read_name sets `value` to what `text` names; false, and no change, where it names nothing.
[[nodiscard]] bool read_name(std::string_view text, Class& value);
[[nodiscard]] bool read_name(std::string_view text, Verdict& value);
[[nodiscard]] bool read_name(std::string_view text, Action& value);
[[nodiscard]] bool read_name(std::string_view text, Result& value);

constexpr std::uint64_t kFormat = 2;  // of Record and its encoding

// Record is a value. A field that does not apply to its class is empty or 0. A delivery is named
// by the sequence of the row that released it.
struct Record {
  std::uint64_t format = kFormat;
  std::uint64_t sequence = 0;  // from 1, without gaps, for the life of the log
  Class row_class = Class::kDecision;
  guard::UtcTime time;  // never before the time of an earlier row
  std::optional<guard::Lane> direction;
  std::string sender;        // the peer that sent the stanza
  std::string receiver;      // the peer that it was for, where the filter got as far
  std::string from_address;  // as received
  std::string to_address;    // as received
  std::string kind;
  std::string type;
  std::string stanza_id;
  guard::Bytes label;   // as received
  std::string marking;  // the effective label, as understood
  Verdict verdict = Verdict::kWithheld;
  std::string reason;
  std::string rule;
  Action action = Action::kNone;
  std::uint64_t received_size = 0;
  std::optional<guard::Digest> received_hash;
  std::uint64_t sent_size = 0;
  std::optional<guard::Digest> sent_hash;  // of what was released, and only where something was
  std::uint64_t content_size = 0;          // of the stanza, sealed, that is kept beside the record
  std::optional<guard::Digest> content_hash;  // of the same; only where something is kept
  std::optional<guard::Digest> policy_digest;
  std::optional<guard::Digest> configuration_digest;
  std::string facts;             // canonical JSON
  std::uint64_t epoch = 0;       // of the edge
  std::uint64_t number = 0;      // ticket of a decision; the edge's number of an event
  std::uint64_t stream = 0;      // the edge's number of the stream
  guard::UtcTime received_time;  // by the edge's clock
  std::optional<guard::Side> side;
  std::string peer;     // events: whom it is about; outcomes: whom the deliveries were for
  std::string event;    // stable name (catalogue.h)
  std::string address;  // IP address of the far end
  std::string detail;   // stable words
  std::uint64_t count = 0;
  Result result = Result::kNone;
  // Outcomes: all deliveries to `peer` from first to last. Both the row of the request, where this
  // is its answer or the error in its place.
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::uint64_t horizon = 0;  // every delivery below this sequence has its outcome; 0: not said
  std::string cut;            // names of fields that were longer than the log takes
  bool operator==(const Record&) const = default;

  // columns calls f(name, member) for each column, in the order of table and encoding.
  template <class Self, class F>
  static void columns(Self& r, F&& f) {
    f("format", r.format);
    f("sequence", r.sequence);
    f("class", r.row_class);
    f("time", r.time);
    f("direction", r.direction);
    f("sender", r.sender);
    f("receiver", r.receiver);
    f("from_address", r.from_address);
    f("to_address", r.to_address);
    f("kind", r.kind);
    f("type", r.type);
    f("stanza_id", r.stanza_id);
    f("label", r.label);
    f("marking", r.marking);
    f("verdict", r.verdict);
    f("reason", r.reason);
    f("rule", r.rule);
    f("action", r.action);
    f("received_size", r.received_size);
    f("received_hash", r.received_hash);
    f("sent_size", r.sent_size);
    f("sent_hash", r.sent_hash);
    f("content_size", r.content_size);
    f("content_hash", r.content_hash);
    f("policy_digest", r.policy_digest);
    f("configuration_digest", r.configuration_digest);
    f("facts", r.facts);
    f("epoch", r.epoch);
    f("number", r.number);
    f("stream", r.stream);
    f("received_time", r.received_time);
    f("side", r.side);
    f("peer", r.peer);
    f("event", r.event);
    f("address", r.address);
    f("detail", r.detail);
    f("count", r.count);
    f("result", r.result);
    f("first_sequence", r.first_sequence);
    f("last_sequence", r.last_sequence);
    f("horizon", r.horizon);
    f("cut", r.cut);
  }
};

// SealedContent is a stanza in its envelope (guard/base/cms_envelope.h): what only officers read.
// It lies beside the records, which have its size and digest.
struct SealedContent {
  std::uint64_t sequence = 0;  // of its record
  std::string octets;
};

// delivered_to names the peer that the row's delivery was for; empty where it released nothing.
[[nodiscard]] std::string_view delivered_to(const Record& record);

// releases says whether the row released bytes, so that an outcome has to follow.
[[nodiscard]] constexpr bool releases(Action action) {
  return action == Action::kForward || action == Action::kReply;
}

// answered_request names the row of the request that the row's stanza has answered, or whose time
// was up; 0 without one.
[[nodiscard]] std::uint64_t answered_request(const Record& record);

// append_encoding writes the canonical encoding: for each column its length in octets (4 octets,
// big-endian) and its octets; an integer as decimal digits, an absent digest as nothing.
void append_encoding(std::string& out, const Record& record);

// read_encoding reads what append_encoding has written, and nothing else: whatever it returns has
// this one encoding.
[[nodiscard]] std::optional<Record> read_encoding(std::string_view octets);

// leaf_hash is SHA-256(0x00 || encoding), the leaf hash of RFC 6962 2.1.
[[nodiscard]] guard::Digest leaf_hash(guard::Sha256& sha, std::string_view encoding);

// next_chain is SHA-256(0x02 || previous chain || leaf); before the first row the chain is 32
// octets of zero.
[[nodiscard]] guard::Digest next_chain(guard::Sha256& sha, const guard::Digest& previous,
                                       const guard::Digest& leaf);

}  // namespace audit
