// AnyMessage: one of the messages that travel between the processes.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

#include "guard/wire/configuration.h"
#include "guard/wire/figures.h"
#include "guard/wire/messages.h"

namespace guard::wire {

// The type octet of a frame is the index of its alternative. New ones go to the end.
using MessageAlternatives =
    std::variant<Context, Offer, Judgement, Hello, Ticket, Killed, Outcomes, Event, StreamEnded,
                 Welcome, Ended, Deliver, CloseStream, CloseAll, EventsStored, OutcomesStored,
                 Configure, Adopt, Ready, Ping, Pong, Stop, Restart, Note, Withdraw, Controls,
                 ControlsInForce, StreamCounts, QueueCounts, RevocationLists, ShownCertificates,
                 Reconfigure, Reconfigured, Drained, Tally, Figures, NotesStored, Settled>;

// AnyMessage is used like the variant that it is (std::get, std::visit). It is copied, moved and
// destroyed in any_message.cc alone: what a compiler makes of that for so many alternatives took
// half of the time to build each file that has a message in its hands.
class AnyMessage : public MessageAlternatives {
 public:
  template <class Message>
    requires(!std::derived_from<std::remove_cvref_t<Message>, MessageAlternatives>)
  AnyMessage(Message&& message)  // implicit, as a variant's
      : MessageAlternatives(std::forward<Message>(message)) {}
  AnyMessage(const AnyMessage& other);
  AnyMessage(AnyMessage&& other) noexcept;
  AnyMessage& operator=(const AnyMessage& other);
  AnyMessage& operator=(AnyMessage&& other) noexcept;
  ~AnyMessage();
};

}  // namespace guard::wire
