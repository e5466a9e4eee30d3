// SignedNote: what stands in front of a signature's PEM, so that `verify` can say what has changed.
//
//   the statement that was signed (policy/signature.h), line by line, then of each file that its
//   policy digest covers "file <SHA-256, hex> <name>\n"
//
// Whoever hands the signature over controls it. The statement counts where the signature itself is
// of it, and only then; of the files nobody has signed more than the digest: they are hints.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/loader.h"

namespace policy::tool {

struct SignedFile {
  std::string name;
  std::string hash;  // SHA-256, hex
  bool operator==(const SignedFile&) const = default;
};

struct SignedNote {
  std::string statement;
  std::vector<SignedFile> files;
  bool operator==(const SignedNote&) const = default;
};

[[nodiscard]] SignedNote note_of(std::string statement, const std::vector<NamedText>& files);
[[nodiscard]] std::string to_text(const SignedNote& note);

// read_note gives the note in front of a signature; nullopt: there is none, or it is no such text.
[[nodiscard]] std::optional<SignedNote> read_note(std::string_view signature);

// changes says what is another than it was `then`, in a few words: of the two statements, and,
// where the policy is another, of the files.
[[nodiscard]] std::string changes(const SignedNote& then, const SignedNote& now);

}  // namespace policy::tool
