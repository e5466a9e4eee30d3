// StoreMemory: the mapping of the memory file that guardd lends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>

#include "guard/base/descriptor.h"

namespace guard::recorder {

// StoreMemory unmaps when destroyed. Move-only.
class StoreMemory {
 public:
  // map maps the file, shared; one that is still empty is made `size` octets long (guardd makes it,
  // the first recorder knows how much it needs). Pages that are never written take no memory.
  [[nodiscard]] static std::expected<StoreMemory, std::string> map(Descriptor file,
                                                                   std::size_t size);
  ~StoreMemory();
  StoreMemory(StoreMemory&& other) noexcept;
  StoreMemory& operator=(StoreMemory&& other) = delete;
  StoreMemory(const StoreMemory&) = delete;
  StoreMemory& operator=(const StoreMemory&) = delete;

  [[nodiscard]] std::span<std::uint8_t> octets() const { return octets_; }

 private:
  StoreMemory(Descriptor file, std::span<std::uint8_t> octets)
      : file_(std::move(file)), octets_(octets) {}
  Descriptor file_;
  std::span<std::uint8_t> octets_;
};

}  // namespace guard::recorder
