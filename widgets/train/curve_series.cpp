// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/train/curve_series.h"

#include <algorithm>
#include <cmath>

namespace canto::widgets {

void CurveSeries::add(double x, double y) {
    if (!std::isfinite(x) || !std::isfinite(y)) {
        ++m_skipped;
        return;
    }
    ++m_size;
    m_sum = m_smoothing * m_sum + (1 - m_smoothing) * y;
    m_weight = m_smoothing * m_weight + (1 - m_smoothing);
    const double smooth = m_sum / m_weight;
    if (!m_buckets.empty() && m_buckets.back().count < m_perBucket) {
        Bucket& bucket = m_buckets.back();
        bucket.last = x;
        bucket.least = std::min(bucket.least, y);
        bucket.most = std::max(bucket.most, y);
        bucket.smooth = smooth;
        ++bucket.count;
        return;
    }
    if (m_buckets.size() == kMostBuckets) {
        for (std::size_t i = 0; i < kMostBuckets / 2; ++i) {
            const Bucket& a = m_buckets[2 * i];
            const Bucket& b = m_buckets[2 * i + 1];
            m_buckets[i] = {
                a.first,  b.last,           std::min(a.least, b.least), std::max(a.most, b.most),
                b.smooth, a.count + b.count};
        }
        m_buckets.resize(kMostBuckets / 2);
        m_perBucket *= 2;
    }
    m_buckets.push_back({x, x, y, y, smooth, 1});
}

void CurveSeries::clear() { *this = CurveSeries(m_smoothing); }

} // namespace canto::widgets
