#include "guard/recorder/store_memory.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "guard/recorder/store.h"

namespace guard::recorder {

std::expected<StoreMemory, std::string> StoreMemory::map(Descriptor file, std::size_t size) {
  const auto failed = [](std::string_view what) {
    return std::unexpected("hand-over store: " + std::string(what) + ": " + std::strerror(errno));
  };
  struct stat about{};
  if (::fstat(file.number(), &about) != 0) return failed("cannot be looked at");
  if (about.st_size == 0) {
    if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0) return failed("cannot grow");
  } else {
    size = static_cast<std::size_t>(about.st_size);
  }
  if (size < Store::kSmallest) {
    errno = EINVAL;
    return failed("is too small");
  }
  void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0);
  if (at == MAP_FAILED) return failed("cannot be mapped");
  return StoreMemory(std::move(file), {static_cast<std::uint8_t*>(at), size});
}

StoreMemory::StoreMemory(StoreMemory&& other) noexcept
    : file_(std::move(other.file_)), octets_(std::exchange(other.octets_, {})) {}

StoreMemory::~StoreMemory() {
  if (!octets_.empty()) ::munmap(octets_.data(), octets_.size());
}

}  // namespace guard::recorder
