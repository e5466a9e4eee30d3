#include "guard/supervisor/revocation.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>

#include "guard/supervisor/file_text.h"

namespace guard::supervisor {
namespace {

struct ListFree {
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
};
struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using List = std::unique_ptr<X509_CRL, ListFree>;
using Bio = std::unique_ptr<BIO, BioFree>;

FileError error(const std::filesystem::path& file, std::string what) {
  return {file.string(), 0, 0, std::move(what), "expected a CRL in DER, or some in PEM"};
}

// to_value gives nothing for a list that never grows old (against SPEC: RFC 5280 5.1.2.5).
std::expected<RevocationList, FileError> to_value(const std::filesystem::path& file,
                                                  X509_CRL* list) {
  std::tm parts{};
  const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list);
  if (next == nullptr || ASN1_TIME_to_tm(next, &parts) != 1) {
    return std::unexpected(error(file, "a revocation list has no nextUpdate"));
  }
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(list, &der);
  if (size <= 0) return std::unexpected(error(file, "a revocation list is not readable"));
  RevocationList value{{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)},
                       {static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000}};
  OPENSSL_free(der);
  return value;
}

std::vector<List> read_der(const std::string& text) {
  std::vector<List> found;
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  List one(d2i_X509_CRL(nullptr, &at, static_cast<long>(text.size())));
  if (one != nullptr && at == end) found.push_back(std::move(one));
  return found;
}

std::vector<List> read_pem(const std::string& text) {
  std::vector<List> found;
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  while (X509_CRL* one = PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)) {
    found.emplace_back(one);
  }
  // A list that was cut off must not pass for its absence.
  const auto left = static_cast<unsigned long>(ERR_GET_REASON(ERR_peek_last_error()));
  if (left != PEM_R_NO_START_LINE) found.clear();
  return found;
}

}  // namespace

std::expected<std::vector<RevocationList>, FileError> read_lists(
    const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxListFile);
  if (!text) return std::unexpected(text.error());
  ERR_clear_error();
  const bool pem = text->find("-----BEGIN") != std::string::npos;
  const auto found = pem ? read_pem(*text) : read_der(*text);
  ERR_clear_error();
  if (found.empty()) return std::unexpected(error(file, "holds no readable revocation list"));
  std::vector<RevocationList> lists;
  for (const List& one : found) {
    auto value = to_value(file, one.get());
    if (!value) return std::unexpected(value.error());
    lists.push_back(std::move(*value));
  }
  return lists;
}

RevocationWatch::RevocationWatch(std::vector<RevocationSource> sources) {
  for (RevocationSource& source : sources) {
    SourceState state;
    for (const auto& file : source.files) {
      FileState one;
      one.file = file;
      state.files.push_back(std::move(one));
    }
    state.source = std::move(source);
    sources_.push_back(std::move(state));
  }
}

RevocationWatch::Look RevocationWatch::look(UtcTime now) {
  Look result;
  for (SourceState& source : sources_) {
    bool changed = false;
    for (FileState& file : source.files) {
      changed = read_again(file, result.notes) || changed;
      look_at_age(source, file, now, result.notes);
    }
    if (!changed) continue;
    Change change{source.source.side, {source.source.peer, {}}};
    if (octets_of(source.source.side) > kMaxLists) {
      // Without lists nothing is accepted that needs them.
      result.notes.push_back({"revocation-list-too-large", source.files.front().file.string()});
    } else {
      for (const FileState& file : source.files) {
        for (const RevocationList& list : file.lists) change.lists.lists.push_back(list.der);
      }
    }
    result.changes.push_back(std::move(change));
  }
  return result;
}

std::size_t RevocationWatch::octets_of(Side side) const {
  std::size_t octets = 0;
  for (const SourceState& source : sources_) {
    if (source.source.side != side) continue;
    for (const FileState& file : source.files) {
      for (const RevocationList& list : file.lists) octets += list.der.size();
    }
  }
  return octets;
}

bool RevocationWatch::read_again(FileState& state, std::vector<Note>& notes) {
  const FileStamp stamp = stamp_of(state.file);
  if (state.seen && stamp == state.stamp) return false;
  state.stamp = stamp;
  auto lists = read_lists(state.file);
  if (!lists) {
    // What was read before stays, until it is too old.
    if (!std::exchange(state.reported, true)) {
      notes.push_back({"revocation-list-unreadable", lists.error().to_string()});
    }
    state.seen = true;
    return false;
  }
  const bool same = std::equal(lists->begin(), lists->end(), state.lists.begin(), state.lists.end(),
                               [](const auto& a, const auto& b) { return a.der == b.der; });
  const bool first = !std::exchange(state.seen, true);
  state.reported = false;
  if (same && !first) return false;
  state.lists = std::move(*lists);
  state.age = Age::kFresh;
  if (!first) notes.push_back({"revocation-list-read", state.file.string()});
  return true;
}

void RevocationWatch::look_at_age(const SourceState& source, FileState& state, UtcTime now,
                                  std::vector<Note>& notes) {
  Age age = Age::kFresh;
  UtcTime ended;
  for (const RevocationList& list : state.lists) {
    const std::int64_t tolerance = std::int64_t{source.source.tolerate_seconds} * 1'000'000;
    const Age one = now < list.next_update                                         ? Age::kFresh
                    : now.microseconds < list.next_update.microseconds + tolerance ? Age::kTolerated
                                                                                   : Age::kStale;
    if (one > age) {
      age = one;
      ended = list.next_update;
    }
  }
  if (age == state.age) return;
  state.age = age;
  const std::string when = state.file.string() + ": nextUpdate was " + to_iso8601(ended);
  if (age == Age::kTolerated) notes.push_back({"revocation-list-late", when + ", tolerated"});
  if (age == Age::kStale) {
    notes.push_back({"revocation-list-stale", when + ", its authority's certificates are refused"});
  }
}

}  // namespace guard::supervisor
