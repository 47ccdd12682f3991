// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Vector types of the compiler: as wide as the target's registers, with plain C++ operators. Sums
// taken lane by lane are the same in every run of one build. The namespace differs with the width,
// so that files compiled for different processors share no function.

#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define CANTO_LANES lanes16
#elif defined(__AVX__)
#define CANTO_LANES lanes8
#else
#define CANTO_LANES lanes4
#endif

namespace canto::projection::inline CANTO_LANES::simd {

#if defined(__AVX512F__)
inline constexpr std::size_t kLanes = 16;
#elif defined(__AVX__)
inline constexpr std::size_t kLanes = 8;
#else
inline constexpr std::size_t kLanes = 4;
#endif

using Doubles = double __attribute__((vector_size(kLanes * sizeof(float))));
using Floats = float __attribute__((vector_size(kLanes * sizeof(float))));
using Ints = std::int32_t __attribute__((vector_size(kLanes * sizeof(float))));

inline Floats load(const float* from) {
    Floats v;
    std::memcpy(&v, from, sizeof v);
    return v;
}

inline void store(float* to, const Floats& v) { std::memcpy(to, &v, sizeof v); }

inline Floats all(float value) { return Floats{} + value; }

/// Sum of the lanes, always in the same order.
inline float sum(const Floats& v) {
    float lanes[kLanes];
    store(lanes, v);
    for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
        for (std::size_t lane = 0; lane < width; ++lane) {
            lanes[lane] += lanes[lane + width];
        }
    }
    return lanes[0];
}

/// One bit a lane, set where the comparison's result `truth` is not zero.
inline unsigned bits(const Ints& truth) {
#if defined(__AVX512F__)
    __m512i wide;
    std::memcpy(&wide, &truth, sizeof wide);
    return _mm512_test_epi32_mask(wide, wide);
#elif defined(__AVX__)
    __m256 wide;
    std::memcpy(&wide, &truth, sizeof wide);
    return static_cast<unsigned>(_mm256_movemask_ps(wide));
#elif defined(__SSE2__)
    __m128 wide;
    std::memcpy(&wide, &truth, sizeof wide);
    return static_cast<unsigned>(_mm_movemask_ps(wide));
#else
    unsigned found = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        found |= truth[lane] != 0 ? 1u << lane : 0u;
    }
    return found;
#endif
}

/// Square of the Euclidean distance of two rows of n floats.
inline float squaredDistance(const float* a, const float* b, std::size_t n) {
    Floats first{}, second{};
    std::size_t i = 0;
    for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
        const Floats d = load(a + i) - load(b + i);
        const Floats e = load(a + i + kLanes) - load(b + i + kLanes);
        first += d * d;
        second += e * e;
    }
    float rest = 0;
    for (; i < n; ++i) {
        rest += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum(first + second) + rest;
}

} // namespace canto::projection::inline CANTO_LANES::simd
