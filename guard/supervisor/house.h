// House: the running processes. It carries out what Watch decides: forks, joins, kills, listens.
#pragma once

#include <sys/types.h>

#include <array>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "guard/control/asker.h"
#include "guard/supervisor/control_socket.h"
#include "guard/supervisor/credential_watch.h"
#include "guard/supervisor/date_watch.h"
#include "guard/supervisor/figure_book.h"
#include "guard/supervisor/graph.h"
#include "guard/supervisor/metrics_listener.h"
#include "guard/supervisor/note_book.h"
#include "guard/supervisor/operator_desk.h"
#include "guard/supervisor/plan.h"
#include "guard/supervisor/reload.h"
#include "guard/supervisor/revocation.h"
#include "guard/supervisor/service_manager.h"
#include "guard/supervisor/watch.h"
#include "guard/wire/channel_end.h"

namespace guard::supervisor {

// ControlParts is what the operator's side of the house is made of.
struct ControlParts {
  ControlSocket socket;
  std::filesystem::path state_file;
  OperatorState state;
  control::Rights rights;
};

// What House is given. The executables stand beside guardd itself.
struct HouseParts {
  Plan plan;
  std::array<std::optional<std::filesystem::path>, 2> network_namespaces;  // by Side
  std::filesystem::path executables;
  Descriptor lock;   // of the log; lent to every recorder
  std::string site;  // the site file's name, for guardctl
  // replan makes a plan of the files as they are now (replan.h).
  std::function<std::expected<Plan, std::vector<FileError>>(const Plan& in_force)> replan;
  std::optional<ControlParts> control;
  std::optional<MetricsListener> metrics;
  ServiceManager manager;  // who has started guardd
};

class House {
 public:
  explicit House(HouseParts parts);

  // run starts everything and returns guardd's exit status when all has ended: after SIGTERM or
  // SIGINT, or when the service cannot go on. REQUIRES: one thread; SIGCHLD, SIGTERM, SIGINT
  // and SIGHUP are not handled elsewhere.
  [[nodiscard]] int run();

 private:
  struct Inhabitant {
    pid_t pid = -1;
    std::optional<wire::ChannelEnd> control;
    std::uint64_t epoch = 0;  // of an edge
    UtcTime since;
    bool ready = false;
  };
  // Staged: the new plan and its filters, while they are joined to nothing.
  struct Staged {
    Plan plan;
    std::array<Inhabitant, 2> filters;     // by Side
    std::array<Descriptor, 2> offers;      // the edges' ends
    std::array<Descriptor, 2> judgements;  // the recorder's
  };
  // ReloadAsker: who waits for the end of a reload.
  struct ReloadAsker {
    std::uint64_t number = 0;
    bool json = false;
  };

  [[nodiscard]] Inhabitant& inhabitant(Process process);
  void act(const Watch::Actions& actions);
  void act_on(const Action& action);
  // settle sends what has been put on the control sockets, notes first.
  void settle();
  void start(Process process);
  // spawn_one gives no inhabitant where the system could not start it.
  [[nodiscard]] std::optional<Inhabitant> spawn_one(Process process);
  void configure(Process process);
  void join(const Arrow& arrow);
  void note(std::string event, std::string detail);
  // look_at_files sends the edges the lists that have changed; it does nothing before its
  // time.
  void look_at_files(Moment now);
  // look_at_certificates does the same with the certificates that the edges show.
  void look_at_certificates();
  // look_at_dates tells everybody when the policy's dates let another peer in or keep one out; it
  // does nothing before its time.
  void look_at_dates();
  void look_up_dates(UtcTime now);
  // note_absent says who comes and who goes.
  void note_absent(const std::vector<wire::AbsentPeer>& before,
                   const std::vector<wire::AbsentPeer>& after);
  void send_notes();
  void reap();
  void listen(Process process);
  void on_message(Process process, const wire::AnyMessage& message);
  [[nodiscard]] bool on_report(Process process, const wire::AnyMessage& message);
  void on_signals();
  void open_desk();
  void tell_controls(const wire::Controls& controls);
  void gone(Process process);
  // reload begins one; whoever asked is answered, at once or later.
  void reload(const std::string& who, std::optional<ReloadAsker> asker);
  // note_policy says what the service was started with.
  void note_policy();
  // tell_ready tells the service manager that everything works, by which policy.
  void tell_ready();
  void answer_reload(int status, const std::string& text);
  void act(const Reload::Actions& actions);
  void act_on(const ReloadAction& action);
  void stage();
  void stage_filter(Side side);
  void listen_staged(Side side);
  void give_up(const std::string& why);
  void switch_policy(std::uint64_t number);
  void end_old();
  void done(std::uint64_t withdrawn);
  // tell_of_switch tells a recorder that was started between a switch and its end.
  void tell_of_switch();
  // reap_filter says whether the process was one that no inhabitant is.
  [[nodiscard]] bool reap_filter(pid_t pid, int status);
  [[nodiscard]] HouseStatus status();
  // tell_metrics sends the numbers as they are, unless those before are still unread.
  void tell_metrics();
  void wait();
  [[nodiscard]] std::uint64_t next_epoch();

  HouseParts parts_;
  Watch watch_;
  std::array<Inhabitant, kProcesses> inhabitants_;
  Descriptor signals_;
  Descriptor store_;  // the memory file of the hand-over store
  RevocationWatch revocations_;
  CredentialWatch credentials_;
  Moment next_look_ = 0;
  DateWatch dates_;
  NoteBook notes_;
  bool recorder_ready_ = false;
  bool recorder_was_started_ = false;
  std::uint64_t last_epoch_ = 0;
  std::optional<int> exit_status_;
  const UtcTime started_;
  std::array<std::uint64_t, kProcesses> starts_{};
  Reload reload_;
  std::optional<Staged> staged_;
  std::vector<Inhabitant> leaving_;  // filters of the old policy
  std::optional<ReloadAsker> reload_asker_;
  FigureBook figures_;
  Moment next_figures_ = 0;
  std::optional<OperatorDesk> desk_;  // always; nobody can ask it where the site has no socket
};

}  // namespace guard::supervisor
