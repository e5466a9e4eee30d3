// A pruned log: what goes, what stays, who may have it done, and that what is left is provable.
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/catalogue.h"
#include "audit/gap.h"
#include "audit/proof.h"
#include "audit/pruning_bed.h"
#include "audit/query.h"
#include "audit/stub.h"
#include "guard/base/cms_signature.h"
#include "guard/base/signer_for_test.h"

namespace audit {
namespace {

class Pruning : public testing::Test, public PruningBed {
 protected:
  void SetUp() override { fill(4); }
  void prune_two() {
    ASSERT_TRUE(place_request(folder(), to_text(plan(2))).has_value());
    work("segment-pruned: 00000002");
  }
  std::uint64_t found(const Filter& filter) {
    std::uint64_t count = 0;
    EXPECT_TRUE(query(folder(), filter, [&](const Found&) {
                  ++count;
                  return true;
                }).has_value());
    return count;
  }
  [[nodiscard]] std::string fault() const {
    const auto seen = verify(folder());
    if (!seen) return seen.error().what;
    return seen->fault ? seen->fault->what : "";
  }
  // The first checkpoint of at least `size` records, as somebody kept it elsewhere.
  [[nodiscard]] Anchor anchor(int number, std::uint64_t size) const {
    auto reader = Reader::open(segment(number));
    const auto notes = reader->checkpoints(size);
    return std::move(read_anchors("kept", notes->front().note)->front());
  }
};

TEST_F(Pruning, TakesTheRecordsAndLeavesTheHashes) {
  prune_two();
  EXPECT_FALSE(std::filesystem::exists(segment(1)));
  EXPECT_FALSE(std::filesystem::exists(segment(2)));
  EXPECT_TRUE(std::filesystem::exists(folder() / "00000001.pruned"));
  EXPECT_TRUE(std::filesystem::exists(segment(3)));
  EXPECT_EQ(found({.row_class = Class::kDecision}), 200U);
  const auto seen = verify(folder());
  ASSERT_TRUE(seen.has_value()) << seen.error().what;
  EXPECT_FALSE(seen->fault.has_value()) << seen->fault->what;
  EXPECT_EQ(seen->pruned, 200U);
  EXPECT_EQ(seen->records, log->last().sequence);
}

TEST_F(Pruning, AUDIT_BEFORE_PRUNE_NothingGoesBeforeItsRowIsDurable) {
  ASSERT_TRUE(place_request(folder(), to_text(plan(2))).has_value());
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(log->maintain().has_value());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_TRUE(std::filesystem::exists(segment(1)));
  // Another row is not that row: a decision, the approval of something else, its words elsewhere.
  const auto notices = log->take_notices();
  // On a slow machine a segment's age may have ended it meanwhile.
  const auto approved = std::ranges::find(notices, event::kPruneApproved, &LogNotice::event);
  ASSERT_NE(approved, notices.end());
  std::vector<Record> others = batch(log->last().sequence + 1, 4);
  for (Record& other : others) other.time = log->last().time;
  for (const std::size_t at : {1U, 2U}) {
    others[at].row_class = Class::kEvent;
    others[at].action = Action::kNone;
  }
  others[1].event = event::kPruneApproved;
  others[1].detail = approved->detail + "0";
  others[2].event = event::kPruneSigned;
  others[2].detail = approved->detail;
  others[3].event = event::kPruneApproved;
  others[3].detail = approved->detail;
  ASSERT_TRUE(log->append(others).has_value());
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(log->maintain().has_value());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_TRUE(std::filesystem::exists(segment(1)));
  Record approval = others[1];
  approval.sequence = log->last().sequence + 1;
  approval.detail = approved->detail;
  ASSERT_TRUE(log->append({&approval, 1}).has_value());
  work("segment-pruned: 00000002");
  EXPECT_FALSE(std::filesystem::exists(segment(1)));
}

TEST_F(Pruning, WhatACrashInterruptsIsDoneByTheNextRecorder) {
  ASSERT_TRUE(place_request(folder(), to_text(plan(2))).has_value());
  ASSERT_TRUE(log->maintain().has_value());
  ASSERT_TRUE(write_notices());
  log.reset();
  told.clear();
  EXPECT_TRUE(std::filesystem::exists(segment(1)));
  live();
  work("segment-pruned: 00000002");
  EXPECT_EQ(fault(), "");
}

TEST_F(Pruning, WhatIsLeftIsProvedAsBefore) {
  const Anchor old = anchor(1, 100);
  prune_two();
  ASSERT_TRUE(log->append(batch(log->last().sequence + 1, 1)).has_value());
  for (const std::uint64_t sequence : {201U, 250U, 399U}) {
    const auto proof = prove_record(folder(), sequence);
    ASSERT_TRUE(proof.has_value()) << proof.error().what;
    ASSERT_TRUE(proof->has_value());
    EXPECT_TRUE(check_proof(**proof, std::nullopt).has_value());
  }
  const auto gone = prove_record(folder(), 17);
  ASSERT_FALSE(gone.has_value());
  EXPECT_NE(gone.error().what.find("pruned"), std::string::npos);
  const auto consistency = prove_consistency(folder(), old, anchor(4, 350));
  ASSERT_TRUE(consistency.has_value() && *consistency) << consistency.error().what;
  EXPECT_TRUE(check_proof(**consistency, std::nullopt).has_value());
  EXPECT_EQ(verify(folder(), {.anchors = {old}, .root = {}})->anchors, 1U);
}

TEST_F(Pruning, ACheckpointFromTheMiddleOfAPrunedSegmentIsStillABeginning) {
  // One by one, so that there is a checkpoint of every size.
  log->roll();
  ASSERT_TRUE(log->maintain().has_value());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(log->append(batch(log->last().sequence + 1, 1)).has_value());
  }
  const Anchor middle = anchor(5, 403);
  EXPECT_EQ(middle.checkpoint.size, 403U);
  log->roll();
  for (int i = 0; i < 500 && !is_sealed(segment(5)); ++i) {
    ASSERT_TRUE(log->maintain().has_value());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  write_notices();
  ASSERT_TRUE(place_request(folder(), to_text(plan(5))).has_value());
  work("segment-pruned: 00000005");
  const auto seen = verify(folder(), {.anchors = {middle}, .root = {}});
  EXPECT_FALSE(seen->fault.has_value()) << seen->fault->what;
  EXPECT_EQ(seen->anchors, 1U);
}

TEST_F(Pruning, APrunedLogGoesOnAndCanBePrunedAgain) {
  prune_two();
  ASSERT_TRUE(log->close().has_value());
  log.reset();
  told.clear();
  live();
  EXPECT_EQ(fault(), "");
  ASSERT_TRUE(log->append(batch(log->last().sequence + 1, 1)).has_value());
  ASSERT_TRUE(place_request(folder(), to_text(plan(3))).has_value());
  work("segment-pruned: 00000003");
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(verify(folder())->pruned, 300U);
}

TEST_F(Pruning, QueriesAreToldWhatIsMissing) {
  EXPECT_TRUE(find_gaps(folder()).empty());
  prune_two();
  const auto gaps = find_gaps(folder());
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].first, 1U);
  EXPECT_EQ(gaps[0].last, 200U);
  EXPECT_TRUE(gaps[0].pruned);
  EXPECT_TRUE(concerns(gaps[0], {}));
  EXPECT_TRUE(concerns(gaps[0], {.since = decision(200).time}));
  EXPECT_FALSE(concerns(gaps[0], {.since = decision(201).time}));
  EXPECT_FALSE(concerns(gaps[0], {.until = decision(1).time}));
  EXPECT_FALSE(concerns(gaps[0], {.after = 200}));
  std::filesystem::remove(segment(3));
  ASSERT_EQ(find_gaps(folder()).size(), 2U);
  EXPECT_EQ(to_text(find_gaps(folder())[1]),
            "records 201 to 300 are missing: a segment is not there");
}

// ---------------------------------------------------------------- refused

TEST_F(Pruning, WhatTheRequestDoesNotFitIsRefused) {
  struct Case {
    const char* why;
    std::function<void(Request&)> change;
  };
  const Case cases[] = {
      {"another log", [](Request& r) { r.origin = "xmpp-guard/other"; }},
      {"not those of this log", [](Request& r) { r.root[0] ^= 1; }},
      {"not those of this log", [](Request& r) { r.size += 1; }},
      {"not those of this log", [](Request& r) { r.segment = 1; }},
      {"the open segment", [](Request& r) { r.segment = 4; }},
      {"the open segment", [](Request& r) { r.segment = 400; }},
  };
  for (const Case& each : cases) {
    told.clear();
    Request request = plan(2);
    each.change(request);
    ASSERT_TRUE(place_request(folder(), to_text(request)).has_value());
    work("request-refused");
    EXPECT_NE(told.back().find(each.why), std::string::npos) << told.back();
    EXPECT_NE(told.back().find("uid "), std::string::npos) << told.back();
    EXPECT_TRUE(std::filesystem::exists(segment(1)));
  }
  told.clear();
  ASSERT_TRUE(place_request(folder(), "remove everything\n").has_value());
  work("request-refused: expected a log request");
}

TEST_F(Pruning, WhatIsNotSealedOrIsStillUnderWayIsRefused) {
  const Request request = plan(2);
  std::filesystem::permissions(segment(1), std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  ASSERT_TRUE(place_request(folder(), to_text(request)).has_value());
  work("request-refused: 00000001.sqlite is not sealed");
  std::filesystem::permissions(segment(1), std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::remove);
  told.clear();
  // An end of a life says that the delivery of record 200 has no outcome yet.
  const auto append_horizon = [&](std::uint64_t horizon) {
    Record end = decision(log->last().sequence + 1);
    end.row_class = Class::kEvent;
    end.action = Action::kNone;
    end.horizon = horizon;
    ASSERT_TRUE(log->append({&end, 1}).has_value());
  };
  append_horizon(200);
  ASSERT_TRUE(place_request(folder(), to_text(request)).has_value());
  work("request-refused: deliveries of these records");
  told.clear();
  append_horizon(201);
  ASSERT_TRUE(place_request(folder(), to_text(request)).has_value());
  work("segment-pruned: 00000002");
}

class SignedPruning : public testing::Test {
 protected:
  guard::SignerForTest anna_ = guard::SignerForTest::made("Anna");
  guard::SignerForTest bert_ = guard::SignerForTest::made("Bert");
  PruningBed bed_{{anna_.certificate + bert_.certificate, 2}};
};

TEST_F(SignedPruning, TakesTwoSignaturesAndRecordsThem) {
  bed_.fill(3);
  const std::string text = to_text(bed_.plan(2));
  const std::string anna = *guard::sign_cms(text, anna_.certificate, anna_.key);
  const std::string bert = *guard::sign_cms(text, bert_.certificate, bert_.key);
  for (const std::string& few : {std::string(), anna, anna + anna}) {
    bed_.told.clear();
    ASSERT_TRUE(place_request(bed_.folder(), text + few).has_value());
    bed_.work("request-refused");
    EXPECT_NE(bed_.told.back().find("of 2 demanded signers"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(bed_.segment(1)));
  }
  bed_.told.clear();
  ASSERT_TRUE(place_request(bed_.folder(), text + anna + bert).has_value());
  bed_.work("segment-pruned: 00000002");
  EXPECT_EQ(std::ranges::count(bed_.told, "prune-signed: CN=Anna"), 1);
  EXPECT_EQ(std::ranges::count(bed_.told, "prune-signed: CN=Bert"), 1);
  EXPECT_FALSE(std::filesystem::exists(bed_.segment(1)));
}

TEST_F(Pruning, ARequestToSealBeginsANewSegment) {
  const Request request{Request::What::kSeal, plan(1).origin, 0, 0, {}};
  ASSERT_TRUE(place_request(folder(), to_text(request)).has_value());
  work("segment-sealed: 00000004");
  EXPECT_TRUE(std::ranges::any_of(told, [](const std::string& each) {
    return each.starts_with("seal-requested: asked by uid ");
  }));
  EXPECT_TRUE(is_sealed(segment(4)));
  EXPECT_EQ(fault(), "");
}

// ---------------------------------------------------------------- tampering

TEST_F(Pruning, ASegmentThatGoesWithoutARecordIsFound) {
  // Somebody makes the stub himself.
  ASSERT_TRUE(prune(segment(1), segment(2)).has_value());
  EXPECT_EQ(fault(), "segments up to 1 are gone, and no record says that they were to go");
}

TEST_F(Pruning, ARecordForFewerSegmentsDoesNotCoverMore) {
  prune_two();
  EXPECT_EQ(fault(), "");
  ASSERT_TRUE(prune(segment(3), segment(4)).has_value());
  EXPECT_EQ(fault(), "segments up to 3 are gone, and no record says that they were to go");
}

TEST_F(Pruning, AChangedOrRemovedHashIsFound) {
  prune_two();
  const std::filesystem::path stub = folder() / "00000001.pruned";
  const auto change = [&](const std::string& sql) {
    std::filesystem::permissions(stub, std::filesystem::perms::owner_all);
    auto database = Database::open_writer(stub.string());
    ASSERT_TRUE(database.has_value() && database->run(sql.c_str()).has_value());
    ASSERT_TRUE(database->close().has_value());
    std::filesystem::permissions(stub, std::filesystem::perms::owner_read);
  };
  std::filesystem::copy_file(stub, scratch() / "kept");
  for (
      const char* sql :
      {"UPDATE record SET leaf = (SELECT leaf FROM record WHERE sequence = 18) WHERE sequence = 17",
       "DELETE FROM record WHERE sequence = 17", "DELETE FROM record WHERE sequence = 100",
       "UPDATE record SET leaf = x'00' WHERE sequence = 17", "CREATE INDEX hidden ON record (leaf)",
       "DELETE FROM segment", "UPDATE summary SET last_sequence = 99"}) {
    change(sql);
    EXPECT_NE(fault(), "") << sql;
    std::filesystem::remove(stub);
    std::filesystem::copy_file(scratch() / "kept", stub);
  }
  EXPECT_EQ(fault(), "");
  std::filesystem::remove(stub);
  EXPECT_EQ(fault(), "segment 1 is missing");
}

TEST_F(Pruning, ALogThatHasLostItsLastSegmentsIsNotGoneOnWith) {
  prune_two();
  log.reset();
  for (const int number : {3, 4}) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(segment(number).string() + suffix);
    }
  }
  EXPECT_FALSE(Log::open(folder()).has_value());
}

TEST_F(Pruning, TheStubIsMadeOnlyOfWhatTheNextSegmentFollows) {
  ASSERT_TRUE(log->close().has_value());
  std::filesystem::permissions(segment(1), std::filesystem::perms::owner_all);
  change("UPDATE record SET leaf = zeroblob(32) WHERE sequence = 50");
  std::filesystem::permissions(segment(1), std::filesystem::perms::owner_read);
  const auto done = prune(segment(1), segment(2));
  ASSERT_FALSE(done.has_value());
  EXPECT_TRUE(std::filesystem::exists(segment(1)));
  EXPECT_FALSE(std::filesystem::exists(folder() / "00000001.pruned"));
}

}  // namespace
}  // namespace audit
