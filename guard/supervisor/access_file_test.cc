#include "guard/supervisor/access_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "guard/control/log_access.h"
#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

class AccessFile : public testing::Test {
 protected:
  AccessFile() {
    site_.log = scratch_.path();
    site_.control.emplace();
    site_.control->socket = "/run/guardd.sock";
  }
  std::string written() const {
    std::ifstream in(scratch_.path() / "access", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  TestFolder scratch_;
  Site site_;
};

TEST_F(AccessFile, SaysWhatTheSiteFileSays) {
  for (const LogAccessSite access : {LogAccessSite::kRecorded, LogAccessSite::kRequired}) {
    site_.log_access = access;
    const auto done = write_access_file(site_);
    ASSERT_TRUE(done) << done.error();
    const auto read = control::parse_log_access(written());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->required, access == LogAccessSite::kRequired);
    EXPECT_EQ(read->socket, "/run/guardd.sock");
  }
  struct stat about {};
  ASSERT_EQ(::stat((scratch_.path() / "access").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0027U, 0U);
  ASSERT_TRUE(write_access_file(site_)) << "the same again";
  struct stat again {};
  ASSERT_EQ(::stat((scratch_.path() / "access").c_str(), &again), 0);
  EXPECT_EQ(again.st_ino, about.st_ino);
}

TEST_F(AccessFile, GoesWhereNobodyWantsIt) {
  site_.log_access = LogAccessSite::kRecorded;
  ASSERT_TRUE(write_access_file(site_));
  site_.log_access = LogAccessSite::kNone;
  ASSERT_TRUE(write_access_file(site_));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "access"));
  EXPECT_TRUE(write_access_file(site_)) << "and where there is none";
}

TEST_F(AccessFile, WhatCannotBeWrittenIsSaid) {
  site_.log_access = LogAccessSite::kRecorded;
  site_.log = scratch_.path() / "nowhere";
  const auto done = write_access_file(site_);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().find("nowhere/access"), std::string::npos) << done.error();
  site_.log = scratch_.path();
  site_.control->socket = "/run/a\nb";
  EXPECT_FALSE(write_access_file(site_));
}

}  // namespace
}  // namespace guard::supervisor
