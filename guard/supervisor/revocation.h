// Revocation: the lists of what authorities have revoked (CRLs, RFC 5280), as files of the
// operator, and what becomes of them while the guard runs: an edge opens no file, so guardd reads
// them again when they change and sends them over the control socket.
//
// Who controls its input: the operator, or whatever fetches the lists for him; a list is believed
// only where the authority's signature on it holds, which the edges see to.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/supervisor/file_stamp.h"
#include "guard/wire/messages.h"

namespace guard::supervisor {

struct RevocationList {
  std::string der;
  UtcTime next_update;
};

// kMaxListFile bounds a file, and kMaxLists all lists of an edge, in octets: they travel in one
// frame with the rest of its configuration.
inline constexpr std::size_t kMaxListFile = 4U << 20;
inline constexpr std::size_t kMaxLists = 8U << 20;

// read_lists reads a file with one CRL in DER, or one or more in PEM. Refused: anything else beside
// them in DER, a list without nextUpdate, none at all.
[[nodiscard]] std::expected<std::vector<RevocationList>, FileError> read_lists(
    const std::filesystem::path& file);

// RevocationSource is one <revocation> of the site file.
struct RevocationSource {
  Side side = Side::kHigh;
  PeerIndex peer = wire::kNoPeer;  // kNoPeer: the side's
  std::vector<std::filesystem::path> files;
  std::uint32_t tolerate_seconds = 0;
};

// RevocationWatch looks at the files of all sources. It has no clock and no timer of its own.
class RevocationWatch {
 public:
  explicit RevocationWatch(std::vector<RevocationSource> sources);

  struct Change {
    Side side = Side::kHigh;
    wire::RevocationLists lists;
  };
  struct Note {
    std::string event;  // stable, see audit/README.md
    std::string detail;
  };
  struct Look {
    std::vector<Change> changes;
    std::vector<Note> notes;
  };
  // look gives what has changed since the last call, and each new trouble once: a file that cannot
  // be read (what was read before stays in force), a list that has become too old. The first call
  // gives the state of all sources as changes. Octets are read only where a file's time, size or
  // number has changed.
  [[nodiscard]] Look look(UtcTime now);

 private:
  enum class Age : std::uint8_t { kFresh, kTolerated, kStale };
  struct FileState {
    std::filesystem::path file;
    bool seen = false;
    bool reported = false;  // that it cannot be read
    FileStamp stamp;
    std::vector<RevocationList> lists;
    Age age = Age::kFresh;
  };
  struct SourceState {
    RevocationSource source;
    std::vector<FileState> files;
  };
  // read_again says whether the file's lists have changed.
  static bool read_again(FileState& state, std::vector<Note>& notes);
  [[nodiscard]] std::size_t octets_of(Side side) const;
  static void look_at_age(const SourceState& source, FileState& state, UtcTime now,
                          std::vector<Note>& notes);

  std::vector<SourceState> sources_;
};

}  // namespace guard::supervisor
