#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "schemas/dropped.h"
#include "schemas/reader.h"

namespace schemas {
namespace {

TEST(Smoke, One) {
  StanzaReader reader;
  auto r = reader.read_stanza(
      "<message from='a@x' to='b@y' type='chat' id='1' xml:lang='en'><body>hi &amp; "
      "bye</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>");
  ASSERT_TRUE(r) << r.error().message << to_string(r.error().fault) << r.error().column;
  EXPECT_EQ((*r)->child("jabber:server", "body")->text(), "hi & bye");
  auto t = std::chrono::steady_clock::now();
  for (int i = 0; i < 100000; ++i) {
    auto q = reader.read_stanza("<message><x" + std::to_string(i) +
                                " xmlns='urn:" + std::to_string(i) + "'/></message>");
    ASSERT_FALSE(q);
    if (i == 0) printf("%s\n", q.error().message.c_str());
    if (i % 10000 == 0) {
      auto n = std::chrono::steady_clock::now();
      printf("%d %zu %lu %f us\n", i, reader.live_bytes(), reader.renewals(),
             std::chrono::duration<double, std::micro>(n - t).count() / 10000);
      t = n;
    }
  }
}

}  // namespace
}  // namespace schemas
