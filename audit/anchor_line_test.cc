#include "audit/anchor_line.h"

#include <gtest/gtest.h>

#include "audit/verify.h"
#include "guard/base/base64.h"
#include "guard/base/bytes.h"

namespace audit {
namespace {

std::string note_of(std::uint64_t size) {
  const Checkpoint checkpoint{"xmpp-guard/1f", size, {}};
  return sign_note(to_text(checkpoint), "xmpp-guard/1f/1", SigningKey::generate());
}

TEST(AnchorLine, IsAMessageOfRfc5424) {
  const std::string note = note_of(4711);
  const std::string line =
      syslog_anchor({"xmpp-guard/1f", 4711, {}}, note, {1'700'000'000'000'000}, "guard 1\n");
  EXPECT_EQ(line,
            "<110>1 2023-11-14T22:13:20.000000Z guard-1- guard-audit - anchor [anchor@32473 "
            "origin=\"xmpp-guard/1f\" size=\"4711\" note=\"" +
                guard::to_base64(guard::as_bytes(note)) +
                "\"] the audit log xmpp-guard/1f has 4711 records");
  EXPECT_EQ(octet_counted("abc"), "3 abc");
  EXPECT_EQ(syslog_anchor({}, "", {}, "").substr(0, 8), "<110>1 1");
}

TEST(AnchorLine, TheNotesComeBackFromWhatALogHostKeeps) {
  const std::string first = note_of(1);
  const std::string second = note_of(2);
  const std::string kept = "Nov 23 09:00:00 other daemon: nothing\n" +
                           syslog_anchor({"xmpp-guard/1f", 1, {}}, first, {}, "h") + "\n" +
                           syslog_anchor({"xmpp-guard/1f", 2, {}}, second, {}, "h");
  ASSERT_TRUE(is_syslog(kept));
  const auto notes = notes_in_syslog(kept);
  ASSERT_TRUE(notes.has_value()) << notes.error();
  const auto anchors = read_anchors("kept", *notes);
  ASSERT_TRUE(anchors.has_value()) << anchors.error();
  ASSERT_EQ(anchors->size(), 2U);
  EXPECT_EQ((*anchors)[0].text, first);
  EXPECT_EQ((*anchors)[1].text, second);
}

TEST(AnchorLine, WhatIsNoAnchorIsAnError) {
  EXPECT_FALSE(is_syslog("anchor@32473"));
  EXPECT_FALSE(notes_in_syslog("[anchor@32473 size=\"1\"]").has_value());
  EXPECT_FALSE(notes_in_syslog("[anchor@32473 note=\"AAAA").has_value());
  EXPECT_FALSE(notes_in_syslog("[anchor@32473 note=\"A\"]").has_value());
  EXPECT_FALSE(notes_in_syslog("[anchor@32473 note=\"AAAA\"]").has_value());
}

}  // namespace
}  // namespace audit
