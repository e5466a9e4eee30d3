#include "guard/control/asker.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace guard::control {
namespace {

constexpr Rights kRights{.auditors = 400, .viewers = 500, .operators = 600};
constexpr uid_t kOwner = 77;

TEST(Role, OfGroups) {
  EXPECT_EQ(role_of({.user = 9, .group = 9, .groups = {500}}, kRights, kOwner), Role::kViewer);
  EXPECT_EQ(role_of({.user = 9, .group = 600}, kRights, kOwner), Role::kOperator);
  EXPECT_EQ(role_of({.user = 9, .group = 9, .groups = {500, 600}}, kRights, kOwner),
            Role::kOperator);
  EXPECT_EQ(role_of({.user = 9, .group = 400}, kRights, kOwner), Role::kAuditor);
  EXPECT_EQ(role_of({.user = 9, .group = 400, .groups = {500}}, kRights, kOwner), Role::kViewer);
  EXPECT_EQ(role_of({.user = 9, .group = 9, .groups = {7, 8}}, kRights, kOwner), Role::kNone);
}

TEST(Role, OfRootAndTheOwner) {
  EXPECT_EQ(role_of({.user = 0, .group = 0}, {}, kOwner), Role::kOperator);
  EXPECT_EQ(role_of({.user = kOwner, .group = 9}, {}, kOwner), Role::kOperator);
}

// A group that the site file does not name is nobody's, not group 0's.
TEST(Role, DENY_BY_DEFAULT_WithoutRightsNobodyElseMayAnything) {
  EXPECT_EQ(role_of({.user = 9, .group = 0}, {}, kOwner), Role::kNone);
  EXPECT_EQ(role_of({.user = 9, .group = 0, .groups = {0}}, {}, kOwner), Role::kNone);
}

TEST(Asker, IsWhoHoldsTheOtherEnd) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const auto asker = asker_of(ends[0]);
  ASSERT_TRUE(asker);
  EXPECT_EQ(asker->user, ::geteuid());
  EXPECT_EQ(asker->group, ::getegid());
  EXPECT_EQ(asker->process, ::getpid());
  EXPECT_EQ(asker->to_string(), "uid " + std::to_string(::geteuid()));
  std::vector<gid_t> groups(64);
  const int count = ::getgroups(64, groups.data());
  ASSERT_GE(count, 0);
  groups.resize(static_cast<std::size_t>(count));
  EXPECT_TRUE(std::ranges::is_permutation(asker->groups, groups));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Asker, OfNoSocketIsNobody) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_FALSE(asker_of(ends[0]));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace guard::control
