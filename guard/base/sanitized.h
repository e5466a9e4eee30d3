#pragma once

// kSanitized says whether this build runs under AddressSanitizer. There a test takes ten to forty times
// as long, and looks for faults of memory: it may take fewer samples, never other ones.
namespace guard {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace guard
