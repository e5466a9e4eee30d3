#include "guard/control/asker.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace guard::control {

bool Asker::member(gid_t wanted) const {
  return group == wanted || std::ranges::find(groups, wanted) != groups.end();
}

std::string Asker::to_string() const { return "uid " + std::to_string(user); }

std::optional<Asker> asker_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 ||
      size != sizeof credentials) {
    return std::nullopt;
  }
  Asker asker{.user = credentials.uid, .group = credentials.gid, .process = credentials.pid};
  socklen_t octets = 0;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, nullptr, &octets) == 0) return asker;
  if (errno != ERANGE) return std::nullopt;
  asker.groups.resize(octets / sizeof(gid_t));
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, asker.groups.data(), &octets) != 0) {
    return std::nullopt;
  }
  return asker;
}

Role role_of(const Asker& asker, const Rights& rights, uid_t owner) {
  if (asker.user == 0 || asker.user == owner) return Role::kOperator;
  if (rights.operators && asker.member(*rights.operators)) return Role::kOperator;
  if (rights.viewers && asker.member(*rights.viewers)) return Role::kViewer;
  if (rights.auditors && asker.member(*rights.auditors)) return Role::kAuditor;
  return Role::kNone;
}

}  // namespace guard::control
