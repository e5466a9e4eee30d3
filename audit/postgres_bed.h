// PostgresBed: a PostgreSQL 15 of a test's own, in a temporary folder, on a Unix socket alone. It
// refuses root, so that for root it runs as the user `nobody`.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "audit/postgres.h"

namespace audit {

class PostgresBed {
 public:
  static constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

  // start makes the cluster and waits until it answers, 20 s at most.
  void start() {
    std::string name = (std::filesystem::temp_directory_path() / "fleet-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    if (::geteuid() == 0) {
      const passwd* nobody = ::getpwnam("nobody");
      ASSERT_NE(nobody, nullptr);
      user_ = nobody->pw_uid;
      group_ = nobody->pw_gid;
      ASSERT_EQ(::chown(folder_.c_str(), user_, group_), 0);
    }
    const std::string data = folder_ + "/data";
    const pid_t making = spawn({"initdb", "-D", data, "-A", "trust", "-U", "owner", "-N", "-E",
                                "UTF8", "--locale=C", "--no-instructions"});
    int status = 0;
    ASSERT_EQ(::waitpid(making, &status, 0), making);
    ASSERT_EQ(status, 0) << "initdb, see " << folder_ << "/output";
    server_ = spawn({"postgres", "-D", data, "-k", folder_, "-c", "listen_addresses=", "-c",
                     "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=20"});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!Postgres::open(url())) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "it does not answer";
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  ~PostgresBed() {
    if (server_ > 0) {
      ::kill(server_, SIGQUIT);  // at once: nothing of it is needed
      ::waitpid(server_, nullptr, 0);
    }
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::string url(const std::string& user = "owner") const {
    return "postgresql:///postgres?user=" + user + "&host=" + folder_;
  }

  // psql runs a file or a statement as the owner; its exit status.
  [[nodiscard]] int psql(const std::string& arguments) const {
    const std::string command = std::string(kPrograms) + "psql -q -v ON_ERROR_STOP=1 '" + url() +
                                "' " + arguments + " >/dev/null";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  // Starts one of PostgreSQL's programs; it dies with this process.
  pid_t spawn(const std::vector<std::string>& arguments) const {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    const int output =
        ::open((folder_ + "/output").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    ::dup2(output, 1);
    ::dup2(output, 2);
    if (::geteuid() == 0 && (::setgid(group_) != 0 || ::setuid(user_) != 0)) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent || ::chdir(folder_.c_str()) != 0) ::_exit(126);
    std::vector<char*> words;
    for (const std::string& each : arguments) words.push_back(const_cast<char*>(each.c_str()));
    words.push_back(nullptr);
    const std::string program = kPrograms + arguments.front();
    ::execv(program.c_str(), words.data());
    ::_exit(127);
  }

  std::string folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  pid_t server_ = -1;
};

}  // namespace audit
