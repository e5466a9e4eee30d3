#include "guard/supervisor/credential_watch.h"

#include <algorithm>
#include <utility>

#include "guard/supervisor/certificate_checks.h"

namespace guard::supervisor {
namespace {

constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;

std::size_t octets_of(const Credential& credential) {
  return credential.pem.chain.size() + credential.pem.key.size();
}

bool same(const wire::Certificate& a, const wire::Certificate& b) {
  return a.chain == b.chain && a.key == b.key;
}

}  // namespace

CredentialWatch::CredentialWatch(Sources sources, std::size_t ceiling) : ceiling_(ceiling) {
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    sides_[i].directory = std::move(sources[i].directory);
    for (Credential& credential : sources[i].credentials) {
      FileState& one = sides_[i].files[credential.file];
      one.credential.push_back(std::move(credential));
    }
  }
}

CredentialWatch::Look CredentialWatch::look(UtcTime now, const Edges& edges) {
  Look look;
  for (const Side side : {Side::kHigh, Side::kLow}) look_at(side, now, edges, look);
  return look;
}

void CredentialWatch::look_at(Side side, UtcTime now, const Edges& edges, Look& look) {
  const auto at = static_cast<std::size_t>(side);
  SideState& state = sides_[at];
  const auto files = credential_files(state.directory);
  if (!files) {
    if (!std::exchange(state.reported, true)) {
      look.notes.push_back({"certificates-unreadable", files.error().to_string()});
    }
    return;
  }
  if (std::exchange(state.reported, false)) {
    look.notes.push_back({"certificates-readable", state.directory.string()});
  }
  bool changed = false;
  // What is gone makes room for its names in another file.
  for (auto one = state.files.begin(); one != state.files.end();) {
    if (std::binary_search(files->begin(), files->end(), one->first)) {
      ++one;
      continue;
    }
    changed = changed || !one->second.credential.empty();
    look.notes.push_back({"certificate-removed", one->first.string()});
    one = state.files.erase(one);
  }
  for (const auto& file : *files) {
    const FileStamp stamp = stamp_of(file);
    const auto known = state.files.find(file);
    if (known != state.files.end() && known->second.stamp == stamp) continue;
    const Reading reading = read_again(state, file, now, edges[at], edges[1 - at]);
    state.files[file].stamp = stamp;
    for (const auto& fault : reading.faults) look.notes.push_back({"certificate-refused", fault});
    if (!reading.changed) continue;
    changed = true;
    look.notes.push_back({"certificate-read", file.string()});
  }
  for (auto& [file, one] : state.files) look_at_age(file, one, now, look.notes);
  if (!changed) return;
  Change change{side, {}};
  std::vector<Credential> all;
  for (const auto& [file, one] : state.files) {
    for (const Credential& credential : one.credential) {
      change.certificates.push_back(credential.pem);
      all.push_back(credential);
    }
  }
  for (const std::string& name : uncovered(edges[at], all)) {
    look.notes.push_back({"certificate-missing", name});
  }
  look.changes.push_back(std::move(change));
}

CredentialWatch::Reading CredentialWatch::read_again(SideState& state,
                                                     const std::filesystem::path& file, UtcTime now,
                                                     const wire::EdgeConfiguration& edge,
                                                     const wire::EdgeConfiguration& other) const {
  auto credential = read_credential(file);
  if (!credential) return {{credential.error().to_string()}, false};
  if (const auto fault = time_fault(*credential, now)) return {{fault->to_string()}, false};
  std::vector<std::string> faults;
  for (const auto& errors :
       {names_apart(*credential, FarNames(edge)), trusted_across(*credential, other)}) {
    for (const FileError& error : errors) faults.push_back(error.to_string());
  }
  std::size_t octets = octets_of(*credential);
  for (const auto& [known, one] : state.files) {
    if (known == file) continue;
    for (const Credential& earlier : one.credential) {
      octets += octets_of(earlier);
      if (const auto fault = shared_name(*credential, earlier)) {
        faults.push_back(fault->to_string());
      }
    }
  }
  if (octets > ceiling_) {
    faults.push_back(file.string() + ": with it the side's certificates have " +
                     std::to_string(octets) + " octets, expected at most " +
                     std::to_string(ceiling_));
  }
  if (!faults.empty()) return {std::move(faults), false};
  FileState& one = state.files[file];
  if (!one.credential.empty() && same(one.credential.front().pem, credential->pem)) return {};
  one.credential.clear();
  one.credential.push_back(std::move(*credential));
  one.age = Age::kYoung;
  return {{}, true};
}

std::vector<wire::CertificateFigures> CredentialWatch::ends() const {
  std::vector<wire::CertificateFigures> ends;
  for (const Side side : {Side::kHigh, Side::kLow}) {
    for (const auto& [file, one] : sides_[static_cast<std::size_t>(side)].files) {
      for (const Credential& credential : one.credential) {
        ends.push_back({side, file.filename().string(), credential.not_after});
      }
    }
  }
  return ends;
}

void CredentialWatch::look_at_age(const std::filesystem::path& file, FileState& state, UtcTime now,
                                  std::vector<Note>& notes) {
  if (state.credential.empty()) return;
  const UtcTime end = state.credential.front().not_after;
  const Age age = end <= now                                                   ? Age::kExpired
                  : end.microseconds - now.microseconds < kExpiringDays * kDay ? Age::kExpiring
                                                                               : Age::kYoung;
  if (age == state.age) return;
  state.age = age;
  const std::string when = file.string() + ": ends at " + to_iso8601(end);
  if (age == Age::kExpiring) notes.push_back({"certificate-expiring", when});
  if (age == Age::kExpired) notes.push_back({"certificate-expired", when});
}

}  // namespace guard::supervisor
