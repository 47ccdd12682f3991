// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/simd.h"
#include "core/projection/umap.h"

namespace canto::projection::inline CANTO_LANES {

/// log2(x) for positive normal x, within 2e-5. Own minimax fits on the mantissa.
inline simd::Floats fastLog2(simd::Floats x) {
    simd::Ints bits;
    std::memcpy(&bits, &x, sizeof bits);
    const simd::Ints exponent = (bits >> 23) - 127;
    const simd::Ints mantissaBits = (bits & 0x007FFFFF) | 0x3F800000;
    simd::Floats t;
    std::memcpy(&t, &mantissaBits, sizeof t);
    t -= 1.0f;
    const simd::Floats fit =
        ((((-0.03459521f * t + 0.14643361f) * t - 0.30338967f) * t + 0.46930170f) * t -
         0.72044235f) *
            t +
        1.44268322f;
    return __builtin_convertvector(exponent, simd::Floats) + fit * t;
}

/// 2^x for x in (-126, 127), relative error 4e-6.
inline simd::Floats fastExp2(simd::Floats x) {
    const simd::Ints whole = __builtin_convertvector(x + 128.0f, simd::Ints) - 128;
    const simd::Floats t = x - __builtin_convertvector(whole, simd::Floats);
    const simd::Ints bits = (whole + 127) << 23;
    simd::Floats power;
    std::memcpy(&power, &bits, sizeof power);
    const simd::Floats fit =
        (((0.01368398f * t + 0.05171774f) * t + 0.24162131f) * t + 0.69296956f) * t + 1.00000358f;
    return power * fit;
}

/// One component of one repulsion, clipped as in umap-learn.
inline simd::Floats clippedPush(simd::Floats v) {
    const simd::Floats high = simd::all(4.0f), low = simd::all(-4.0f);
    v = v < high ? v : high;
    return v > low ? v : low;
}

/// The two forces of the layout as factors of the difference of two positions, for squared
/// distances d2. Source: UMAP, section 3.2 (gradients of the cross entropy of 1 / (1 + a d^(2b))).
struct Force {
    simd::Floats a, b, twoAb, twoB;

    explicit Force(UmapCurve curve)
        : a(simd::all(curve.a)), b(simd::all(curve.b)), twoAb(simd::all(2 * curve.a * curve.b)),
          twoB(simd::all(2 * curve.b)) {}

    simd::Floats attraction(simd::Floats d2) const {
        const simd::Floats floor = simd::all(1e-8f);
        const simd::Floats safe = d2 > floor ? d2 : floor;
        const simd::Floats power = fastExp2(b * fastLog2(safe));
        return twoAb * power / (safe * (1.0f + a * power));
    }
    simd::Floats repulsion(simd::Floats d2) const {
        const simd::Floats floor = simd::all(1e-8f);
        const simd::Floats safe = d2 > floor ? d2 : floor;
        const simd::Floats power = fastExp2(b * fastLog2(safe));
        return twoB / ((0.001f + d2) * (1.0f + a * power));
    }
};

} // namespace canto::projection::inline CANTO_LANES
