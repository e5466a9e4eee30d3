#include "audit/tree.h"

#include <algorithm>
#include <bit>

#include "guard/base/check.h"

namespace audit {
namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 62;  // leaves; no log comes near

// The hash of the leaves from `begin` to `end`, which begin at a multiple of the smallest power of
// two that is not below their number.
std::optional<guard::Digest> range_hash(guard::Sha256& sha, std::uint64_t begin, std::uint64_t end,
                                        const FindSubtree& find) {
  std::vector<guard::Digest> complete;
  while (begin < end) {
    const auto level = static_cast<unsigned>(std::bit_width(end - begin) - 1);
    const auto hash = find(level, begin >> level);
    if (!hash) return std::nullopt;
    complete.push_back(*hash);
    begin += std::uint64_t{1} << level;
  }
  guard::Digest all = complete.back();
  for (auto left = complete.rbegin() + 1; left != complete.rend(); ++left) {
    all = node_hash(sha, *left, all);
  }
  return all;
}

// A part of a tree, from leaf `begin` to before `end`, with more than one leaf.
struct Part {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  // The first leaf of its right half: RFC 6962 2.1, the largest power of two below its size.
  [[nodiscard]] std::uint64_t middle() const { return begin + std::bit_floor(end - begin - 1); }
};

}  // namespace

guard::Digest node_hash(guard::Sha256& sha, const guard::Digest& left, const guard::Digest& right) {
  constexpr std::uint8_t kNode[] = {1};
  return sha.digest({kNode, left, right});
}

std::optional<Frontier> Frontier::from(std::uint64_t size, guard::BytesView hashes) {
  constexpr std::size_t kOctets = std::tuple_size_v<guard::Digest>;
  if (size > kMost || hashes.size() != static_cast<std::size_t>(std::popcount(size)) * kOctets) {
    return std::nullopt;
  }
  Frontier frontier;
  frontier.size_ = size;
  for (std::size_t at = 0; at < hashes.size(); at += kOctets) {
    std::ranges::copy(hashes.subspan(at, kOctets), frontier.hashes_.emplace_back().begin());
  }
  return frontier;
}

guard::Bytes Frontier::to_bytes() const {
  guard::Bytes octets;
  for (const guard::Digest& hash : hashes_) octets.insert(octets.end(), hash.begin(), hash.end());
  return octets;
}

void Frontier::append(guard::Sha256& sha, const guard::Digest& leaf, std::vector<Subtree>& kept) {
  CHECK(size_ < kMost);
  guard::Digest hash = leaf;
  unsigned level = 0;
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = node_hash(sha, hashes_.back(), hash);
    hashes_.pop_back();
    ++level;
    if (level % kKeptLevels == 0) kept.push_back({level, size_ >> level, hash});
  }
  hashes_.push_back(hash);
  ++size_;
}

guard::Digest Frontier::root(guard::Sha256& sha) const {
  if (hashes_.empty()) return sha.digest(guard::BytesView());
  guard::Digest all = hashes_.back();
  for (auto left = hashes_.rbegin() + 1; left != hashes_.rend(); ++left) {
    all = node_hash(sha, *left, all);
  }
  return all;
}

// ---------------------------------------------------------------- inclusion

std::optional<Path> inclusion_path(guard::Sha256& sha, std::uint64_t index, std::uint64_t size,
                                   const FindSubtree& find) {
  CHECK(index < size && size <= kMost);
  Path path;
  for (Part part{0, size}; part.end - part.begin > 1;) {
    const std::uint64_t middle = part.middle();
    const Part other = index < middle ? Part{middle, part.end} : Part{part.begin, middle};
    (index < middle ? part.end : part.begin) = middle;
    const auto hash = range_hash(sha, other.begin, other.end, find);
    if (!hash) return std::nullopt;
    path.push_back(*hash);
  }
  std::ranges::reverse(path);
  return path;
}

bool includes(guard::Sha256& sha, const guard::Digest& leaf, std::uint64_t index,
              std::uint64_t size, std::span<const guard::Digest> path, const guard::Digest& root) {
  if (index >= size) return false;
  std::uint64_t at = index;
  std::uint64_t last = size - 1;
  guard::Digest hash = leaf;
  for (const guard::Digest& other : path) {
    if (last == 0) return false;
    if ((at & 1) != 0 || at == last) {
      hash = node_hash(sha, other, hash);
      while (at != 0 && (at & 1) == 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(sha, hash, other);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

// ---------------------------------------------------------------- consistency

std::optional<Path> consistency_path(guard::Sha256& sha, std::uint64_t older, std::uint64_t newer,
                                     const FindSubtree& find) {
  CHECK(older > 0 && older <= newer && newer <= kMost);
  Path path;
  bool whole = true;  // the old tree's root is known to whoever checks, until a part is left out
  Part part{0, newer};
  const auto add = [&](std::uint64_t begin, std::uint64_t end) {
    const auto hash = range_hash(sha, begin, end, find);
    if (hash) path.push_back(*hash);
    return hash.has_value();
  };
  while (part.end != older) {
    const std::uint64_t middle = part.middle();
    if (older <= middle) {
      if (!add(middle, part.end)) return std::nullopt;
      part.end = middle;
    } else {
      if (!add(part.begin, middle)) return std::nullopt;
      part.begin = middle;
      whole = false;
    }
  }
  if (!whole && !add(part.begin, part.end)) return std::nullopt;
  std::ranges::reverse(path);
  return path;
}

bool consistent(guard::Sha256& sha, std::uint64_t older, const guard::Digest& older_root,
                std::uint64_t newer, const guard::Digest& newer_root,
                std::span<const guard::Digest> path) {
  if (older > newer || newer > kMost) return false;
  if (older == newer) return path.empty() && older_root == newer_root;
  if (older == 0) return path.empty() && older_root == Frontier().root(sha);
  std::uint64_t at = older - 1;
  std::uint64_t last = newer - 1;
  while ((at & 1) != 0) {
    at >>= 1;
    last >>= 1;
  }
  // Where the old tree is complete its root is the first hash, and is not sent.
  guard::Digest from_old = older_root;
  if (at != 0) {
    if (path.empty()) return false;
    from_old = path.front();
    path = path.subspan(1);
  }
  guard::Digest from_new = from_old;
  for (const guard::Digest& other : path) {
    if (last == 0) return false;
    if ((at & 1) != 0 || at == last) {
      from_old = node_hash(sha, other, from_old);
      from_new = node_hash(sha, other, from_new);
      while (at != 0 && (at & 1) == 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      from_new = node_hash(sha, from_new, other);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && from_old == older_root && from_new == newer_root;
}

}  // namespace audit
