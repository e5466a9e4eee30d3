#include "guard/wire/any_message.h"

namespace guard::wire {

AnyMessage::AnyMessage(const AnyMessage& other) = default;
AnyMessage::AnyMessage(AnyMessage&& other) noexcept = default;
AnyMessage& AnyMessage::operator=(const AnyMessage& other) = default;
AnyMessage& AnyMessage::operator=(AnyMessage&& other) noexcept = default;
AnyMessage::~AnyMessage() = default;

}  // namespace guard::wire
