#include "guard/filter/stream_table.h"

#include <gtest/gtest.h>

namespace guard::filter {
namespace {

wire::Context context(std::uint64_t stream, std::size_t attributes) {
  return {.stream = stream,
          .peer = 1,
          .pairs = {{"a.lab", "b.lab"}},
          .attributes = std::string(attributes, 'x')};
}

TEST(StreamTable, KeepsWhatTheCertificateSaid) {
  StreamTable streams;
  const policy::CertificateClearance absent{.state = policy::CertificateClearance::State::kAbsent};
  ASSERT_TRUE(streams.set(context(1, 0), absent));
  EXPECT_EQ(streams.find(1)->certificate, absent);
  ASSERT_TRUE(streams.set(context(1, 0)));  // it replaces all of it
  EXPECT_EQ(streams.find(1)->certificate, policy::CertificateClearance());
}

TEST(StreamTable, AttributesHaveABound) {
  StreamTable streams;
  EXPECT_TRUE(streams.set(context(1, wire::kMaxAttributes)));
  EXPECT_EQ(streams.set(context(2, wire::kMaxAttributes + 1)).error(), "attributes too long");
}

// Attributes of many streams count together; those of a stream that is forgotten no more.
TEST(StreamTable, AttributesOfAllStreamsHaveABound) {
  StreamTable streams;
  const std::size_t each = wire::kMaxAttributes + 10;  // with the two domains
  const std::size_t most = StreamTable::kMaxOctets / each;
  for (std::uint64_t stream = 1; stream <= most; ++stream) {
    ASSERT_TRUE(streams.set(context(stream, wire::kMaxAttributes))) << stream;
  }
  EXPECT_EQ(streams.set(context(most + 1, wire::kMaxAttributes)).error(),
            "too many octets of domains");
  ASSERT_TRUE(streams.set({.stream = 1, .peer = 1, .pairs = {}}));
  EXPECT_TRUE(streams.set(context(most + 1, wire::kMaxAttributes)));
}

}  // namespace
}  // namespace guard::filter
