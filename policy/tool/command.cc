#include "policy/tool/command.h"

#include <cstdio>
#include <fstream>

#include "guard/base/escape.h"

namespace policy::tool {

void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int complain(const std::string& what) {
  std::fprintf(stderr, "guard-policy: %s\n", guard::for_terminal(what).c_str());
  return kUnreadable;
}

int complain(const Errors& errors) {
  for (const guard::FileError& error : errors) {
    std::fprintf(stderr, "%s\n", guard::for_terminal(error.to_string()).c_str());
  }
  return kUnreadable;
}

int write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return file ? kYes : complain(path + ": cannot be written");
}

}  // namespace policy::tool
