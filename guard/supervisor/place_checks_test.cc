#include "guard/supervisor/place_checks.h"

#include <gtest/gtest.h>
#include <linux/magic.h>
#include <unistd.h>

#include <string>

#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

namespace fs = std::filesystem;

class PlaceChecks : public testing::Test {
 protected:
  PlaceChecks() {
    site_.file = "guard.xml";
    site_.log = folder_.path() / "log";
    site_.log_place = {3, 3};
    for (const char* side : {"high", "low"}) {
      const std::string name(side);
      EdgeSite& edge = site_.edges[name == "high" ? 0 : 1];
      edge.dialback_secret = secret("dialback-" + name + ".secret");
      edge.certificates = folder_.path() / name;
      edge.place = {name == "high" ? 5U : 7U, 3};
      secret(name + "/one.pem");
    }
  }
  fs::path secret(const std::string& name) {
    folder_.write(name, "text");
    fs::permissions(folder_.path() / name, fs::perms(0640));
    return folder_.path() / name;
  }
  [[nodiscard]] static std::string text(const std::vector<FileError>& errors) {
    std::string all;
    for (const FileError& error : errors) all += error.to_string() + "\n";
    return all;
  }

  TestFolder folder_;
  Site site_;
};

TEST_F(PlaceChecks, AWholeSiteHasNoFault) {
  EXPECT_EQ(text(place_faults(site_)), "");
  EXPECT_EQ(text(log_faults(site_)), "") << "it can be made";
  fs::create_directory(site_.log);
  EXPECT_EQ(text(log_faults(site_)), "");
}

TEST_F(PlaceChecks, TheLogIsADirectory) {
  folder_.write("log", "");
  const std::string file = site_.log.string();
  EXPECT_EQ(text(log_faults(site_)).find("guard.xml:3:3: the log's " + file + " is no directory"),
            0U);
  site_.log /= "deeper/down";
  EXPECT_NE(text(log_faults(site_)).find("the log's " + file + " is no directory"),
            std::string::npos);
}

// Where root asks, only what is read-only keeps it out.
TEST_F(PlaceChecks, TheLogCanBeWritten) {
  site_.log = "/proc/self/log";
  EXPECT_NE(text(log_faults(site_))
                .find("guard.xml:3:3: the log's directory cannot be made in /proc/self: "),
            std::string::npos)
      << text(log_faults(site_));
  if (::geteuid() == 0) return;
  site_.log = folder_.path() / "closed";
  fs::create_directory(site_.log);
  fs::permissions(site_.log, fs::perms(0500));
  EXPECT_NE(text(log_faults(site_)).find("Permission denied"), std::string::npos);
}

TEST_F(PlaceChecks, SocketsHaveFoldersAndShortPaths) {
  site_.control = ControlSite{};
  site_.control->place = {4, 3};
  site_.control->socket = folder_.path() / "guardd.sock";
  site_.metrics = MetricsSite{};
  site_.metrics->place = {4, 9};
  site_.metrics->socket = folder_.path() / "metrics.sock";
  EXPECT_EQ(text(place_faults(site_)), "");
  site_.control->socket = folder_.path() / "nowhere" / "guardd.sock";
  EXPECT_EQ(
      text(place_faults(site_))
          .find("guard.xml:4:3: no socket can be made in " + (folder_.path() / "nowhere").string()),
      0U)
      << text(place_faults(site_));
  const std::size_t folder = folder_.path().string().size() + 1;
  site_.control->socket = folder_.path() / std::string(107 - folder, 's');
  EXPECT_EQ(text(place_faults(site_)), "");
  site_.control->socket = folder_.path() / std::string(108 - folder, 's');
  EXPECT_NE(
      text(place_faults(site_)).find("the socket's path has 108 octets, expected at most 107"),
      std::string::npos);
  site_.control.reset();
  site_.metrics->socket = "/nowhere/metrics.sock";
  EXPECT_EQ(text(place_faults(site_)).find("guard.xml:4:9: no socket can be made in /nowhere"), 0U);
}

TEST_F(PlaceChecks, NobodyElseReadsSecretsAndKeys) {
  site_.log_key = secret("log.pem");
  EXPECT_EQ(text(place_faults(site_)), "");
  const auto open = [&](const fs::path& file, unsigned mode, const std::string& place) {
    fs::permissions(file, fs::perms(mode));
    const std::string found = text(place_faults(site_));
    EXPECT_EQ(found.find("guard.xml:" + place + ":3: "), 0U) << found;
    EXPECT_NE(found.find(file.string() + " is open to everybody on this host"), std::string::npos);
    fs::permissions(file, fs::perms(0640));
  };
  open(site_.edges[0].dialback_secret, 0644, "5");
  open(site_.edges[1].dialback_secret, 0602, "7");
  open(folder_.path() / "low/one.pem", 0604, "7");
  open(*site_.log_key, 0644, "3");
  EXPECT_EQ(text(place_faults(site_)), "");
}

TEST_F(PlaceChecks, ALogInMemoryOrOnAnotherHostIsWarnedOf) {
  EXPECT_NE(file_system_warning(TMPFS_MAGIC).find("in memory"), std::string::npos);
  EXPECT_NE(file_system_warning(NFS_SUPER_MAGIC).find("another host"), std::string::npos);
  EXPECT_EQ(file_system_warning(EXT4_SUPER_MAGIC), "");
  EXPECT_EQ(file_system_warning(XFS_SUPER_MAGIC), "");
  site_.log = "/dev/shm/log";
  EXPECT_EQ(log_warning(site_),
            "warning: the log's directory /dev/shm/log is in memory: the log ends with this host's "
            "next start\n");
}

}  // namespace
}  // namespace guard::supervisor
