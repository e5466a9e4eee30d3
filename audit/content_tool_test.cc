// Sealed content: kept beside its record, opened by its officer, and found out where somebody has
// been at it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "audit/content.h"
#include "audit/log_bed.h"
#include "audit/retention.h"
#include "audit/tool_run.h"
#include "audit/verify.h"
#include "guard/base/cms_envelope.h"
#include "guard/base/signer_for_test.h"

namespace audit {
namespace {

const std::string kStanza = "<message><body>\x1b]0;owned the canary</body></message>";

class ContentToolTest : public testing::Test, public LogBed {
 protected:
  // Records 1 to 4: 2 and 3 are kept, of 3 something else than was received was sealed, and of 4
  // the budget took none.
  void SetUp() override {
    write("anna.key", anna_.key);
    write("anna.pem", anna_.certificate);
    write("eve.key", eve_.key);
    write("eve.pem", eve_.certificate);
    const auto officers = guard::Recipients::make(std::vector{anna_.certificate});
    std::vector<Record> rows = batch(1, 4);
    std::vector<SealedContent> contents;
    for (const std::uint64_t sequence : {2U, 3U}) {
      Record& row = rows[sequence - 1];
      row.received_size = kStanza.size();
      row.received_hash = guard::Sha256().digest(guard::as_bytes(kStanza));
      contents.push_back({sequence, officers->seal(sequence == 2 ? kStanza : "a lie").value()});
      row.content_size = contents.back().octets.size();
      row.content_hash = guard::Sha256().digest(guard::as_bytes(contents.back().octets));
    }
    rows[3].cut = "facts,content";
    auto log = open();
    ASSERT_TRUE(log->append(rows, contents).has_value());
    ASSERT_TRUE(log->close().has_value());
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(scratch() / name) << text;
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (scratch() / name).string();
  }
  [[nodiscard]] Done opened(int sequence, const std::string& options) const {
    return run("open " + folder().string() + " " + std::to_string(sequence) + " " + options);
  }
  void expect(int status, const std::string& words, const Done& done) const {
    EXPECT_EQ(done.status, status) << done.out;
    EXPECT_TRUE(done.out.contains(words)) << done.out;
  }
  // spoil changes the file, which is sealed, as its owner can.
  void spoil(const std::string& sql) const {
    ASSERT_EQ(::chmod(file().c_str(), 0640), 0);
    change(sql);
  }
  [[nodiscard]] std::string fault() const {
    const auto seen = verify(folder());
    if (!seen) return "unreadable";
    return seen->fault ? std::to_string(seen->fault->sequence) + ": " + seen->fault->what : "none";
  }

  const guard::SignerForTest anna_ = guard::SignerForTest::made("anna");
  const guard::SignerForTest eve_ = guard::SignerForTest::made("eve");
};

TEST_F(ContentToolTest, TheOfficerReadsWhatWasReceived) {
  const guard::Digest before = digest_of_files();
  for (const std::string& certificate : {std::string(), " --certificate " + path("anna.pem")}) {
    const Done done = opened(2, "--key " + path("anna.key") + certificate);
    EXPECT_EQ(done.status, 0) << done.out;
    EXPECT_EQ(done.out, kStanza) << "octet for octet, where it is no terminal";
  }
  EXPECT_EQ(digest_of_files(), before);
}

TEST_F(ContentToolTest, OpensslReadsItAsWell) {
  const Done done = opened(2, "--sealed 2>&1 | openssl cms -decrypt -binary -inform DER -recip " +
                                  path("anna.pem") + " -inkey " + path("anna.key"));
  EXPECT_EQ(done.out, kStanza);
}

TEST_F(ContentToolTest, NobodyElseDoes) {
  expect(1, "it does not open", opened(2, "--key " + path("eve.key")));
  expect(1, "it does not open",
         opened(2, "--key " + path("eve.key") + " --certificate " + path("eve.pem")));
  expect(2, "the key is not the certificate's",
         opened(2, "--key " + path("anna.key") + " --certificate " + path("eve.pem")));
  expect(2, "the key cannot be read", opened(2, "--key " + path("anna.pem")));
  expect(2, "cannot be read", opened(2, "--key /nowhere"));
}

TEST_F(ContentToolTest, WhatIsNotThereIsSaid) {
  const std::string key = "--key " + path("anna.key");
  expect(1, "no content of it is kept", opened(1, key));
  expect(1, "the filter has lied", opened(3, key));
  expect(1, "the peer's budget was used up", opened(4, key));
  expect(1, "there is no record 5", opened(5, key));
  expect(3, "expected --key FILE", opened(2, ""));
  expect(2, "no audit log", run("open /nowhere 2 " + key));
}

TEST_F(ContentToolTest, TheLogHasNothingOfItInClear) {
  const Done found = run("verify " + folder().string() + "; grep -rc canary " + folder().string());
  EXPECT_TRUE(found.out.contains("4 records agree")) << found.out;
  EXPECT_FALSE(found.out.contains("sqlite:1")) << found.out;
}

TEST_F(ContentToolTest, ChangedSealedOctetsAreFound) {
  spoil("UPDATE content SET sealed = CAST(x'00' || substr(sealed, 2) AS BLOB) WHERE sequence = 2");
  EXPECT_EQ(fault(), "2: the sealed content is not what was recorded");
  expect(1, "the sealed content is not what was recorded", opened(2, "--key " + path("anna.key")));
}

TEST_F(ContentToolTest, SealedContentThatIsTakenAwayIsFound) {
  spoil("DELETE FROM content WHERE sequence = 3");
  EXPECT_EQ(fault(), "3: the sealed content is missing");
  expect(1, "the sealed content is missing", opened(3, "--key " + path("anna.key")));
}

TEST_F(ContentToolTest, SealedContentThatIsPutThereIsFound) {
  spoil("INSERT INTO content VALUES (1, x'00')");
  EXPECT_EQ(fault(), "1: sealed content that no record speaks of");
}

TEST_F(ContentToolTest, AnArchiveHasItAsWell) {
  const auto copied = archive(folder(), scratch() / "copy", false, [](const Copied&) {});
  ASSERT_TRUE(copied.has_value()) << copied.error();
  const Done done = run("open " + path("copy") + " 2 --key " + path("anna.key"));
  EXPECT_EQ(done.out, kStanza);
}

}  // namespace
}  // namespace audit
