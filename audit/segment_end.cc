#include "audit/segment_end.h"

#include <algorithm>

#include "audit/checkpoint.h"
#include "audit/row_table.h"

namespace audit {
namespace {

constexpr std::uint64_t kVerified = 1024;  // records at the end

class EndReader {
 public:
  EndReader(Database& database, const std::filesystem::path& path)
      : database_(database), path_(path) {}

  OrLogError<SegmentEnd> read() {
    auto start = read_start(database_);
    if (!start) return std::unexpected(log_error(path_, start.error()));
    end_.start = std::move(*start);
    end_.last = {end_.start.first_sequence - 1, end_.start.previous_chain, {}};
    end_.tree = end_.start.before;
    if (const auto read = read_last_checkpoint(); !read) return std::unexpected(read.error());
    if (const auto read = read_records(); !read) return std::unexpected(read.error());
    if (const auto read = read_tree(); !read) return std::unexpected(read.error());
    return std::move(end_);
  }

 private:
  std::unexpected<LogError> broken(const std::string& why) const {
    return std::unexpected(LogError{path_.string() + ": " + why, false});
  }

  OrLogError<void> read_last_checkpoint() {
    auto rows = database_.prepare(std::string(kSelectCheckpoints) + "ORDER BY size DESC LIMIT 1");
    if (!rows) return std::unexpected(log_error(path_, rows.error()));
    const auto row = rows->step();
    if (!row) return std::unexpected(log_error(path_, row.error()));
    if (!*row) return {};
    const auto stored = read_checkpoint(*rows);
    if (!stored) return std::unexpected(log_error(path_, stored.error()));
    const auto statement = parse_note(end_.start.statement);
    const auto key = parse_key_statement(statement ? std::string_view(statement->text) : "");
    const auto note = parse_note(stored->note);
    const auto checkpoint = parse_checkpoint(note ? std::string_view(note->text) : "");
    if (!key || !checkpoint ||
        !note->is_signed_by(key_name(end_.start.origin, end_.start.number), key->key)) {
      return broken("the last checkpoint is not signed by the segment's key");
    }
    if (checkpoint->origin != end_.start.origin || checkpoint->size != stored->size ||
        checkpoint->root != stored->tree.root(sha_)) {
      return broken("the last checkpoint does not say what is kept with it");
    }
    end_.signed_size = stored->size;
    end_.tree = stored->tree;
    return {};
  }

  // Verifies the last records, and sets `last`.
  OrLogError<void> read_records() {
    auto rows = database_.prepare("SELECT " + select_list() +
                                  " FROM record WHERE sequence > (SELECT coalesce(max(sequence), "
                                  "0) FROM record) - ? ORDER BY sequence");
    if (!rows) return std::unexpected(log_error(path_, rows.error()));
    rows->bind(1, kVerified + 1);
    bool first = true;
    std::uint64_t seen = 0;
    while (true) {
      const auto row = rows->step();
      if (!row) return std::unexpected(log_error(path_, row.error()));
      if (!*row) break;
      const auto stored = read_row(*rows);
      if (!stored) return after_last("column " + stored.error() + " is malformed");
      if (const auto followed = follow(*stored, first); !followed) return followed;
      first = false;
      ++seen;
    }
    // They follow each other; so their number says whether the first is where it should be.
    const std::uint64_t all = end_.last.sequence + 1 - end_.start.first_sequence;
    if (seen != std::min(all, kVerified + 1)) return broken("records are missing at the end");
    const auto strays = database_.ask(
        "SELECT count(*) FROM record WHERE sequence < (SELECT first_sequence FROM segment)");
    if (!strays) return std::unexpected(log_error(path_, strays.error()));
    if (*strays != "0") return broken("holds rows before its first record");
    return {};
  }

  OrLogError<void> follow(const StoredRecord& stored, bool first) {
    const std::uint64_t sequence = stored.record.sequence;
    // The first one read is only there for its chain, unless it begins the segment.
    if (!first || sequence == end_.start.first_sequence) {
      if (sequence != end_.last.sequence + 1) return after_last("one is missing");
      encoding_.clear();
      append_encoding(encoding_, stored.record);
      if (leaf_hash(sha_, encoding_) != stored.leaf) {
        return after_last("its content has been changed");
      }
      if (next_chain(sha_, end_.last.chain, stored.leaf) != stored.chain) {
        return after_last("the chain is broken");
      }
    }
    end_.last = {sequence, stored.chain, stored.record.time};
    return {};
  }

  std::unexpected<LogError> after_last(const std::string& why) const {
    return broken("record after " + std::to_string(end_.last.sequence) + ": " + why);
  }

  // Lets the tree grow from the last checkpoint to the end.
  OrLogError<void> read_tree() {
    if (end_.tree.size() > end_.last.sequence)
      return broken("has fewer records than it has signed");
    auto rows = database_.prepare(
        "SELECT leaf FROM record WHERE sequence > ? AND sequence <= ? ORDER BY sequence");
    if (!rows) return std::unexpected(log_error(path_, rows.error()));
    rows->bind(1, end_.tree.size());
    rows->bind(2, end_.last.sequence);
    std::vector<Subtree> kept;
    while (true) {
      const auto row = rows->step();
      if (!row) return std::unexpected(log_error(path_, row.error()));
      if (!*row) break;
      guard::Digest leaf{};
      if (rows->blob(0).size() != leaf.size()) return broken("a leaf hash is malformed");
      std::ranges::copy(rows->blob(0), leaf.begin());
      end_.tree.append(sha_, leaf, kept);
    }
    if (end_.tree.size() != end_.last.sequence) return broken("records are missing");
    return {};
  }

  Database& database_;
  const std::filesystem::path& path_;
  guard::Sha256 sha_;
  std::string encoding_;
  SegmentEnd end_;
};

}  // namespace

OrLogError<SegmentEnd> read_end(Database& database, const std::filesystem::path& path) {
  const auto wrong = what_is_wrong_with(database);
  if (!wrong) return std::unexpected(log_error(path, wrong.error()));
  if (!wrong->empty()) return std::unexpected(LogError{path.string() + ": " + *wrong, false});
  return EndReader(database, path).read();
}

}  // namespace audit
