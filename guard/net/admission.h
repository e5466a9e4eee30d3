// Admission: how many connections there may be, from one address and in all. Pure.
//
// SPEC: XEP-0205: what is past a cap is closed without a word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace guard::net {

// Admission counts. Its passes must not outlive it.
class Admission {
 public:
  // Pass holds one place; it gives it back when destroyed. Move-only.
  class Pass {
   public:
    Pass(Pass&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), source_(std::move(other.source_)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (admission_ != nullptr) admission_->leave(source_);
    }

   private:
    friend class Admission;
    Pass(Admission& admission, std::string source)
        : admission_(&admission), source_(std::move(source)) {}
    Admission* admission_;
    std::string source_;
  };

  Admission(std::uint32_t total, std::uint32_t per_address)
      : total_(total), per_address_(per_address) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // admit gives a pass, or nothing at a cap. An IPv6 source is its /64: one host owns all of it.
  [[nodiscard]] std::optional<Pass> admit(std::string_view address);

  [[nodiscard]] std::uint32_t admitted() const { return admitted_; }

 private:
  void leave(const std::string& source);

  std::uint32_t total_;
  std::uint32_t per_address_;
  std::uint32_t admitted_ = 0;
  std::unordered_map<std::string, std::uint32_t> sources_;
};

// source_of gives what connections are counted by: an IPv4 address as it is, an IPv6 address's
// first 64 bits, anything else as it is.
[[nodiscard]] std::string source_of(std::string_view address);

}  // namespace guard::net
