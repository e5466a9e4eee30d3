// The note in front of a signature: read as it is written, and nothing else.
#include "policy/tool/signed_note.h"

#include <gtest/gtest.h>

#include "policy/signature.h"

namespace policy::tool {
namespace {

constexpr const char* kPem = "-----BEGIN CMS-----\nx\n-----END CMS-----\n";

SignedNote some_note(const guard::Digest* report = nullptr) {
  return note_of(statement(guard::Digest{1}, report),
                 {{.name = "policy.xml", .text = "a"}, {.name = "my spif.xml", .text = "b"}});
}

TEST(SignedNote, IsReadAsItIsWritten) {
  const guard::Digest report{2};
  for (const SignedNote& note : {some_note(), some_note(&report)}) {
    const auto read = read_note(to_text(note) + kPem);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, note);
  }
  EXPECT_FALSE(read_note(kPem));
  EXPECT_FALSE(read_note(""));
  const std::string text = to_text(some_note());
  EXPECT_FALSE(read_note(text)) << "no signature behind it";
  EXPECT_FALSE(read_note(text + "policy 0\n" + kPem)) << "a statement behind the files";
  EXPECT_FALSE(read_note(text + "file 00 x\n" + kPem));
  for (std::size_t length = 0; length < text.size(); ++length) {
    static_cast<void>(read_note(text.substr(0, length) + kPem));
    static_cast<void>(read_note(text.substr(0, length)));
  }
}

TEST(SignedNote, SaysWhatHasChanged) {
  const guard::Digest report{2};
  const guard::Digest other{3};
  const SignedNote then = some_note(&report);
  EXPECT_EQ(changes(then, then), "");
  EXPECT_EQ(changes(then, some_note(&other)), "the report is another than the one that was signed");
  EXPECT_EQ(changes(then, some_note()), "it was signed with a report, and none is given");
  EXPECT_EQ(changes(some_note(), then), "it was signed without a report");
  const SignedNote now = note_of(statement(other, &report), {{.name = "policy.xml", .text = "a"},
                                                             {.name = "new.xml", .text = "c"}});
  const std::string words = changes(then, now);
  EXPECT_TRUE(words.starts_with("the policy has changed: what was signed has the digest 01"));
  EXPECT_TRUE(words.ends_with("new.xml is new, my spif.xml is gone)")) << words;
  SignedNote same = now;
  same.files = then.files;
  EXPECT_EQ(changes(then, same).find("list"), std::string::npos) << "no list that would tell";
  same.files[0].hash = same.files[1].hash;
  EXPECT_NE(changes(then, same).find("policy.xml has changed"), std::string::npos);
}

}  // namespace
}  // namespace policy::tool
