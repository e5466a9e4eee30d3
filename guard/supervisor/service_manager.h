// ServiceManager: what guardd tells systemd, or whatever else speaks its protocol (sd_notify(3)):
// datagrams of lines to the socket that $NOTIFY_SOCKET names. Without one it says nothing.
//
//   READY=1      everything works, for the first time or again after a reload
//   RELOADING=1  a reload has begun; READY=1 follows, however it ends
//   STOPPING=1   guardd is ending
//   WATCHDOG=1   every process that stanzas depend on works and answers; more often than twice in
//                the time that the manager gives ($WATCHDOG_USEC), and never while one does not
//   STATUS=...   a line for people
//
// Children have an empty environment, and so never see the socket.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "guard/base/descriptor.h"
#include "guard/supervisor/watch.h"

namespace guard::supervisor {

class ServiceManager {
 public:
  // Without a manager nothing is said.
  ServiceManager() = default;

  // Variables gives the value of an environment variable; nothing where there is none.
  using Variables = std::function<std::optional<std::string>(const char*)>;

  // from_environment reads what the manager has set; one that is meant for another process
  // ($WATCHDOG_PID is not `own`) wants no watchdog of this one. A socket that cannot be reached is
  // as none: nothing of the guard depends on who watches it.
  [[nodiscard]] static ServiceManager from_environment(const Variables& variables, pid_t own);

  void ready(std::string_view status);
  void reloading(Moment now);
  void stopping();

  // tick sends WATCHDOG=1 where one is due and everything is `healthy`.
  void tick(bool healthy, Moment now);

  // watchdog_every is the pause between two of them, a third of what the manager gives; none where
  // it has no watchdog for this process.
  [[nodiscard]] std::optional<Moment> watchdog_every() const { return every_; }

 private:
  void send(const std::string& lines) const;

  Descriptor socket_;
  sockaddr_un address_{};
  socklen_t size_ = 0;
  std::optional<Moment> every_;
  Moment next_ = 0;
};

}  // namespace guard::supervisor
