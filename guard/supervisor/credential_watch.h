// CredentialWatch: the certificate directories of both edges, while the guard runs. An edge opens
// no file, so guardd reads what has changed and sends it over the control socket.
//
// Who controls its input: the operator, or whatever renews certificates for him. A file that is not
// good enough to start with is not good enough now: what it held before stays in force.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/supervisor/credentials.h"
#include "guard/supervisor/file_stamp.h"
#include "guard/wire/configuration.h"
#include "guard/wire/figures.h"

namespace guard::supervisor {

// kMaxCredentials bounds the certificates and keys of one edge, in octets: they travel in one
// frame.
inline constexpr std::size_t kMaxCredentials = 4U << 20;
// kExpiringDays before its end an operator is told of a certificate.
inline constexpr std::int64_t kExpiringDays = 14;

// CredentialSource is one edge's directory, and what was read of it at the start.
struct CredentialSource {
  std::filesystem::path directory;
  std::vector<Credential> credentials;
};

class CredentialWatch {
 public:
  using Sources = std::array<CredentialSource, 2>;       // by Side
  using Edges = std::array<wire::EdgeConfiguration, 2>;  // by Side
  // `ceiling` bounds the octets of one side.
  explicit CredentialWatch(Sources sources, std::size_t ceiling = kMaxCredentials);

  struct Change {
    Side side = Side::kHigh;
    std::vector<wire::Certificate> certificates;
  };
  struct Note {
    std::string event;  // stable, see audit/README.md
    std::string detail;
  };
  struct Look {
    std::vector<Change> changes;
    std::vector<Note> notes;
  };
  // look gives the sides whose certificates have changed since the last call, and each new trouble
  // once. `edges` says what they may show and whom the other side trusts. Octets are read only
  // where a file's time, size or number has changed. Refused, with a note, and what was there
  // before stays: whatever `guardd --check` would refuse of a single file, a name that another file
  // has, more than kMaxCredentials. A file that is gone is no longer shown; a directory that cannot
  // be read, or is empty, changes nothing, and a note says when it can be again.
  [[nodiscard]] Look look(UtcTime now, const Edges& edges);

  // ends are the ends of all certificates that the edges show.
  [[nodiscard]] std::vector<wire::CertificateFigures> ends() const;

 private:
  enum class Age : std::uint8_t { kYoung, kExpiring, kExpired };
  struct FileState {
    FileStamp stamp;
    std::vector<Credential> credential;  // one, or none where no version was good
    Age age = Age::kYoung;
  };
  struct SideState {
    std::filesystem::path directory;
    std::map<std::filesystem::path, FileState> files;
    bool reported = false;  // that the directory cannot be read
  };

  void look_at(Side side, UtcTime now, const Edges& edges, Look& look);
  // read_again says what is wrong with the file as it is now, or whether it holds something else.
  struct Reading {
    std::vector<std::string> faults;
    bool changed = false;
  };
  [[nodiscard]] Reading read_again(SideState& state, const std::filesystem::path& file, UtcTime now,
                                   const wire::EdgeConfiguration& edge,
                                   const wire::EdgeConfiguration& other) const;
  static void look_at_age(const std::filesystem::path& file, FileState& state, UtcTime now,
                          std::vector<Note>& notes);

  std::array<SideState, 2> sides_;
  std::size_t ceiling_;
};

}  // namespace guard::supervisor
