#include "audit/verify.h"

#include <algorithm>
#include <utility>

#include "audit/catalogue.h"
#include "audit/request.h"

namespace audit {
namespace {

std::string count_of(std::uint64_t number) { return std::to_string(number) + " records"; }

// Follows the records from the beginning, and stops at the first that is wrong.
class Follower {
 public:
  Follower(const VerifyOptions& options, bool whole) : options_(options), whole_(whole) {
    for (const Anchor& anchor : options.anchors) anchors_.push_back(&anchor);
    // Not stable_sort: libstdc++ 12 itself calls what it uses deprecated, an error under clang. The
    // places in the one array keep the order of equals.
    std::ranges::sort(anchors_, {},
                      [](const Anchor* a) { return std::pair(a->checkpoint.size, a); });
  }

  // Each returns false after a fault. A segment: start, expect, checkpoints and records, finish.
  bool start(const SegmentStart& start, std::uint64_t number);
  void expect(std::uint64_t records, std::uint64_t signed_size,
              const std::optional<Summary>& summary) {
    least_records_ = found.records + records;
    least_signed_ = signed_size;
    summary_ = summary;
  }
  bool follow(Reader& reader, const StoredRecord& stored);
  bool follow_hash(Reader& reader, std::uint64_t sequence, const guard::Digest& leaf);
  bool finish(Reader& reader);
  bool end();

  bool fault(std::uint64_t sequence, std::string what) {
    if (!found.fault) found.fault = {sequence, std::move(what)};
    return false;
  }
  std::optional<ReadError> error;  // of what follow and finish read
  Verification found;

 private:
  bool take_key(const SegmentStart& start);
  bool take_record(const StoredRecord& stored);
  void count(const Record& record);
  bool take_summary(const Reader& reader);
  bool take_leaf(std::uint64_t sequence, guard::UtcTime time, const guard::Digest& leaf);
  bool take_rest(Reader& reader) {
    return take_subtrees(reader) && take_checkpoint(reader) && take_anchors();
  }
  bool take_content(Reader& reader, const Record& record);
  bool take_subtrees(Reader& reader);
  bool take_checkpoint(Reader& reader);
  bool take_anchors();
  [[nodiscard]] std::uint64_t first_unsigned() const {
    return std::max(found.signed_size, begin_) + 1;
  }
  bool unreadable(ReadError what) {
    error = std::move(what);
    return false;
  }

  const VerifyOptions& options_;
  bool whole_;
  std::vector<const Anchor*> anchors_;  // by size
  std::size_t next_anchor_ = 0;
  guard::Sha256 sha_;
  std::string encoding_;
  Frontier tree_;
  std::vector<Subtree> kept_;
  std::optional<PublicKey> key_;  // of the segment
  std::uint64_t segment_ = 0;
  std::uint64_t first_sequence_ = 0;  // of the segment
  std::uint64_t begin_ = 0;           // size of the tree before what is verified
  std::uint64_t least_records_ = 0;
  std::uint64_t least_signed_ = 0;
  std::optional<Summary> summary_;             // what the segment said before it was read
  Summary counted_;                            // of the segment
  std::vector<StoredCheckpoint> checkpoints_;  // of this segment, from next_checkpoint_ on
  std::size_t next_checkpoint_ = 0;
  bool more_checkpoints_ = true;
  std::uint64_t pruned_segment_ = 0;    // the last one that is
  std::uint64_t approved_segment_ = 0;  // the last one that a record lets go
};

// ---------------------------------------------------------------- segments and keys

bool Follower::start(const SegmentStart& start, std::uint64_t number) {
  const bool first = found.segments++ == 0;
  if (first && whole_ && number > 1) return fault(1, "segment 1 is missing");
  if (first && !whole_) {
    // A segment without those before it: its beginning is what its key statement says it is.
    found.last = {start.first_sequence - 1, start.previous_chain, {}};
    tree_ = start.before;
    begin_ = found.last.sequence;
  } else if (!first && number != segment_ + 1) {
    return fault(found.last.sequence + 1,
                 "segment " + std::to_string(segment_ + 1) + " is missing");
  }
  if (whole_ && start.number != number) {
    return fault(found.last.sequence + 1, "a segment has the name of another");
  }
  if (start.first_sequence != found.last.sequence + 1 || start.previous_chain != found.last.chain ||
      !(start.before == tree_) || (!first && start.origin != found.origin)) {
    return fault(found.last.sequence + 1, "the segment does not continue the one before it");
  }
  found.origin = start.origin;
  segment_ = start.number;
  first_sequence_ = start.first_sequence;
  counted_ = {};
  checkpoints_.clear();
  next_checkpoint_ = 0;
  more_checkpoints_ = true;
  return take_key(start);
}

bool Follower::take_key(const SegmentStart& start) {
  const std::uint64_t at = found.last.sequence + 1;
  const auto note = parse_note(start.statement);
  const auto statement = parse_key_statement(note ? std::string_view(note->text) : "");
  if (!statement) return fault(at, "the segment does not say which key signs it");
  if (statement->origin != start.origin || statement->segment != start.number ||
      statement->size != tree_.size() || statement->root != tree_.root(sha_)) {
    return fault(first_unsigned(), "the statement of segment " + std::to_string(start.number) +
                                       "'s key is about another log");
  }
  const bool by_last = key_ && note->is_signed_by(key_name(start.origin, start.number - 1), *key_);
  bool good = by_last;
  if (options_.root) {
    good = good || note->is_signed_by(kRootKeyName, *options_.root);
  } else if (begin_ > 0 && found.segments == 1) {
    good = true;  // the key before it is not here; only a root key could say more
  } else {
    good = good || note->is_signed_by(key_name(start.origin, start.number), statement->key) ||
           std::ranges::any_of(note->signatures,
                               [](const Note::Line& line) { return line.name == kRootKeyName; });
  }
  if (!good) {
    return fault(at, options_.root
                         ? "neither the root key nor the key before vouches for the key "
                           "of segment " +
                               std::to_string(start.number)
                         : "nobody vouches for the key of segment " + std::to_string(start.number));
  }
  key_ = statement->key;
  return true;
}

// ---------------------------------------------------------------- records

bool Follower::follow(Reader& reader, const StoredRecord& stored) {
  return take_record(stored) && take_content(reader, stored.record) && take_rest(reader);
}

// Of a pruned record: the hash alone.
bool Follower::follow_hash(Reader& reader, std::uint64_t sequence, const guard::Digest& leaf) {
  const std::uint64_t expected = found.last.sequence + 1;
  if (sequence != expected) return fault(expected, "the hash of a pruned record is missing");
  ++found.pruned;
  pruned_segment_ = segment_;
  return take_leaf(sequence, found.last.time, leaf) && take_rest(reader);
}

bool Follower::take_record(const StoredRecord& stored) {
  const Record& record = stored.record;
  const std::uint64_t expected = found.last.sequence + 1;
  if (record.sequence < expected) {
    return fault(record.sequence, "a record that does not belong here");
  }
  if (record.sequence > expected) return fault(expected, "the record is missing");
  encoding_.clear();
  append_encoding(encoding_, record);
  if (leaf_hash(sha_, encoding_) != stored.leaf) {
    return fault(expected, "the record is not what its leaf hash was computed over");
  }
  if (next_chain(sha_, found.last.chain, stored.leaf) != stored.chain) {
    return fault(expected, "the chain hash does not follow from the record before");
  }
  if (record.time < found.last.time) return fault(expected, "the time is before the last one");
  if (record.row_class == Class::kEvent && record.event == event::kPruneApproved) {
    approved_segment_ = std::max(approved_segment_, approved_segment(record.detail).value_or(0));
  }
  count(record);
  return take_leaf(expected, record.time, stored.leaf);
}

void Follower::count(const Record& record) {
  if (counted_.records++ == 0) counted_.first_time = record.time;
  counted_.last_time = record.time;
  counted_.last_sequence = record.sequence;
  if (record.row_class == Class::kEvent) ++counted_.events;
  if (record.row_class == Class::kOutcome) ++counted_.outcomes;
  if (record.verdict == Verdict::kAllowed) ++counted_.allowed;
  if (record.verdict == Verdict::kRefused) ++counted_.refused;
  if (record.verdict == Verdict::kWithheld) ++counted_.withheld;
}

bool Follower::take_leaf(std::uint64_t sequence, guard::UtcTime time, const guard::Digest& leaf) {
  kept_.clear();
  tree_.append(sha_, leaf, kept_);
  found.last = {sequence, next_chain(sha_, found.last.chain, leaf), time};
  ++found.records;
  return true;
}

// What is kept of a stanza's content is bound to its record by size and digest.
bool Follower::take_content(Reader& reader, const Record& record) {
  if (record.content_size == 0 && !record.content_hash) return true;
  const auto content = reader.content(record.sequence);
  if (!content) return unreadable(content.error());
  if (!*content) return fault(record.sequence, "the sealed content is missing");
  if ((*content)->size() != record.content_size ||
      sha_.digest(guard::as_bytes(**content)) != record.content_hash) {
    return fault(record.sequence, "the sealed content is not what was recorded");
  }
  return true;
}

// The hashes that proofs are made from.
bool Follower::take_subtrees(Reader& reader) {
  for (const Subtree& subtree : kept_) {
    const auto stored = reader.subtree(subtree.level, subtree.number);
    if (!stored) return unreadable(stored.error());
    if (*stored != subtree.hash) {
      return fault((subtree.number << subtree.level) + 1,
                   "the hash of " + count_of(std::uint64_t{1} << subtree.level) +
                       " from here on is not what is kept");
    }
  }
  return true;
}

bool Follower::take_checkpoint(Reader& reader) {
  const std::uint64_t size = tree_.size();
  if (next_checkpoint_ == checkpoints_.size() && more_checkpoints_ && size <= least_signed_) {
    auto read = reader.checkpoints(size);
    if (!read) return unreadable(read.error());
    checkpoints_ = std::move(*read);
    next_checkpoint_ = 0;
    more_checkpoints_ = !checkpoints_.empty();
  }
  if (next_checkpoint_ == checkpoints_.size()) return true;
  const StoredCheckpoint& stored = checkpoints_[next_checkpoint_];
  if (stored.size > size) return true;
  ++next_checkpoint_;
  const auto note = parse_note(stored.note);
  const auto checkpoint = parse_checkpoint(note ? std::string_view(note->text) : "");
  if (!checkpoint || checkpoint->origin != found.origin || checkpoint->size != size ||
      stored.size != size || !note->is_signed_by(key_name(found.origin, segment_), *key_)) {
    return fault(first_unsigned(),
                 "the checkpoint of " + count_of(size) + " is not signed by the segment's key");
  }
  if (checkpoint->root != tree_.root(sha_) || !(stored.tree == tree_)) {
    return fault(first_unsigned(), "one of the records from here to " + std::to_string(size) +
                                       " is not what was signed");
  }
  found.signed_size = size;
  return true;
}

bool Follower::take_anchors() {
  for (; next_anchor_ < anchors_.size(); ++next_anchor_) {
    const Anchor& anchor = *anchors_[next_anchor_];
    if (anchor.checkpoint.size > tree_.size()) return true;
    if (anchor.checkpoint.origin != found.origin) {
      return fault(first_unsigned(),
                   anchor.name + " is of another log, " + anchor.checkpoint.origin);
    }
    // What was before a segment that is looked at alone cannot be checked.
    if (anchor.checkpoint.size <= begin_) continue;
    if (!anchor.note.is_signed_by(key_name(found.origin, segment_), *key_)) {
      return fault(first_unsigned(), anchor.name + " is not signed by a key of this log");
    }
    if (anchor.checkpoint.root != tree_.root(sha_)) {
      return fault(begin_ + 1, anchor.name + " and the log have different trees of " +
                                   count_of(anchor.checkpoint.size) + ": the log was written anew");
    }
    ++found.anchors;
  }
  return true;
}

// ---------------------------------------------------------------- ends

// While the service runs there may be more by the time that they are read, never fewer.
bool Follower::finish(Reader& reader) {
  if (found.records < least_records_) {
    return fault(found.last.sequence + 1, "the file counts more records than it shows");
  }
  if (tree_.size() < least_signed_) {
    return fault(found.last.sequence + 1,
                 "the record is missing: " + count_of(least_signed_) + " were signed");
  }
  if (!take_summary(reader)) return false;
  const auto stray = reader.stray_content();
  if (!stray) return unreadable(stray.error());
  if (*stray != 0) return fault(*stray, "sealed content that no record speaks of");
  // Records are as they were; but would a query find them?
  const auto sound = reader.soundness();
  if (!sound) return unreadable(sound.error());
  if (!sound->empty()) return fault(first_sequence_, *sound);
  return true;
}

// The summary is what pruning goes by. Of a stub only its sequences can be counted again. A segment
// that had none has been read as one that goes on: one that it has got since counts what came
// since.
bool Follower::take_summary(const Reader& reader) {
  if (!summary_) return true;
  const Summary& said = *summary_;
  const bool counts = reader.pruned() ? said.last_sequence == found.last.sequence &&
                                            said.records == said.last_sequence + 1 - first_sequence_
                                      : said == counted_;
  return counts || fault(first_sequence_, "the segment's summary is not that of its records");
}

bool Follower::end() {
  found.root = tree_.root(sha_);
  if (whole_ && approved_segment_ < pruned_segment_) {
    return fault(1, "segments up to " + std::to_string(pruned_segment_) +
                        " are gone, and no record says that they were to go");
  }
  if (next_anchor_ == anchors_.size()) return true;
  const Anchor& anchor = *anchors_[next_anchor_];
  if (anchor.checkpoint.origin != found.origin) {
    return fault(begin_ + 1, anchor.name + " is of another log, " + anchor.checkpoint.origin);
  }
  return fault(tree_.size() + 1, "the record is missing: " + anchor.name + " is of " +
                                     count_of(anchor.checkpoint.size));
}

// `told` is told how much of the segment is done.
std::expected<void, ReadError> follow_segment(Follower& follower, const SegmentFile& file,
                                              const Seen& told) {
  auto reader = Reader::open(file.path);
  if (!reader) return std::unexpected(reader.error());
  const auto start = reader->start();
  if (!start) return std::unexpected(start.error());
  const auto summary = reader->summary();
  if (!summary) return std::unexpected(summary.error());
  const auto count = reader->count();
  if (!count) return std::unexpected(count.error());
  const auto signed_size = reader->last_checkpoint();
  if (!signed_size) return std::unexpected(signed_size.error());
  if (!follower.start(*start, file.number)) return {};
  follower.expect(*count, *signed_size, *summary);
  constexpr std::uint64_t kSometimes = 1024;
  std::uint64_t rows = 0;
  const auto next_row = [&] {
    if (++rows % kSometimes == 1) told(static_cast<double>(rows) / static_cast<double>(*count + 1));
  };
  const auto read =
      reader->pruned()
          ? reader->read_leaves([&](std::uint64_t sequence, const guard::Digest& leaf) {
              next_row();
              return follower.follow_hash(*reader, sequence, leaf);
            })
          : reader->read_all([&](const StoredRecord& stored) {
              next_row();
              return follower.follow(*reader, stored);
            });
  if (!read) return std::unexpected(read.error());
  if (!follower.error && !follower.found.fault) follower.finish(*reader);
  if (follower.error) return std::unexpected(*follower.error);
  return {};
}

}  // namespace

std::expected<Verification, ReadError> verify(const std::filesystem::path& log,
                                              const VerifyOptions& options) {
  const std::vector<SegmentFile> files = readable_files(log);
  if (files.empty()) return std::unexpected(ReadError{why_none(log)});
  Follower follower(options, std::filesystem::is_directory(log));
  double done = 0;
  for (const SegmentFile& file : files) {
    const Seen told = [&](double part) {
      if (options.seen) options.seen((done + part) / static_cast<double>(files.size()));
    };
    const auto followed = follow_segment(follower, file, told);
    ++done;
    if (!followed) {
      const ReadError& error = followed.error();
      // Only the last one can be a segment that somebody is about to begin.
      const bool emptied = error.unborn && &file != &files.back();
      if (!error.damaged && !emptied) return std::unexpected(error);
      follower.fault(error.sequence != 0 ? error.sequence : follower.found.last.sequence + 1,
                     emptied ? "segment " + std::to_string(file.number) + " is empty" : error.what);
    }
    if (follower.found.fault) return follower.found;
  }
  follower.end();
  return follower.found;
}

}  // namespace audit
