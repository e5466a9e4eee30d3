#include "audit/proof.h"

#include <algorithm>
#include <charconv>

#include "guard/base/base64.h"
#include "guard/base/check.h"

namespace audit {
namespace {

constexpr std::string_view kFirstLine = "xmpp-guard proof v1\n";
constexpr std::size_t kMostLines = 100'000;

std::string base64_of(std::string_view text) { return guard::to_base64(guard::as_bytes(text)); }

}  // namespace

// ---------------------------------------------------------------- text

std::string to_text(const Proof& proof) {
  std::string text(kFirstLine);
  const auto line = [&](std::string_view name, const std::string& value) {
    text.append(name).append(value.empty() ? "" : " ").append(value).append("\n");
  };
  if (proof.record) {
    std::string encoding;
    append_encoding(encoding, *proof.record);
    line("record", std::to_string(proof.record->sequence));
    line("encoding", base64_of(encoding));
  } else {
    line("consistency", "");
  }
  for (const guard::Digest& hash : proof.path) line("path", guard::to_base64(hash));
  for (const std::string& note : proof.statements) line("statement", base64_of(note));
  if (!proof.record) line("older", base64_of(proof.older));
  line("checkpoint", base64_of(proof.checkpoint));
  line("end", "");
  return text;
}

namespace {

// Takes one line after another that begins with a name.
class ProofLines {
 public:
  explicit ProofLines(std::string_view text) : rest_(text) {}

  // take returns the value of the next line, if it has this name.
  std::optional<std::string_view> take(std::string_view name) {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = rest_.substr(0, end);
    if (!line.starts_with(name)) return std::nullopt;
    line.remove_prefix(name.size());
    if (!line.empty() && (line.front() != ' ' || line.size() == 1)) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return line.empty() ? line : line.substr(1);
  }
  std::optional<std::string> octets(std::string_view name) {
    const auto value = take(name);
    if (!value) return std::nullopt;
    const auto decoded = guard::from_base64(*value);
    if (!decoded) return std::nullopt;
    return std::string(guard::as_text(*decoded));
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] bool next_is(std::string_view name) const { return rest_.starts_with(name); }

 private:
  std::string_view rest_;
};

}  // namespace

std::expected<Proof, std::string_view> parse_proof(std::string_view text) {
  if (text.size() > Proof::kMostOctets) return std::unexpected("a proof of at most 4 MiB");
  if (!text.starts_with(kFirstLine)) return std::unexpected("a proof");
  ProofLines lines(text.substr(kFirstLine.size()));
  Proof proof;
  if (const auto sequence = lines.take("record")) {
    const auto encoding = lines.octets("encoding");
    proof.record = encoding ? read_encoding(*encoding) : std::nullopt;
    if (!proof.record || std::to_string(proof.record->sequence) != *sequence) {
      return std::unexpected("a record");
    }
  } else if (lines.take("consistency") != "") {
    return std::unexpected("a record or a proof of consistency");
  }
  while (lines.next_is("path")) {
    const auto octets = lines.octets("path");
    if (!octets || octets->size() != std::tuple_size_v<guard::Digest>) {
      return std::unexpected("a hash");
    }
    std::ranges::copy(guard::as_bytes(*octets), proof.path.emplace_back().begin());
    if (proof.path.size() > 128) return std::unexpected("at most 128 hashes");
  }
  while (lines.next_is("statement")) {
    auto note = lines.octets("statement");
    if (!note || proof.statements.size() == kMostLines) return std::unexpected("a key statement");
    proof.statements.push_back(std::move(*note));
  }
  if (!proof.record) {
    auto older = lines.octets("older");
    if (!older) return std::unexpected("an older checkpoint");
    proof.older = std::move(*older);
  }
  auto checkpoint = lines.octets("checkpoint");
  if (!checkpoint) return std::unexpected("a checkpoint");
  proof.checkpoint = std::move(*checkpoint);
  if (lines.take("end") != "" || !lines.done()) return std::unexpected("the end");
  return proof;
}

// ---------------------------------------------------------------- making

namespace {

// The segments of a log, as a proof needs them.
class Shelf {
 public:
  static std::expected<Shelf, ReadError> open(const std::filesystem::path& log) {
    Shelf shelf;
    for (const SegmentFile& file : readable_files(log)) {
      auto reader = Reader::open(file.path);
      if (!reader) return std::unexpected(reader.error());
      auto start = reader->start();
      if (!start) return std::unexpected(start.error());
      shelf.segments_.push_back({std::move(*reader), std::move(*start)});
    }
    if (shelf.segments_.empty()) {
      return std::unexpected(ReadError{why_none(log)});
    }
    return shelf;
  }

  // segment_of returns the place of the segment that a record is, or would be, in.
  std::size_t segment_of(std::uint64_t sequence) const {
    std::size_t place = segments_.size() - 1;
    while (place > 0 && segments_[place].start.first_sequence > sequence) --place;
    return place;
  }

  // first_checkpoint returns the first checkpoint of a tree of at least `size` records, and where.
  std::expected<std::optional<std::pair<StoredCheckpoint, std::size_t>>, ReadError>
  first_checkpoint(std::uint64_t size) {
    for (std::size_t place = segment_of(size); place < segments_.size(); ++place) {
      auto found = segments_[place].reader.checkpoints(size);
      if (!found) return std::unexpected(found.error());
      if (!found->empty()) return std::pair{std::move(found->front()), place};
    }
    return std::nullopt;
  }

  // statements returns the key statements up to a segment, from the last that a root key signed on.
  std::vector<std::string> statements(std::size_t place) const {
    std::vector<std::string> notes;
    for (std::size_t at = place + 1; at-- > 0;) {
      const std::string& statement = segments_[at].start.statement;
      notes.push_back(statement);
      const auto note = parse_note(statement);
      const bool by_root = note && std::ranges::any_of(note->signatures, [](const auto& line) {
                             return line.name == kRootKeyName;
                           });
      if (by_root) break;
    }
    std::ranges::reverse(notes);
    return notes;
  }

  // find is FindSubtree over what is kept; after a fault `error` says which.
  std::optional<guard::Digest> find(guard::Sha256& sha, unsigned level, std::uint64_t number) {
    // From the next kept level below: at most 128 hashes.
    const unsigned kept = level - level % Frontier::kKeptLevels;
    const std::uint64_t count = std::uint64_t{1} << (level - kept);
    std::vector<guard::Digest> row;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto hash = stored(kept, number * count + i);
      if (!hash) return std::nullopt;
      row.push_back(*hash);
    }
    for (; row.size() > 1; row.resize(row.size() / 2)) {
      for (std::size_t i = 0; i < row.size() / 2; ++i) {
        row[i] = node_hash(sha, row[2 * i], row[2 * i + 1]);
      }
    }
    return row.front();
  }

  Reader& reader(std::size_t place) { return segments_[place].reader; }
  std::optional<ReadError> error;

 private:
  // A subtree is kept in the segment that has its last record.
  std::optional<guard::Digest> stored(unsigned level, std::uint64_t number) {
    Reader& reader = segments_[segment_of((number + 1) << level)].reader;
    const auto hash = level == 0 ? reader.leaf(number + 1) : reader.subtree(level, number);
    if (!hash) {
      error = hash.error();
      return std::nullopt;
    }
    if (!*hash) error = ReadError{"hashes are missing", (number << level) + 1, true};
    return *hash;
  }

  struct Segment {
    Reader reader;
    SegmentStart start;
  };
  std::vector<Segment> segments_;
};

}  // namespace

std::expected<std::optional<Proof>, ReadError> prove_record(const std::filesystem::path& log,
                                                            std::uint64_t sequence) {
  auto shelf = Shelf::open(log);
  if (!shelf) return std::unexpected(shelf.error());
  Proof proof;
  Reader& holder = shelf->reader(shelf->segment_of(sequence));
  if (holder.pruned()) {
    return std::unexpected(ReadError{"record " + std::to_string(sequence) +
                                     " was pruned: restore its segment from the archive first"});
  }
  const auto read = holder.read(sequence, sequence, {}, false, [&](const StoredRecord& stored) {
    proof.record = stored.record;
    return false;
  });
  if (!read) return std::unexpected(read.error());
  if (!proof.record) return std::nullopt;
  const auto checkpoint = shelf->first_checkpoint(sequence);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (!*checkpoint) return std::nullopt;
  const auto& [stored, place] = **checkpoint;
  guard::Sha256 sha;
  auto path = inclusion_path(sha, sequence - 1, stored.size, [&](unsigned level, std::uint64_t n) {
    return shelf->find(sha, level, n);
  });
  if (!path) return std::unexpected(*shelf->error);
  proof.path = std::move(*path);
  proof.checkpoint = stored.note;
  proof.statements = shelf->statements(place);
  return proof;
}

std::expected<std::optional<Proof>, ReadError> prove_consistency(const std::filesystem::path& log,
                                                                 const Anchor& older,
                                                                 const Anchor& newer) {
  auto shelf = Shelf::open(log);
  if (!shelf) return std::unexpected(shelf.error());
  const std::uint64_t from = older.checkpoint.size;
  const std::uint64_t to = newer.checkpoint.size;
  if (from == 0 || from > to) return std::nullopt;
  const auto covered = shelf->first_checkpoint(to);
  if (!covered) return std::unexpected(covered.error());
  if (!*covered) return std::nullopt;
  guard::Sha256 sha;
  auto path = consistency_path(
      sha, from, to, [&](unsigned level, std::uint64_t n) { return shelf->find(sha, level, n); });
  if (!path) return std::unexpected(*shelf->error);
  if (!consistent(sha, from, older.checkpoint.root, to, newer.checkpoint.root, *path)) {
    return std::nullopt;
  }
  Proof proof;
  proof.path = std::move(*path);
  proof.older = older.text;
  proof.checkpoint = newer.text;
  proof.statements = shelf->statements(shelf->segment_of(to));
  return proof;
}

// ---------------------------------------------------------------- checking

namespace {

// Follows the key statements; true where the first of them is the root key's.
class Keys {
 public:
  static std::expected<Keys, std::string> read(const std::vector<std::string>& statements,
                                               const std::optional<PublicKey>& root) {
    Keys keys;
    for (const std::string& text : statements) {
      const auto note = parse_note(text);
      const auto statement = parse_key_statement(note ? std::string_view(note->text) : "");
      if (!statement) return std::unexpected("a key statement is malformed");
      const bool by_root = root && note->is_signed_by(kRootKeyName, *root);
      if (keys.all_.empty()) {
        keys.vouched_ = by_root;
      } else {
        const KeyStatement& last = keys.all_.back();
        if (statement->origin != last.origin || statement->segment != last.segment + 1 ||
            statement->size < last.size) {
          return std::unexpected("a key statement does not follow the one before it");
        }
        if (!by_root && !note->is_signed_by(key_name(last.origin, last.segment), last.key)) {
          return std::unexpected("the key of segment " + std::to_string(statement->segment) +
                                 " is vouched for by nobody");
        }
      }
      keys.all_.push_back(*statement);
    }
    if (root && !keys.vouched_) return std::unexpected("the root key does not vouch for the keys");
    return keys;
  }

  // signer returns the name of the key that has signed a note; "" where it is none of these.
  [[nodiscard]] std::string signer(const Note& note, const Checkpoint& checkpoint) const {
    for (const KeyStatement& each : all_) {
      if (each.origin != checkpoint.origin || checkpoint.size <= each.size) continue;
      const std::string name = key_name(each.origin, each.segment);
      if (note.is_signed_by(name, each.key)) return name;
    }
    return {};
  }
  [[nodiscard]] bool vouched() const { return vouched_; }

 private:
  std::vector<KeyStatement> all_;
  bool vouched_ = false;
};

}  // namespace

std::expected<Checked, std::string> check_proof(const Proof& proof,
                                                const std::optional<PublicKey>& root) {
  const auto keys = Keys::read(proof.statements, root);
  if (!keys) return std::unexpected(keys.error());
  const auto note = parse_note(proof.checkpoint);
  const auto checkpoint = parse_checkpoint(note ? std::string_view(note->text) : "");
  if (!checkpoint) return std::unexpected("the checkpoint is malformed");
  Checked checked{*checkpoint, std::nullopt, keys->signer(*note, *checkpoint), keys->vouched()};
  if (checked.signer.empty()) return std::unexpected("the checkpoint is not signed by these keys");
  guard::Sha256 sha;
  if (proof.record) {
    std::string encoding;
    append_encoding(encoding, *proof.record);
    if (proof.record->sequence == 0 ||
        !includes(sha, leaf_hash(sha, encoding), proof.record->sequence - 1, checkpoint->size,
                  proof.path, checkpoint->root)) {
      return std::unexpected("the record is not in the tree that was signed");
    }
    return checked;
  }
  const auto older_note = parse_note(proof.older);
  const auto older = parse_checkpoint(older_note ? std::string_view(older_note->text) : "");
  if (!older || older->origin != checkpoint->origin) {
    return std::unexpected("the older checkpoint is malformed, or of another log");
  }
  if (!consistent(sha, older->size, older->root, checkpoint->size, checkpoint->root, proof.path)) {
    return std::unexpected("the newer log does not begin with the older one");
  }
  checked.older = *older;
  return checked;
}

}  // namespace audit
