#include "audit/note.h"

#include <gtest/gtest.h>

#include "audit/checkpoint.h"
#include "audit/test_key.h"
#include "guard/base/base64.h"
#include "guard/base/hex.h"

namespace audit {
namespace {

TEST(SigningKeyTest, TheVectorOfRfc8032) {
  // RFC 8032 7.1, TEST 1: the seed above, the empty message.
  const auto key = SigningKey::from_pem(kTestKey);
  ASSERT_TRUE(key.has_value()) << key.error();
  EXPECT_EQ(guard::to_base64(key->public_key()), "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  EXPECT_EQ(
      guard::to_hex(key->sign("")),
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
      "f9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST(SigningKeyTest, WhatIsSignedIsSignedAndNothingElse) {
  const SigningKey key = SigningKey::generate();
  const SigningKey other = SigningKey::generate();
  Signature signature = key.sign("text");
  EXPECT_TRUE(is_signed(key.public_key(), "text", signature));
  EXPECT_FALSE(is_signed(other.public_key(), "text", signature));
  EXPECT_FALSE(is_signed(key.public_key(), "texts", signature));
  signature[9] ^= 1;
  EXPECT_FALSE(is_signed(key.public_key(), "text", signature));
  EXPECT_FALSE(is_signed(PublicKey{}, "text", signature));
}

TEST(SigningKeyTest, PemOfAnotherKindIsRefused) {
  EXPECT_FALSE(SigningKey::from_pem("").has_value());
  EXPECT_FALSE(SigningKey::from_pem("no key").has_value());
  const PublicKey key = SigningKey::generate().public_key();
  EXPECT_FALSE(SigningKey::from_pem(to_pem(key)).has_value());
  EXPECT_EQ(public_key_from_pem(to_pem(key)), key);
  EXPECT_FALSE(public_key_from_pem(kTestKey).has_value());
  EXPECT_FALSE(public_key_from_pem("").has_value());
}

TEST(NoteTest, WhatIsSignedIsReadAgain) {
  const SigningKey key = SigningKey::generate();
  const std::string text = sign_note("one\ntwo\n", "log.example/1", key);
  const auto note = parse_note(text);
  ASSERT_TRUE(note.has_value()) << note.error();
  EXPECT_EQ(note->text, "one\ntwo\n");
  ASSERT_EQ(note->signatures.size(), 1U);
  EXPECT_TRUE(note->is_signed_by("log.example/1", key.public_key()));
  EXPECT_FALSE(note->is_signed_by("log.example/2", key.public_key()));
  EXPECT_FALSE(note->is_signed_by("log.example/1", SigningKey::generate().public_key()));
  auto changed = parse_note("One" + text.substr(3));
  ASSERT_TRUE(changed.has_value());
  EXPECT_FALSE(changed->is_signed_by("log.example/1", key.public_key()));
}

TEST(NoteTest, ASignatureOfAnotherKindIsLeftOut) {
  const SigningKey key = SigningKey::generate();
  const std::string text = sign_note("one\n", "a", key);
  const auto more = parse_note(text + "\xe2\x80\x94 witness AAAAAAAA\n");
  ASSERT_TRUE(more.has_value()) << more.error();
  EXPECT_EQ(more->signatures.size(), 1U);
  EXPECT_FALSE(parse_note("one\n\n\xe2\x80\x94 witness AAAAAAAA\n").has_value());
}

TEST(NoteTest, OtherTextsAreRefused) {
  const std::string good = sign_note("one\n", "a", SigningKey::generate());
  ASSERT_TRUE(parse_note(good).has_value());
  for (const std::string& wrong :
       {std::string(), std::string("one\n"), std::string("one\n\n"), good + "\n",
        good.substr(0, good.size() - 1), good + "x", "\x01" + good,
        "one\n\na b c\n" + good.substr(5), std::string("one\n\n\xe2\x80\x94 a+b AAAAAAAA\n"),
        std::string(Note::kMostOctets, 'x') + good}) {
    EXPECT_FALSE(parse_note(wrong).has_value()) << wrong;
  }
  std::string many = good;
  for (std::size_t i = 1; i < Note::kMostSignatures; ++i) many += good.substr(5);
  EXPECT_TRUE(parse_note(many).has_value());
  EXPECT_FALSE(parse_note(many + good.substr(5)).has_value());
}

TEST(CheckpointTest, ComesBackAsItWasWritten) {
  const Checkpoint checkpoint{"xmpp-guard/0123", 17, guard::Sha256().digest(guard::BytesView())};
  EXPECT_EQ(to_text(checkpoint),
            "xmpp-guard/0123\n17\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  EXPECT_EQ(parse_checkpoint(to_text(checkpoint)), checkpoint);
  EXPECT_EQ(parse_checkpoint(to_text(checkpoint) + "extension\n"), checkpoint);
  for (const std::string& wrong :
       {std::string(), std::string("a\n"), std::string("a\n1\n"), std::string("a\n1\nAAAA\n"),
        "x y" + to_text(checkpoint), std::string("a\n01\n") + to_text(checkpoint).substr(19),
        std::string("a\n-1\n") + to_text(checkpoint).substr(19),
        std::string("a\n9223372036854775808\n") + to_text(checkpoint).substr(19)}) {
    EXPECT_FALSE(parse_checkpoint(wrong).has_value()) << wrong;
  }
}

TEST(KeyStatementTest, ComesBackAsItWasWritten) {
  KeyStatement statement{"xmpp-guard/0123", 2, 17, guard::Sha256().digest(guard::BytesView()),
                         SigningKey::generate().public_key()};
  EXPECT_EQ(parse_key_statement(to_text(statement)), statement);
  EXPECT_FALSE(parse_key_statement(to_text(statement) + "more\n").has_value());
  EXPECT_FALSE(parse_key_statement("x" + to_text(statement)).has_value());
  const std::string text = to_text(statement);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_key_statement(text.substr(0, length)).has_value());
  }
}

}  // namespace
}  // namespace audit
