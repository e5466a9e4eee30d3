// guard-label: reads, judges, converts and translates security labels, and reads security policies.
//
// Exit status: 0 yes; 1 no; 2 the input cannot be read or is malformed; 3 wrong usage.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>

#include "labels/tool/answer.h"
#include "labels/tool/command_line.h"

namespace {

using labels::tool::Answer;
using labels::tool::Status;

// write puts everything to the stream; a full disk or a reader that has gone is no success.
bool write(const std::string& text, std::FILE* stream) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() &&
         std::fflush(stream) == 0;
}

int finish(Answer answer) {
  if (answer.binary && ::isatty(STDOUT_FILENO) == 1) {
    answer = labels::tool::wrong_usage(
        "DER is not for a terminal: redirect the output, or use --base64 or --hex");
  }
  const bool complained = write(answer.complaints, stderr);
  if (!write(answer.out, stdout) || !complained) {
    (void)write(labels::tool::complaint("the output cannot be written"), stderr);
    return static_cast<int>(Status::kBad);
  }
  return static_cast<int>(answer.status);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    return finish(labels::tool::run_command_line(argc, argv, folder.string()));
  } catch (const std::exception& error) {
    return finish({.status = Status::kBad, .complaints = labels::tool::complaint(error.what())});
  }
}
