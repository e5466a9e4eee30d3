// Runs of plain characters, skipped 16 at a time: where the framer spends its time.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace guard::xmpp {

// skip_run gives the first octet in [at, end) that is `a`, `b`, `c`, below 0x20, or not ASCII;
// `end` where there is none.
inline const char* skip_run(const char* at, const char* end, char a, char b, char c) {
#if defined(__SSE2__)
  // As signed octets, control characters and everything from 0x80 are both "less than space".
  const __m128i space = _mm_set1_epi8(0x20);
  const __m128i stop_a = _mm_set1_epi8(a);
  const __m128i stop_b = _mm_set1_epi8(b);
  const __m128i stop_c = _mm_set1_epi8(c);
  while (end - at >= 16) {
    const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i stops =
        _mm_or_si128(_mm_or_si128(_mm_cmplt_epi8(octets, space), _mm_cmpeq_epi8(octets, stop_a)),
                     _mm_or_si128(_mm_cmpeq_epi8(octets, stop_b), _mm_cmpeq_epi8(octets, stop_c)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stops));
    if (mask != 0) return at + __builtin_ctz(mask);
    at += 16;
  }
#endif
  while (at != end && static_cast<signed char>(*at) >= 0x20 && *at != a && *at != b && *at != c) {
    ++at;
  }
  return at;
}

}  // namespace guard::xmpp
