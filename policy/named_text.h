// NamedText: a file as somebody read it.
#pragma once

#include <string>

namespace policy {

struct NamedText {
  std::string name;  // for complaints only
  std::string text;  // octets, for what is not text
};

}  // namespace policy
