// guard-audit seal, archive, prune, sign, restore as operators call them, beside a recorder.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "audit/pruning_bed.h"
#include "audit/tool_run.h"
#include "guard/base/signer_for_test.h"

namespace audit {
namespace {

class KeepTool : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* each : {&anna_, &bert_}) {
      const std::string name = each == &anna_ ? "anna" : "bert";
      std::ofstream(path(name + ".pem")) << each->certificate;
      std::ofstream(path(name + ".key")) << each->key;
    }
    bed_.fill(3);
    log_ = bed_.folder().string();
  }
  // Calls the tool while a recorder is at work.
  Done run_beside(const std::string& arguments) {
    std::atomic<bool> stop = false;
    std::thread recorder([&] {
      while (!stop) {
        if (!bed_.log->maintain()) break;
        bed_.write_notices();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
    Done done = run(arguments);
    stop = true;
    recorder.join();
    return done;
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (bed_.scratch() / name).string();
  }
  guard::SignerForTest anna_ = guard::SignerForTest::made("Anna");
  guard::SignerForTest bert_ = guard::SignerForTest::made("Bert");
  PruningBed bed_{{anna_.certificate + bert_.certificate, 2}};
  std::string log_;
};

TEST_F(KeepTool, OldSegmentsGoWithTwoSignaturesAndComeBackFromTheArchive) {
  const Done archived = run("archive " + log_ + " --to " + path("copies"));
  EXPECT_EQ(archived.status, 0) << archived.out;
  const std::string request = path("prune.request");
  const Done planned = run("prune " + log_ + " --older-than 90d -o " + request);
  EXPECT_EQ(planned.status, 0) << planned.out;
  EXPECT_NE(planned.out.find("2 segments, up to segment 2: records 1 to 200"), std::string::npos)
      << planned.out;
  for (const std::string name : {"anna", "bert"}) {
    const Done signed_by = run("sign " + request + " --certificate " + path(name + ".pem") +
                               " --key " + path(name + ".key") + " -o " + path(name + ".cms"));
    EXPECT_EQ(signed_by.status, 0) << signed_by.out;
  }
  const std::string hand_over = "prune " + log_ + " --request " + request;
  const Done alone = run_beside(hand_over + " --signature " + path("anna.cms"));
  EXPECT_EQ(alone.status, 1);
  EXPECT_NE(alone.out.find("request-refused: 1 of 2 demanded signers"), std::string::npos)
      << alone.out;
  const Done both = run_beside(hand_over + " --signature " + path("anna.cms") + " --signature " +
                               path("bert.cms"));
  EXPECT_EQ(both.status, 0) << both.out;
  EXPECT_FALSE(std::filesystem::exists(bed_.segment(2)));
  const Done missing = run("query " + log_ + " --limit 1");
  EXPECT_NE(missing.out.find("records 1 to 200 of 2023-11-14T"), std::string::npos) << missing.out;
  const Done shown = run("show " + log_ + " 17");
  EXPECT_EQ(shown.status, 1);
  EXPECT_NE(shown.out.find("were pruned"), std::string::npos) << shown.out;
  const Done verified = run("verify " + log_);
  EXPECT_EQ(verified.status, 0) << verified.out;
  EXPECT_NE(verified.out.find("200 of them were pruned"), std::string::npos) << verified.out;
  const Done restored = run("restore " + log_ + " --from " + path("copies"));
  EXPECT_EQ(restored.status, 0) << restored.out;
  EXPECT_EQ(run("show " + log_ + " 17").status, 0);
}

TEST_F(KeepTool, SealWaitsForTheRecorderAndTakesBackWhatNobodyTook) {
  const Done nobody = run("seal " + log_ + " --wait 1");
  EXPECT_EQ(nobody.status, 1);
  EXPECT_NE(nobody.out.find("is the service running?"), std::string::npos) << nobody.out;
  EXPECT_FALSE(std::filesystem::exists(bed_.folder() / kRequestName));
  const Done done = run_beside("seal " + log_);
  EXPECT_EQ(done.status, 0) << done.out;
  EXPECT_NE(done.out.find("sealed 00000003.sqlite"), std::string::npos) << done.out;
}

TEST_F(KeepTool, ALogThatIsNotWholeIsNotPruned) {
  auto database = Database::open_writer(bed_.segment(1).string());
  ASSERT_TRUE(database.has_value());
  ASSERT_TRUE(database->run("UPDATE summary SET last_time = 1, first_time = 1").has_value());
  database = Database::open_writer(":memory:");
  const Done planned = run("prune " + log_ + " --older-than 90d -o " + path("prune.request"));
  EXPECT_EQ(planned.status, 1) << planned.out;
  EXPECT_NE(planned.out.find("the log is not whole: record 1: the segment's summary"),
            std::string::npos)
      << planned.out;
  EXPECT_FALSE(std::filesystem::exists(path("prune.request")));
}

TEST_F(KeepTool, WrongUsageAndWrongFilesAreToldApart) {
  EXPECT_EQ(run("prune " + log_).status, 3);
  EXPECT_EQ(run("prune " + log_ + " --older-than lately").status, 3);
  EXPECT_EQ(run("prune " + log_ + " --older-than 90d --now -o x").status, 3);
  EXPECT_EQ(run("prune " + log_ + " --older-than 2001-01-01").status, 1);
  EXPECT_EQ(run("prune " + log_ + " --request " + path("anna.pem")).status, 2);
  ASSERT_EQ(run("prune " + log_ + " --older-than 90d -o " + path("good.request")).status, 0);
  const Done garbage = run("prune " + log_ + " --request " + path("good.request") +
                           " --signature " + path("anna.key"));
  EXPECT_EQ(garbage.status, 2);
  EXPECT_NE(garbage.out.find("anna.key: expected a CMS signature in PEM"), std::string::npos)
      << garbage.out;
  EXPECT_EQ(run("prune " + path("nowhere") + " --older-than 90d").status, 2);
  EXPECT_EQ(run("seal " + path("nowhere")).status, 2);
  EXPECT_EQ(run("archive " + path("nowhere") + " --to " + path("x")).status, 2);
  EXPECT_EQ(run("restore " + log_ + " --from " + path("nowhere")).status, 2);
  EXPECT_EQ(run("sign " + path("anna.pem") + " --certificate " + path("anna.pem") + " --key " +
                path("anna.key") + " -o " + path("x"))
                .status,
            2);
}

}  // namespace
}  // namespace audit
