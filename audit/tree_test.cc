#include "audit/tree.h"

#include <gtest/gtest.h>

#include <string>

#include "guard/base/hex.h"

namespace audit {
namespace {

guard::Digest leaf_of(std::uint64_t index) {
  return guard::Sha256().digest(guard::as_bytes("leaf " + std::to_string(index)));
}

// RFC 6962 2.1 word for word: the tree of the leaves from `begin` to before `end`.
guard::Digest naive(guard::Sha256& sha, std::uint64_t begin, std::uint64_t end) {
  if (begin == end) return sha.digest(guard::BytesView());
  if (end - begin == 1) return leaf_of(begin);
  std::uint64_t half = 1;
  while (half * 2 < end - begin) half *= 2;
  return node_hash(sha, naive(sha, begin, begin + half), naive(sha, begin + half, end));
}

std::optional<guard::Digest> subtree(guard::Sha256& sha, unsigned level, std::uint64_t number) {
  return naive(sha, number << level, (number + 1) << level);
}

class TreeTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kMost = 70;  // past 64: paths of every shape
  FindSubtree find() {
    return [this](unsigned level, std::uint64_t number) { return subtree(sha_, level, number); };
  }
  guard::Digest root(std::uint64_t size) { return naive(sha_, 0, size); }
  guard::Sha256 sha_;
};

// The test vectors of RFC 6962's reference implementation: seven inputs, eight roots.
TEST_F(TreeTest, KnownRoots) {
  const char* const inputs[] = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657"};
  const char* const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                               "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"};
  Frontier frontier;
  std::vector<Subtree> kept;
  for (std::size_t i = 0; i < std::size(inputs); ++i) {
    EXPECT_EQ(guard::to_hex(frontier.root(sha_)), roots[i]) << i;
    constexpr std::uint8_t kLeaf[] = {0};
    frontier.append(sha_, sha_.digest({kLeaf, *guard::from_hex(inputs[i])}), kept);
  }
}

TEST_F(TreeTest, AFrontierGrowsAsTheDefinitionSays) {
  Frontier frontier;
  std::vector<Subtree> kept;
  for (std::uint64_t size = 0; size <= kMost; ++size) {
    EXPECT_EQ(frontier.size(), size);
    EXPECT_EQ(frontier.root(sha_), root(size)) << size;
    const auto again = Frontier::from(size, frontier.to_bytes());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again, frontier);
    EXPECT_FALSE(Frontier::from(size + 1, frontier.to_bytes()) == frontier);
    frontier.append(sha_, leaf_of(size), kept);
  }
  EXPECT_TRUE(kept.empty());
  EXPECT_FALSE(Frontier::from(3, guard::Bytes(65)).has_value());
  EXPECT_FALSE(Frontier::from(3, guard::Bytes(32)).has_value());
  EXPECT_FALSE(Frontier::from(~std::uint64_t{0}, guard::Bytes(64 * 32)).has_value());
}

TEST_F(TreeTest, CompleteSubtreesOfKeptLevelsAreGivenOut) {
  Frontier frontier;
  std::vector<Subtree> kept;
  for (std::uint64_t i = 0; i < 256 * 3; ++i) frontier.append(sha_, leaf_of(i), kept);
  ASSERT_EQ(kept.size(), 3U);
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(kept[i], (Subtree{8, i, *subtree(sha_, 8, i)}));
  }
  for (std::uint64_t i = 256 * 3; i < 65536; ++i) frontier.append(sha_, leaf_of(i), kept);
  ASSERT_EQ(kept.size(), 257U);
  EXPECT_EQ(kept.back().level, 16U);
  EXPECT_EQ(kept.back().number, 0U);
  EXPECT_EQ(kept.back().hash, frontier.root(sha_));
}

TEST_F(TreeTest, EveryLeafOfEveryTreeIsProvedAndNoOther) {
  for (std::uint64_t size = 1; size <= kMost; ++size) {
    const guard::Digest top = root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto path = inclusion_path(sha_, index, size, find());
      ASSERT_TRUE(path.has_value());
      EXPECT_TRUE(includes(sha_, leaf_of(index), index, size, *path, top)) << index << "/" << size;
      EXPECT_FALSE(includes(sha_, leaf_of(index + 1), index, size, *path, top));
      EXPECT_FALSE(includes(sha_, leaf_of(index), index + 1, size, *path, top));
      EXPECT_FALSE(includes(sha_, leaf_of(index), index, size, *path, leaf_of(999)));
      Path longer = *path;
      longer.push_back(leaf_of(0));
      EXPECT_FALSE(includes(sha_, leaf_of(index), index, size, longer, top));
      if (path->empty()) continue;
      Path shorter = *path;
      shorter.pop_back();
      EXPECT_FALSE(includes(sha_, leaf_of(index), index, size, shorter, top));
      Path other = *path;
      other.front()[0] ^= 1;
      EXPECT_FALSE(includes(sha_, leaf_of(index), index, size, other, top));
    }
  }
}

TEST_F(TreeTest, EveryTreeIsProvedToBeginWithEveryEarlierOneAndNoOther) {
  for (std::uint64_t newer = 1; newer <= kMost; ++newer) {
    for (std::uint64_t older = 1; older <= newer; ++older) {
      const auto path = consistency_path(sha_, older, newer, find());
      ASSERT_TRUE(path.has_value());
      EXPECT_TRUE(consistent(sha_, older, root(older), newer, root(newer), *path))
          << older << "/" << newer;
      EXPECT_FALSE(consistent(sha_, older, leaf_of(1000), newer, root(newer), *path));
      EXPECT_FALSE(consistent(sha_, older, root(older), newer, leaf_of(1000), *path));
      Path longer = *path;
      longer.push_back(leaf_of(0));
      EXPECT_FALSE(consistent(sha_, older, root(older), newer, root(newer), longer));
      if (path->empty()) continue;
      Path other = *path;
      other.back()[31] ^= 0x80;
      EXPECT_FALSE(consistent(sha_, older, root(older), newer, root(newer), other));
    }
  }
  EXPECT_TRUE(consistent(sha_, 0, root(0), 5, root(5), {}));
  EXPECT_FALSE(consistent(sha_, 0, root(1), 5, root(5), {}));
  EXPECT_FALSE(consistent(sha_, 5, root(5), 4, root(4), {}));
}

TEST_F(TreeTest, WhereASubtreeIsMissingThereIsNoProof) {
  const FindSubtree nothing = [](unsigned, std::uint64_t) { return std::nullopt; };
  EXPECT_FALSE(inclusion_path(sha_, 1, 5, nothing).has_value());
  EXPECT_FALSE(consistency_path(sha_, 3, 5, nothing).has_value());
}

}  // namespace
}  // namespace audit
