// A log in a real PostgreSQL: each record once, whatever stops the shipper, and the same answers.
#include <gtest/gtest.h>

#include <fstream>

#include "audit/fleet_bed.h"
#include "audit/fleet_query.h"
#include "audit/ship.h"
#include "audit/tool_run.h"

namespace audit {
namespace {

TEST_F(FleetTest, TheSameQuestionsHaveTheSameAnswers) {
  write_log(400, 150);
  const Done shipped = run("ship" + from_log() + "--name north" + from_database());
  ASSERT_EQ(shipped.status, 0) << shipped.out;
  EXPECT_TRUE(shipped.out.contains("400 records shipped of north, up to 400")) << shipped.out;
  EXPECT_TRUE(shipped.out.contains("signatures are not")) << shipped.out;
  expect_all_once(400);
  for (const std::string question : {"query --json",
                                     "query --csv --reverse --limit 20",
                                     "query --json --limit 7 --after 100",
                                     "query --verdict refused",
                                     "query --json --from high.example",
                                     "query --json --from ALICE@high.example",
                                     "query --json --class outcome",
                                     "query --json --event stream-opened --peer alpha",
                                     "query --json --label secret",
                                     "query --json --text DROP",
                                     "query --json --since 2023-11-14T22:13:20.1Z --until "
                                     "2023-11-14T22:13:20.2Z",
                                     "query --json --id \"'; DROP TABLE record; --4\"",
                                     "query --json --id plain3",
                                     "report",
                                     "report --html --verdict refused",
                                     "export --format jsonl",
                                     "export --format cef --after 390",
                                     "export --format ocsf",
                                     "export --format syslog",
                                     "export --format csv --limit 5"}) {
    const std::string command = question.substr(0, question.find(' '));
    const std::string options = question.substr(command.size());
    const Done log = run(command + from_log() + options);
    const Done database = run(command + from_database() + options);
    EXPECT_EQ(log.status, 0) << question << log.out;
    EXPECT_EQ(database.out, log.out) << question;
    EXPECT_EQ(database.status, log.status) << question;
  }
  for (const std::string last : {"5", "22", "77", "401", "plain3"}) {
    const std::string command = last == "plain3" ? "trace" : "show";
    const Done log = run(command + from_log() + last);
    const Done database = run(command + from_database() + "north " + last);
    EXPECT_EQ(database.out, log.out) << last;
    EXPECT_EQ(database.status, log.status) << last;
  }
}

TEST_F(FleetTest, HostileStringsAreDataAndNothingElse) {
  write_log(24, 24);
  auto database = connect();
  ASSERT_TRUE(ship(folder(), database, {.guard = "a\tb\\.\n'"}).has_value());
  expect_all_once(24);
  std::uint64_t n = 0;
  const auto done =
      query_fleet(database, {{.guard = "a\tb\\.\n'", .log = {}}}, {}, [&](const Found& found) {
        EXPECT_EQ(found.record, rows(1, 24)[n++]) << "octet for octet";
        return true;
      });
  ASSERT_TRUE(done.has_value()) << done.error().what;
  EXPECT_EQ(n, 24U);
}

TEST_F(FleetTest, KilledAtAnyMomentItGoesOnWithoutLossOrDouble) {
  write_log(3000, 1300);
  std::mt19937 chance(11);
  const std::string program = GUARD_BINARY_DIR "/bin/guard-audit";
  int killed = 0;
  for (int round = 0; round < 6; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
      ::dup2(null, 1);
      ::dup2(null, 2);
      ::execl(program.c_str(), "guard-audit", "ship", folder().c_str(), "--database", url_.c_str(),
              "--batch", "20", nullptr);
      ::_exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + chance() % 150));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) ++killed;
    EXPECT_EQ(asked("SELECT count(*) = coalesce(max(sequence), 0) FROM record"), "t");
    EXPECT_EQ(asked("SELECT coalesce(max(s.sequence), 0) = (SELECT coalesce(max(sequence), 0) "
                    "FROM record) FROM shipped s"),
              "t")
        << "rows and position are one";
  }
  EXPECT_GT(killed, 0) << "it was never in the middle";
  auto database = connect();
  const auto rest = ship(folder(), database, {});
  ASSERT_TRUE(rest.has_value()) << rest.error().what;
  expect_all_once(3000);
  const auto again = ship(folder(), database, {});
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->records, 0U);
}

// Runs guard-audit beside the test, until it ends by itself or with the test.
class Beside {
 public:
  explicit Beside(const std::string& arguments) {
    int out[2];
    EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(out[1], 1);
      const std::string command = "exec " GUARD_BINARY_DIR "/bin/guard-audit " + arguments;
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(out[1]);
    out_ = out[0];
  }
  ~Beside() {
    if (child_ > 0) stop();
    ::close(out_);
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  void stop() {
    ::kill(child_, SIGKILL);
    ::waitpid(std::exchange(child_, 0), nullptr, 0);
  }
  // said waits for its end and returns all that it has said.
  std::string said() {
    std::string all;
    char buffer[4096];
    for (ssize_t size = 0; (size = ::read(out_, buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  pid_t child_ = 0;
  int out_ = -1;
};

TEST_F(FleetTest, AFollowingShipperGoesOnAlsoOnANewConnection) {
  auto log = open();
  ASSERT_TRUE(log->append(rows(1, 10)).has_value());
  const Beside shipper("ship" + from_log() + "--name north --follow" + from_database() +
                       ">/dev/null 2>&1");
  const auto arrive = [&](const std::string& count) {
    for (int tries = 0; tries < 200 && asked("SELECT count(*) FROM record") != count; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(asked("SELECT count(*) FROM record"), count);
  };
  arrive("10");
  ASSERT_TRUE(log->append(rows(11, 10)).has_value());
  arrive("20");
  // The server ends its connections; what is written meanwhile comes, once.
  EXPECT_EQ(asked("SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity WHERE "
                  "application_name = 'guard-audit' AND pid <> pg_backend_pid()"),
            "t");
  ASSERT_TRUE(log->append(rows(21, 10)).has_value());
  arrive("30");
  expect_all_once(30);
  ASSERT_TRUE(log->close().has_value());
}

TEST_F(FleetTest, WhoFollowsTheDatabaseSeesWhatIsShipped) {
  auto log = open();
  ASSERT_TRUE(log->append(rows(1, 20)).has_value());
  auto database = connect();
  ASSERT_TRUE(ship(folder(), database, {.guard = "north"}).has_value());
  EXPECT_EQ(run("follow" + from_database() + "--json --after 10 --limit 5").out,
            run("query" + from_log() + "--json --after 10 --limit 5").out);
  // They wait, or find it there: whichever comes first on a busy machine.
  const std::string questions[] = {"--json --after 20 --limit 3",
                                   "--json --after 20 --verdict refused --limit 1"};
  Beside all("follow" + from_database() + questions[0]);
  Beside refused("follow" + from_database() + questions[1]);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ASSERT_TRUE(log->append(rows(21, 10)).has_value());
  ASSERT_TRUE(ship(folder(), database, {.guard = "north"}).has_value());
  EXPECT_EQ(all.said(), run("query" + from_log() + questions[0]).out);
  EXPECT_EQ(refused.said(), run("query" + from_log() + questions[1]).out);
  ASSERT_TRUE(log->close().has_value());
}

// What the guard has signed lies where its host cannot take it back.
TEST_F(FleetTest, CheckpointsGoAlongAndAreAnchors) {
  write_log(100, 50);
  auto database = connect();
  ASSERT_TRUE(ship(folder(), database, {.guard = "north", .batch = 30}).has_value());
  ASSERT_TRUE(ship(folder(), database, {.guard = "north", .batch = 30}).has_value());
  const std::string file = (scratch() / "anchors").string();
  std::ofstream out(file);
  std::string sizes;
  ASSERT_TRUE(database
                  .run("SELECT size, note FROM checkpoint WHERE guard = 'north' ORDER BY size", {},
                       [&](const Postgres::Row& row) {
                         sizes += std::string(row.text(0)) + " ";
                         out << row.text(1) << "\n";
                       })
                  .has_value());
  out.close();
  EXPECT_EQ(sizes, "50 100 ");
  const Done whole = run("verify" + from_log() + "--anchor " + file);
  EXPECT_EQ(whole.status, 0) << whole.out;
  EXPECT_TRUE(whole.out.contains("2 anchors agree")) << whole.out;
  for (const char* last : {"00000002.sqlite", "00000003.sqlite"}) {
    std::filesystem::remove(folder() / last);
  }
  const Done shorter = run("verify" + from_log() + "--anchor " + file);
  EXPECT_EQ(shorter.status, 1) << shorter.out;
  EXPECT_TRUE(shorter.out.contains("the record is missing")) << shorter.out;
}

TEST_F(FleetTest, WhatDoesNotFollowIsNotShipped) {
  write_log(30, 30);
  auto database = connect();
  ASSERT_TRUE(ship(folder(), database, {.guard = "north", .batch = 10}).has_value());
  // Another log under the same name.
  LogBed other;
  auto log = other.open();
  ASSERT_TRUE(log->append(batch(1, 40)).has_value());
  ASSERT_TRUE(log->close().has_value());
  const auto wrong = ship(other.folder(), database, {.guard = "north"});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_TRUE(wrong.error().refused);
  EXPECT_TRUE(wrong.error().what.contains("another log under the name north"));
  // A record that was changed, and one whose hashes were computed anew, stop it before they are
  // there.
  for (const char* change : {"UPDATE record SET reason = 'allowed!' WHERE sequence = 15",
                             "DELETE FROM record WHERE sequence = 15",
                             "UPDATE record SET chain = zeroblob(32) WHERE sequence = 15"}) {
    LogBed spoilt;
    auto good = spoilt.open();
    ASSERT_TRUE(good->append(batch(1, 20)).has_value());
    ASSERT_TRUE(good->close().has_value());
    std::filesystem::permissions(spoilt.file(), std::filesystem::perms::owner_all);
    spoilt.change(change);
    const auto stopped = ship(spoilt.folder(), database, {.guard = change, .batch = 10});
    ASSERT_FALSE(stopped.has_value()) << change;
    EXPECT_TRUE(stopped.error().refused) << stopped.error().what;
    EXPECT_TRUE(stopped.error().what.starts_with("record 15: ")) << stopped.error().what;
    EXPECT_EQ(asked("SELECT sequence FROM shipped WHERE guard LIKE '" + std::string(change, 8) +
                    "%' ORDER BY shipped_at DESC"),
              "10");
  }
}

TEST_F(FleetTest, ARecordThatSomebodyChangedThereIsFoundWhenItIsRead) {
  write_log(10, 10);
  auto database = connect();
  ASSERT_TRUE(ship(folder(), database, {}).has_value());
  ASSERT_TRUE(database
                  .run("UPDATE record SET encoding = overlay(encoding placing 'x' from 60) WHERE "
                       "sequence = 4")
                  .has_value());
  const Done done = run("query" + from_database());
  EXPECT_EQ(done.status, 2);
  EXPECT_TRUE(done.out.contains("record 4: ")) << done.out;
}

TEST_F(FleetTest, SeveralGuardsAreMergedByTime) {
  write_log(20, 20);
  LogBed south;
  auto log = south.open();
  ASSERT_TRUE(log->append(batch(1, 20)).has_value());
  ASSERT_TRUE(log->close().has_value());
  auto database = connect();
  ASSERT_TRUE(ship(folder(), database, {.guard = "north"}).has_value());
  ASSERT_TRUE(ship(south.folder(), database, {.guard = "south"}).has_value());
  const std::string logs =
      " north=" + folder().string() + " south=" + south.folder().string() + " ";
  for (const std::string question : {"query --json", "query --json --reverse --limit 9",
                                     "export --format jsonl --after north=10 --after south=15"}) {
    const std::string command = question.substr(0, question.find(' '));
    const std::string options = question.substr(command.size());
    EXPECT_EQ(run(command + from_database() + options).out, run(command + logs + options).out);
  }
  EXPECT_EQ(run("query" + from_database() + "north --json").out,
            run("query" + from_log() + "--json").out);
  const Done unknown = run("query" + from_database() + "east");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_TRUE(unknown.out.contains("no log of east; it has: north, south")) << unknown.out;
}

TEST_F(FleetTest, WhoShipsMayAddAndWhoReadsMayRead) {
  write_log(5, 5);
  const std::string use = "GRANT USAGE ON SCHEMA \"" + schema_ + "\" TO ";
  for (const char* role : {"guard_ship", "guard_read"}) {
    ASSERT_TRUE(connect().run(use + role).has_value());
    ASSERT_TRUE(connect().run("ALTER ROLE " + std::string(role) + " LOGIN").has_value());
  }
  const std::string options = "&options=-csearch_path%3D%22" + schema_ + "%22";
  auto shipper = Postgres::open(bed_->url("guard_ship") + options);
  ASSERT_TRUE(shipper.has_value()) << shipper.error().what;
  const auto shipped = ship(folder(), *shipper, {.guard = "north"});
  ASSERT_TRUE(shipped.has_value()) << shipped.error().what;
  EXPECT_FALSE(shipper->run("DELETE FROM record").has_value());
  EXPECT_FALSE(shipper->run("UPDATE record SET reason = ''").has_value());
  EXPECT_FALSE(shipper->run("DELETE FROM checkpoint").has_value());
  EXPECT_FALSE(shipper->run("UPDATE checkpoint SET note = ''").has_value());
  auto reader = Postgres::open(bed_->url("guard_read") + options);
  ASSERT_TRUE(reader.has_value());
  std::uint64_t count = 0;
  EXPECT_TRUE(query_fleet(*reader, {{.guard = "north", .log = {}}}, {}, [&](const Found&) {
                return ++count > 0;
              }).has_value());
  EXPECT_EQ(count, 5U);
  EXPECT_FALSE(reader->run("INSERT INTO shipped VALUES ('x', 'x', 1, 0, '')").has_value());
}

TEST_F(FleetTest, AServerThatIsNotThereIsSaid) {
  const Done done = run("query --database postgresql://127.0.0.1:1/none");
  EXPECT_EQ(done.status, 2) << done.out;
  EXPECT_TRUE(done.out.contains("127.0.0.1")) << done.out;
  EXPECT_EQ(run("query").status, 3);
}

}  // namespace
}  // namespace audit
