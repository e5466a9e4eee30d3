#include "guard/supervisor/file_stamp.h"

#include <sys/stat.h>

namespace guard::supervisor {

FileStamp stamp_of(const std::filesystem::path& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0) return {};
  return {about.st_mtim.tv_sec, about.st_mtim.tv_nsec, static_cast<std::uint64_t>(about.st_size),
          about.st_ino};
}

}  // namespace guard::supervisor
