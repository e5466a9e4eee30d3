#include "guard/edge/test_house.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "guard/base/check.h"

namespace guard::edge {

void TestChannel::send(const wire::AnyMessage& message, Descriptor descriptor) {
  end_.send(message, std::move(descriptor));
  end_.flush();
  for (int i = 0; i < 1000 && end_.wants_write(); ++i) {
    pollfd writable{end_.fd(), POLLOUT, 0};
    ::poll(&writable, 1, 100);
    end_.flush();
  }
}

bool TestChannel::wait(std::chrono::steady_clock::time_point end) {
  if (closed_) return false;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  pollfd readable{end_.fd(), POLLIN, 0};
  if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) return false;
  auto received = end_.receive();
  for (auto& message : received.messages) messages_.push_back(std::move(message));
  if (received.fault) closed_ = true;
  return true;
}

TestHouse::TestHouse(wire::EdgeConfiguration configuration)
    : configuration_(std::move(configuration)) {
  configuration_.epoch = 7;
  wire::Ends ends = wire::make_channel(false);
  pid_ = ::fork();
  CHECK(pid_ >= 0);
  if (pid_ == 0) {
    ::dup2(ends.second.number(), 3);
    rlimit files{16384, 16384};
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::execl(GUARD_BINARY_DIR "/bin/guard-edge", "guard-edge", "edge-test",
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  control_ = std::make_unique<TestChannel>(std::move(ends.first), wire::Channel::kControl,
                                           wire::Role::kSupervisor);
}

TestHouse::~TestHouse() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void TestHouse::adopt(wire::Channel channel, Descriptor descriptor) {
  control_->send(wire::Adopt{channel, configuration_.side, configuration_.epoch},
                 std::move(descriptor));
}

void TestHouse::lose_recorder() {
  tickets_.reset();
  releases_.reset();
}

void TestHouse::replace_filter() {
  offers_.reset();
  replace_filter_alive();
}

void TestHouse::replace_filter_alive() {
  const auto old = std::move(offers_);
  wire::Ends ends = wire::make_channel(true);
  offers_ = std::make_unique<TestChannel>(std::move(ends.second), wire::Channel::kOffers,
                                          wire::Role::kFilter);
  adopt(wire::Channel::kOffers, std::move(ends.first));
  if (!old) return;
  // Until the edge has taken the new end.
  control_->send(wire::Ping{99});
  CHECK(control_->expect<wire::Pong>());
}

std::optional<wire::Hello> TestHouse::replace_recorder() {
  wire::Ends tickets = wire::make_channel(true);
  wire::Ends releases = wire::make_channel(true);
  tickets_ = std::make_unique<TestChannel>(std::move(tickets.second), wire::Channel::kTickets,
                                           wire::Role::kRecorder);
  releases_ = std::make_unique<TestChannel>(std::move(releases.first), wire::Channel::kReleases,
                                            wire::Role::kRecorder);
  adopt(wire::Channel::kTickets, std::move(tickets.first));
  adopt(wire::Channel::kReleases, std::move(releases.second));
  replace_filter();
  return tickets_->expect<wire::Hello>();
}

bool TestHouse::start() {
  control_->send(wire::Configure{wire::encode_configuration(configuration_)});
  if (!replace_recorder()) return false;
  releases_->send(wire::Welcome{0});
  return control_->expect<wire::Ready>().has_value();
}

void TestHouse::store_events() {
  std::uint64_t last = 0;
  while (const auto event = tickets_->expect<wire::Event>(100)) last = event->number;
  if (last != 0) releases_->send(wire::EventsStored{last});
}

std::optional<int> TestHouse::exit_status(int milliseconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  do {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  } while (std::chrono::steady_clock::now() <= end);
  return std::nullopt;
}

std::uint64_t TestHouse::resident() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  std::uint64_t size = 0;
  std::uint64_t pages = 0;
  statm >> size >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace guard::edge
