// Proof: that one record is in the log, or that one checkpoint's log begins with another's, in a
// text that somebody else can check with the root key's public half and nothing of the guard.
//
//   xmpp-guard proof v1
//   record SEQUENCE                  or: consistency
//   encoding BASE64                  (of a record only: what it says)
//   path BASE64                      one for each hash, in order
//   statement BASE64                 key statements (notes), the first one a root key's, to the
//                                    segment whose key has signed
//   older BASE64                     (of consistency only: the older checkpoint, a note)
//   checkpoint BASE64                a note
//   end
//
// Who controls its input: whoever hands the file over.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/reader.h"
#include "audit/record.h"
#include "audit/tree.h"
#include "audit/verify.h"

namespace audit {

struct Proof {
  static constexpr std::size_t kMostOctets = 4U << 20;
  std::optional<Record> record;  // of an inclusion proof
  std::vector<guard::Digest> path;
  std::vector<std::string> statements;  // notes
  std::string older;                    // note; of a consistency proof
  std::string checkpoint;               // note
};

[[nodiscard]] std::string to_text(const Proof& proof);
// parse_proof reads what to_text writes. The error says what was expected.
[[nodiscard]] std::expected<Proof, std::string_view> parse_proof(std::string_view text);

// prove_record proves that a record is in the tree of the first checkpoint that covers it. nullopt
// where there is no such record, or no checkpoint yet.
[[nodiscard]] std::expected<std::optional<Proof>, ReadError> prove_record(
    const std::filesystem::path& log, std::uint64_t sequence);

// prove_consistency proves that the tree of `newer` begins with that of `older`; both are of this
// log. nullopt where the log does not reach so far, or does not agree.
[[nodiscard]] std::expected<std::optional<Proof>, ReadError> prove_consistency(
    const std::filesystem::path& log, const Anchor& older, const Anchor& newer);

// Checked is what a proof that holds proves.
struct Checked {
  Checkpoint checkpoint;
  std::optional<Checkpoint> older;
  std::string signer;    // the key that has signed the checkpoint
  bool vouched = false;  // by the root key
};

// check_proof checks hashes and signatures. The error says what does not hold.
[[nodiscard]] std::expected<Checked, std::string> check_proof(const Proof& proof,
                                                              const std::optional<PublicKey>& root);

}  // namespace audit
