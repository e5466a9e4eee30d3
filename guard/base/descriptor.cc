#include "guard/base/descriptor.h"

#include <unistd.h>

namespace guard {

void Descriptor::reset() {
  // Linux frees the number even where close reports an error: it is never closed twice.
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

}  // namespace guard
