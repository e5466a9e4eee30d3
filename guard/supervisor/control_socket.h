// ControlSocket: guardd's end of guardctl's conversations (guard/control/README.md).
//
// Who controls the input: any user of the host that reaches the socket. Bounds: 16 connections, a
// line of 1,024 octets within 5 s, an answer within 60 s.
#pragma once

#include <poll.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/descriptor.h"
#include "guard/control/asker.h"
#include "guard/control/request.h"

namespace guard::supervisor {

class ControlSocket {
 public:
  static constexpr std::size_t kMaxConnections = 16;
  static constexpr std::int64_t kLineWithin = 5'000;  // milliseconds
  static constexpr std::int64_t kAnswerWithin = 60'000;

  // asked is called with a whole line and who said it, or with what is wrong with the line; it
  // calls answer() with that number, at once or later.
  using Asked = std::function<void(std::uint64_t number, const control::Asker& asker,
                                   const std::expected<control::Request, std::string>& request)>;

  // admitted says whether somebody may say anything at all; who may not is told so and takes no
  // place.
  using Admitted = std::function<bool(const control::Asker& asker)>;

  // open makes the socket at `path`. Every user of the host may connect: the kernel says who that
  // is, and `admitted` decides; the folder's mode may be narrower. A socket that nobody listens on
  // any more is replaced; anything else there is an error.
  [[nodiscard]] static std::expected<ControlSocket, std::string> open(
      const std::filesystem::path& path, Admitted admitted);
  ~ControlSocket();  // removes the socket
  ControlSocket(ControlSocket&& other) noexcept;
  ControlSocket& operator=(ControlSocket&&) = delete;
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  // add_polls appends what is to be polled; polled takes the same entries back.
  void add_polls(std::vector<pollfd>& polls) const;
  void polled(const std::vector<pollfd>& polls, std::int64_t now, const Asked& asked);

  // answer gives the answer to the asker of that number; ignored where he has gone.
  void answer(std::uint64_t number, const control::Answer& answer);

  // tick drops whoever is late.
  void tick(std::int64_t now);

  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  struct Connection {
    Descriptor socket;
    control::Asker asker;
    std::string in;
    std::string out;
    std::int64_t deadline = 0;
    bool asked = false;
    bool answered = false;
  };

  ControlSocket(std::filesystem::path path, Descriptor listener, Admitted admitted);
  void accept(std::int64_t now);
  // Each returns false when the connection is over.
  bool hear(std::uint64_t number, Connection& connection, std::int64_t now, const Asked& asked);
  static bool speak(Connection& connection);

  std::filesystem::path path_;
  Descriptor listener_;
  Admitted admitted_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t last_number_ = 0;
};

}  // namespace guard::supervisor
