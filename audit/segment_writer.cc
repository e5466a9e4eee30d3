#include "audit/segment_writer.h"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "audit/checkpoint.h"
#include "audit/row_table.h"
#include "guard/base/check.h"
#include "guard/base/hex.h"

namespace audit {
namespace {

std::int64_t monotonic() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

OrDatabaseError<void> step(Statement& statement) {
  const auto done = statement.step();
  statement.reset();
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace

SegmentWriter::~SegmentWriter() { forget_statements(); }

void SegmentWriter::forget_statements() {
  for (Statement* each :
       {&insert_, &insert_checkpoint_, &insert_subtree_, &insert_content_, &begin_, &commit_}) {
    *each = {};
  }
}

// ---------------------------------------------------------------- opening

OrLogError<std::unique_ptr<SegmentWriter>> SegmentWriter::create(Birth birth,
                                                                 const SigningKey* signer,
                                                                 std::string signer_name) {
  std::unique_ptr<SegmentWriter> self(new SegmentWriter(birth.path, birth.sign_microseconds));
  self->key_ = SigningKey::generate();
  SegmentStart& start = birth.start;
  KeyStatement statement;
  statement.key = self->key_->public_key();
  if (start.origin.empty()) {
    const guard::Digest name = self->sha_.digest(statement.key);
    start.origin = "xmpp-guard/" + guard::to_hex(guard::BytesView(name).first(8));
  }
  statement.origin = start.origin;
  statement.segment = start.number;
  statement.size = start.before.size();
  statement.root = start.before.root(self->sha_);
  if (signer == nullptr) signer_name = key_name(start.origin, start.number);
  start.statement =
      sign_note(to_text(statement), signer_name, signer != nullptr ? *signer : *self->key_);
  self->end_.last = {start.first_sequence - 1, start.previous_chain, birth.last_time};
  self->end_.tree = start.before;
  self->end_.start = std::move(start);
  if (const auto made = create_file(self->path_, 0); !made) return std::unexpected(made.error());
  if (const auto opened = self->open_file(); !opened) return std::unexpected(opened.error());
  const auto run = [&](const OrDatabaseError<void>& done) -> OrLogError<void> {
    if (!done) return std::unexpected(log_error(self->path_, done.error()));
    return {};
  };
  for (const auto& done :
       {run(self->database_.run(("BEGIN IMMEDIATE;" + file_sql()).c_str())),
        run(write_start(self->database_, self->end_.start)), run(self->database_.run("COMMIT"))}) {
    if (!done) return std::unexpected(done.error());
  }
  if (const auto prepared = self->prepare(); !prepared) return std::unexpected(prepared.error());
  if (const auto synced = sync_folder(self->path_.parent_path()); !synced) {
    return std::unexpected(synced.error());
  }
  return self;
}

OrLogError<void> SegmentWriter::open_file() {
  auto opened = Database::open_writer(path_.string());
  if (!opened) return std::unexpected(log_error(path_, opened.error()));
  database_ = std::move(*opened);
  sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  database_.wait_for_locks(5000);  // of a reader, for the change of the journal's mode
  if (const auto done = database_.run("PRAGMA page_size = 16384"); !done) {
    return std::unexpected(log_error(path_, done.error()));
  }
  if (const auto wal = database_.enter_wal(); !wal) {
    return std::unexpected(log_error(path_, wal.error()));
  }
  if (const auto done = database_.run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
      !done) {
    return std::unexpected(log_error(path_, done.error()));
  }
  database_.wait_for_locks(0);
  sqlite3_wal_hook(
      database_.handle(),
      [](void* counter, sqlite3*, const char*, int count) {
        *static_cast<int*>(counter) = count;
        return SQLITE_OK;
      },
      &frames_);
  return {};
}

OrLogError<void> SegmentWriter::prepare() {
  for (const auto& [statement, sql] : {std::pair<Statement*, std::string>{&insert_, insert_sql()},
                                       {&insert_checkpoint_, kInsertCheckpoint},
                                       {&insert_subtree_, kInsertSubtree},
                                       {&insert_content_, kInsertContent},
                                       {&begin_, "BEGIN IMMEDIATE"},
                                       {&commit_, "COMMIT"}}) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(log_error(path_, prepared.error()));
    *statement = std::move(*prepared);
  }
  return {};
}

// ---------------------------------------------------------------- writing

bool SegmentWriter::due() const {
  return unsigned_since_ != 0 && monotonic() - unsigned_since_ >= sign_microseconds_;
}

OrLogError<void> SegmentWriter::append(std::span<const Record> batch,
                                       std::span<const SealedContent> contents) {
  if (batch.empty() && !failed_) return {};
  return write(batch, contents,
               sign_microseconds_ == 0 || monotonic() - signed_at_ >= sign_microseconds_);
}

OrLogError<void> SegmentWriter::sign() {
  if (end_.empty() || end_.signed_size == end_.last.sequence) return {};
  return write({}, {}, true);
}

OrLogError<void> SegmentWriter::write(std::span<const Record> batch,
                                      std::span<const SealedContent> contents,
                                      bool with_checkpoint) {
  if (failed_) return std::unexpected(LogError{path_.string() + ": is closed", false});
  // The end as it was is kept until the commit: a tree cannot be taken back.
  SegmentEnd end{{}, end_.last, end_.tree, end_.signed_size};
  end.start.origin = end_.start.origin;
  end.start.number = end_.start.number;
  if (const auto done = write_all(batch, contents, with_checkpoint, end); !done) {
    failed_ = true;
    const LogError error = log_error(path_, done.error());
    (void)database_.run("ROLLBACK");
    return std::unexpected(error);
  }
  end_.last = end.last;
  end_.tree = std::move(end.tree);
  end_.signed_size = end.signed_size;
  const std::int64_t now = monotonic();
  if (with_checkpoint) {
    signed_at_ = now;
    unsigned_since_ = 0;
  } else if (unsigned_since_ == 0) {
    unsigned_since_ = now;
  }
  return {};
}

OrDatabaseError<void> SegmentWriter::write_all(std::span<const Record> batch,
                                               std::span<const SealedContent> contents,
                                               bool with_checkpoint, SegmentEnd& end) {
  if (const auto begun = step(begin_); !begun) return begun;
  complete_.clear();
  for (const Record& record : batch) {
    CHECK(record.sequence == end.last.sequence + 1 && record.time >= end.last.time);
    encoding_.clear();
    append_encoding(encoding_, record);
    const guard::Digest leaf = leaf_hash(sha_, encoding_);
    const guard::Digest chain = next_chain(sha_, end.last.chain, leaf);
    bind_row(insert_, record, leaf, chain);
    if (const auto inserted = step(insert_); !inserted) return inserted;
    end.last = {record.sequence, chain, record.time};
    end.tree.append(sha_, leaf, complete_);
  }
  for (const Subtree& subtree : complete_) {
    insert_subtree_.bind(1, std::uint64_t{subtree.level});
    insert_subtree_.bind(2, subtree.number);
    insert_subtree_.bind_blob(3, subtree.hash);
    if (const auto inserted = step(insert_subtree_); !inserted) return inserted;
  }
  if (const auto inserted = write_contents(batch, contents); !inserted) return inserted;
  if (with_checkpoint) {
    if (const auto inserted = write_checkpoint(end); !inserted) return inserted;
  }
  return step(commit_);
}

OrDatabaseError<void> SegmentWriter::write_contents(std::span<const Record> batch,
                                                    std::span<const SealedContent> contents) {
  for (const SealedContent& content : contents) {
    const std::uint64_t at = content.sequence - batch.front().sequence;
    CHECK(at < batch.size() && batch[at].content_size == content.octets.size());
    insert_content_.bind(1, content.sequence);
    insert_content_.bind_blob(2, guard::as_bytes(content.octets));
    if (const auto inserted = step(insert_content_); !inserted) return inserted;
  }
  return {};
}

OrDatabaseError<void> SegmentWriter::write_checkpoint(SegmentEnd& end) {
  CHECK(key_.has_value());
  const Checkpoint checkpoint{end.start.origin, end.tree.size(), end.tree.root(sha_)};
  const std::string note =
      sign_note(to_text(checkpoint), key_name(end.start.origin, end.start.number), *key_);
  const guard::Bytes tree = end.tree.to_bytes();
  insert_checkpoint_.bind(1, checkpoint.size);
  insert_checkpoint_.bind(2, guard::now_utc().microseconds);
  insert_checkpoint_.bind_blob(3, tree);
  insert_checkpoint_.bind_text(4, note);
  end.signed_size = checkpoint.size;
  return step(insert_checkpoint_);
}

OrLogError<void> SegmentWriter::checkpoint() {
  frames_ = 0;
  if (const auto done = database_.checkpoint(); !done) {
    failed_ = true;
    return std::unexpected(log_error(path_, done.error()));
  }
  return {};
}

// ---------------------------------------------------------------- after a failure, and the end

OrLogError<void> SegmentWriter::reopen() {
  CHECK(failed_);
  forget_statements();
  database_ = {};
  if (const auto opened = open_file(); !opened) return opened;
  auto end = read_end(database_, path_);
  if (!end) return std::unexpected(end.error());
  if (end->empty()) end->last.time = end_.last.time;
  end_ = std::move(*end);
  if (const auto prepared = prepare(); !prepared) return prepared;
  failed_ = false;
  return {};
}

OrLogError<void> SegmentWriter::leave(bool closing) {
  if (failed_) return std::unexpected(LogError{path_.string() + ": is closed", false});
  if (const auto done = sign(); !done) return done;
  key_.reset();
  failed_ = true;
  forget_statements();
  if (closing) {
    database_.wait_for_locks(2000);
    const auto left = database_.leave_wal();
    const bool busy = !left && (left.error().code & 0xff) == SQLITE_BUSY;
    if (!left && !busy) return std::unexpected(log_error(path_, left.error()));
  }
  if (const auto closed = database_.close(); !closed) {
    return std::unexpected(log_error(path_, closed.error()));
  }
  return {};
}

}  // namespace audit
