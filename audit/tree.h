// Tree: the Merkle tree over the leaf hashes of all records, as values (SPEC: RFC 6962 2.1,
// RFC 9162 2.1). The leaf of the record with the sequence n has the index n - 1.
//
//   node = SHA-256(0x01 || left || right); the tree of no records is SHA-256 of nothing
//
// Who controls its input: whoever wrote the log or the proof. Every function takes any values.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "guard/base/bytes.h"
#include "guard/base/sha256.h"

namespace audit {

// Subtree is a complete subtree: over the leaves from number << level to
// ((number + 1) << level) - 1.
struct Subtree {
  unsigned level = 0;
  std::uint64_t number = 0;
  guard::Digest hash{};
  bool operator==(const Subtree&) const = default;
};

// Frontier is all that a tree needs to grow: its size and the hashes of the complete subtrees that
// it consists of, the largest (leftmost) first: one for each bit of the size that is set.
class Frontier {
 public:
  // Subtrees of levels 8, 16, 24 and so on are what a log keeps, so that a proof does not
  // have to read every record.
  static constexpr unsigned kKeptLevels = 8;

  Frontier() = default;

  // from restores a frontier from what to_bytes wrote. nullopt where that cannot be.
  [[nodiscard]] static std::optional<Frontier> from(std::uint64_t size, guard::BytesView hashes);
  [[nodiscard]] guard::Bytes to_bytes() const;

  // append takes the next leaf. Complete subtrees of kept levels are added to `kept`.
  void append(guard::Sha256& sha, const guard::Digest& leaf, std::vector<Subtree>& kept);

  [[nodiscard]] guard::Digest root(guard::Sha256& sha) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }
  bool operator==(const Frontier&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<guard::Digest> hashes_;
};

// node_hash joins two subtrees.
[[nodiscard]] guard::Digest node_hash(guard::Sha256& sha, const guard::Digest& left,
                                      const guard::Digest& right);

using Path = std::vector<guard::Digest>;

// FindSubtree returns the hash of a complete subtree, nullopt where it cannot.
using FindSubtree =
    std::function<std::optional<guard::Digest>(unsigned level, std::uint64_t number)>;

// inclusion_path proves that a leaf is in the tree of `size` leaves (RFC 9162 2.1.3.1). nullopt
// where `find` has failed. REQUIRES: index < size.
[[nodiscard]] std::optional<Path> inclusion_path(guard::Sha256& sha, std::uint64_t index,
                                                 std::uint64_t size, const FindSubtree& find);

// includes checks such a path (RFC 9162 2.1.3.2).
[[nodiscard]] bool includes(guard::Sha256& sha, const guard::Digest& leaf, std::uint64_t index,
                            std::uint64_t size, std::span<const guard::Digest> path,
                            const guard::Digest& root);

// consistency_path proves that the tree of `newer` leaves begins with the tree of `older` leaves
// (RFC 9162 2.1.4.1). nullopt where `find` has failed. REQUIRES: 0 < older <= newer.
[[nodiscard]] std::optional<Path> consistency_path(guard::Sha256& sha, std::uint64_t older,
                                                   std::uint64_t newer, const FindSubtree& find);

// consistent checks such a path (RFC 9162 2.1.4.2). The tree of no leaves is the beginning of each,
// with an empty path.
[[nodiscard]] bool consistent(guard::Sha256& sha, std::uint64_t older,
                              const guard::Digest& older_root, std::uint64_t newer,
                              const guard::Digest& newer_root, std::span<const guard::Digest> path);

}  // namespace audit
