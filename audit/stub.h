// Stub: what stays of a segment that was pruned: its key statement, its last checkpoint, the leaf
// hash of each record and the hashes over them; no record. 00000003.sqlite leaves 00000003.pruned,
// mode 0440.
//
// The hashes keep the tree whole: the records that remain are proved as before, a checkpoint of
// any age is shown to be a beginning of the log, and a copy of a pruned record, or of the
// segment, is still told from a changed one.
#pragma once

#include <atomic>
#include <filesystem>

#include "audit/log_files.h"
#include "audit/segment_table.h"

namespace audit {

// start_of reads what precedes a file's first record; a segment's or a stub's.
[[nodiscard]] OrLogError<SegmentStart> start_of(const std::filesystem::path& file);

// prune makes the stub of a sealed segment beside it, durable, and then removes the segment. `next`
// is the file of the segment after it: what is kept is read back, and is an error where it does
// not have the tree that the next one continues. Where `stop` becomes true it gives up.
[[nodiscard]] OrLogError<Summary> prune(const std::filesystem::path& segment,
                                        const std::filesystem::path& next,
                                        const std::atomic<bool>* stop = nullptr);

}  // namespace audit
