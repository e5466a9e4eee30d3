#include "guard/wire/permitted.h"

#include <array>
#include <variant>

namespace guard::wire {
namespace {

template <class Message, std::size_t Index = 0>
consteval std::size_t type_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<Index, MessageAlternatives>, Message>) {
    return Index;
  } else {
    return type_of<Message, Index + 1>();
  }
}

struct Permission {
  Role receiver;
  Channel channel;
  std::size_t type;
};

// The table. A line that is not here is a process that ends.
constexpr Permission kPermissions[] = {
    {Role::kFilter, Channel::kOffers, type_of<Context>()},
    {Role::kFilter, Channel::kOffers, type_of<Offer>()},
    {Role::kRecorder, Channel::kJudgements, type_of<Judgement>()},
    {Role::kRecorder, Channel::kTickets, type_of<Hello>()},
    {Role::kRecorder, Channel::kTickets, type_of<Ticket>()},
    {Role::kRecorder, Channel::kTickets, type_of<Killed>()},
    {Role::kRecorder, Channel::kTickets, type_of<Outcomes>()},
    {Role::kRecorder, Channel::kTickets, type_of<Event>()},
    {Role::kRecorder, Channel::kTickets, type_of<StreamEnded>()},
    {Role::kEdge, Channel::kReleases, type_of<Welcome>()},
    {Role::kEdge, Channel::kReleases, type_of<Ended>()},
    {Role::kEdge, Channel::kReleases, type_of<Settled>()},
    {Role::kEdge, Channel::kReleases, type_of<Deliver>()},
    {Role::kEdge, Channel::kReleases, type_of<CloseStream>()},
    {Role::kEdge, Channel::kReleases, type_of<CloseAll>()},
    {Role::kEdge, Channel::kReleases, type_of<Withdraw>()},
    {Role::kEdge, Channel::kReleases, type_of<EventsStored>()},
    {Role::kEdge, Channel::kReleases, type_of<OutcomesStored>()},
    {Role::kEdge, Channel::kControl, type_of<Configure>()},
    {Role::kEdge, Channel::kControl, type_of<Adopt>()},
    {Role::kEdge, Channel::kControl, type_of<Ping>()},
    {Role::kEdge, Channel::kControl, type_of<Stop>()},
    {Role::kEdge, Channel::kControl, type_of<Controls>()},
    {Role::kEdge, Channel::kControl, type_of<RevocationLists>()},
    {Role::kEdge, Channel::kControl, type_of<ShownCertificates>()},
    {Role::kEdge, Channel::kControl, type_of<Reconfigure>()},
    {Role::kFilter, Channel::kControl, type_of<Configure>()},
    {Role::kFilter, Channel::kControl, type_of<Adopt>()},
    {Role::kFilter, Channel::kControl, type_of<Ping>()},
    {Role::kFilter, Channel::kControl, type_of<Stop>()},
    {Role::kRecorder, Channel::kControl, type_of<Configure>()},
    {Role::kRecorder, Channel::kControl, type_of<Adopt>()},
    {Role::kRecorder, Channel::kControl, type_of<Ping>()},
    {Role::kRecorder, Channel::kControl, type_of<Stop>()},
    {Role::kRecorder, Channel::kControl, type_of<Note>()},
    {Role::kRecorder, Channel::kControl, type_of<Controls>()},
    {Role::kRecorder, Channel::kControl, type_of<Reconfigure>()},
    {Role::kMetrics, Channel::kControl, type_of<Figures>()},
    {Role::kMetrics, Channel::kControl, type_of<Ping>()},
    {Role::kMetrics, Channel::kControl, type_of<Stop>()},
    {Role::kSupervisor, Channel::kControl, type_of<Ready>()},
    {Role::kSupervisor, Channel::kControl, type_of<Pong>()},
    {Role::kSupervisor, Channel::kControl, type_of<Restart>()},
    {Role::kSupervisor, Channel::kControl, type_of<ControlsInForce>()},
    {Role::kSupervisor, Channel::kControl, type_of<StreamCounts>()},
    {Role::kSupervisor, Channel::kControl, type_of<QueueCounts>()},
    {Role::kSupervisor, Channel::kControl, type_of<Reconfigured>()},
    {Role::kSupervisor, Channel::kControl, type_of<Drained>()},
    {Role::kSupervisor, Channel::kControl, type_of<Tally>()},
    {Role::kSupervisor, Channel::kControl, type_of<NotesStored>()},
};

constexpr std::array kNames = {"Context",
                               "Offer",
                               "Judgement",
                               "Hello",
                               "Ticket",
                               "Killed",
                               "Outcomes",
                               "Event",
                               "StreamEnded",
                               "Welcome",
                               "Ended",
                               "Deliver",
                               "CloseStream",
                               "CloseAll",
                               "EventsStored",
                               "OutcomesStored",
                               "Configure",
                               "Adopt",
                               "Ready",
                               "Ping",
                               "Pong",
                               "Stop",
                               "Restart",
                               "Note",
                               "Withdraw",
                               "Controls",
                               "ControlsInForce",
                               "StreamCounts",
                               "QueueCounts",
                               "RevocationLists",
                               "ShownCertificates",
                               "Reconfigure",
                               "Reconfigured",
                               "Drained",
                               "Tally",
                               "Figures",
                               "NotesStored",
                               "Settled"};
static_assert(kNames.size() == std::variant_size_v<MessageAlternatives>);

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kSupervisor:
      return "guardd";
    case Role::kEdge:
      return "guard-edge";
    case Role::kFilter:
      return "guard-filter";
    case Role::kRecorder:
      return "guard-recorder";
    case Role::kMetrics:
      return "guard-metrics";
  }
  return "";
}

bool permitted(Role role, Channel channel, const AnyMessage& message) {
  for (const Permission& permission : kPermissions) {
    if (permission.receiver == role && permission.channel == channel &&
        permission.type == message.index()) {
      return true;
    }
  }
  return false;
}

std::string_view name_of(const AnyMessage& message) { return kNames[message.index()]; }

}  // namespace guard::wire
