// Asker: who is at the other end of the control socket, as the kernel says, and what they may do.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace guard::control {

struct Asker {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups = {};  // the others
  pid_t process = 0;

  // member says whether one of the groups is `wanted`.
  [[nodiscard]] bool member(gid_t wanted) const;
  // to_string gives "uid 1000", as the audit log has it.
  [[nodiscard]] std::string to_string() const;
};

// asker_of asks the kernel about a connected Unix socket (SO_PEERCRED and SO_PEERGROUPS: who they
// were when they connected). nullopt where it does not say.
[[nodiscard]] std::optional<Asker> asker_of(int socket);

// Rights are the groups of the site file; one that is not set gives nobody anything.
struct Rights {
  std::optional<gid_t> auditors = {};   // may say that they read the audit log
  std::optional<gid_t> viewers = {};    // may look, too
  std::optional<gid_t> operators = {};  // may look and act
};

// Each may what the one before it may.
enum class Role : std::uint8_t { kNone = 0, kAuditor, kViewer, kOperator };

// role_of is born none. Root and `owner`, the user that guardd runs as, are operators.
[[nodiscard]] Role role_of(const Asker& asker, const Rights& rights, uid_t owner);

}  // namespace guard::control
