#include "policy/tool/signed_note.h"

#include <algorithm>
#include <utility>

#include "guard/base/hex.h"
#include "guard/base/sha256.h"
#include "policy/words.h"

namespace policy::tool {
namespace {

constexpr std::string_view kHead = "xmpp-guard policy signature 1";
constexpr std::string_view kFile = "file ";
constexpr std::size_t kHashDigits = 64;

// The line of a statement that begins so, without that; empty where there is none.
std::string_view line_of(std::string_view statement, std::string_view begins) {
  while (!statement.empty()) {
    const std::string_view line = statement.substr(0, statement.find('\n'));
    if (line.starts_with(begins)) return line.substr(begins.size());
    statement.remove_prefix(std::min(line.size() + 1, statement.size()));
  }
  return {};
}

const SignedFile* named(const std::vector<SignedFile>& files, const std::string& name) {
  const auto found = std::ranges::find(files, name, &SignedFile::name);
  return found == files.end() ? nullptr : &*found;
}

std::string changed_files(const SignedNote& then, const SignedNote& now) {
  std::vector<std::string> words;
  for (const SignedFile& file : now.files) {
    const SignedFile* old = named(then.files, file.name);
    if (old == nullptr) words.push_back(file.name + " is new");
    if (old != nullptr && old->hash != file.hash) words.push_back(file.name + " has changed");
  }
  for (const SignedFile& file : then.files) {
    if (named(now.files, file.name) == nullptr) words.push_back(file.name + " is gone");
  }
  if (words.empty()) return {};
  return " (by the list beside the signature, which is not signed itself: " +
         joined_with(words, ", ") + ")";
}

}  // namespace

SignedNote note_of(std::string statement, const std::vector<NamedText>& files) {
  SignedNote note{.statement = std::move(statement), .files = {}};
  for (const NamedText& file : files) {
    note.files.push_back(
        {.name = file.name,
         .hash = guard::to_hex(guard::Sha256().digest(guard::as_bytes(file.text)))});
  }
  return note;
}

std::string to_text(const SignedNote& note) {
  std::string text = note.statement;
  for (const SignedFile& file : note.files) {
    text += std::string(kFile) + file.hash + " " + file.name + "\n";
  }
  return text;
}

std::optional<SignedNote> read_note(std::string_view signature) {
  if (!signature.starts_with(kHead)) return std::nullopt;
  SignedNote note;
  while (!signature.starts_with("-----BEGIN ")) {
    const std::size_t end = signature.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = signature.substr(0, end);
    signature.remove_prefix(end + 1);
    if (!line.starts_with(kFile)) {
      if (!note.files.empty()) return std::nullopt;
      note.statement += std::string(line) + "\n";
      continue;
    }
    const std::string_view rest = line.substr(kFile.size());
    if (rest.size() < kHashDigits + 2 || rest[kHashDigits] != ' ') return std::nullopt;
    note.files.push_back({.name = std::string(rest.substr(kHashDigits + 1)),
                          .hash = std::string(rest.substr(0, kHashDigits))});
  }
  return note;
}

std::string changes(const SignedNote& then, const SignedNote& now) {
  std::vector<std::string> words;
  const std::string_view policy = line_of(then.statement, "policy ");
  if (policy != line_of(now.statement, "policy ")) {
    words.push_back("the policy has changed: what was signed has the digest " +
                    std::string(policy) + changed_files(then, now));
  }
  const std::string_view report = line_of(then.statement, "report ");
  const std::string_view given = line_of(now.statement, "report ");
  if (report != given) {
    words.emplace_back(report.empty()  ? "it was signed without a report"
                       : given.empty() ? "it was signed with a report, and none is given"
                                       : "the report is another than the one that was signed");
  }
  return joined_with(words, "; ");
}

}  // namespace policy::tool
