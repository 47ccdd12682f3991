// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace canto::widgets {

/// One curve of a run without an end, in bounded memory: neighbouring values share a bucket, and
/// whenever the buckets are full each two of them become one. What is lost is where inside its
/// bucket a value lay; least, most and the smoothed curve stay exact.
class CurveSeries {
  public:
    static constexpr std::size_t kMostBuckets = 512;

    struct Bucket {
        double first = 0; ///< x of its first and last value
        double last = 0;
        double least = 0;
        double most = 0;
        double smooth = 0; ///< running mean after its last value
        std::size_t count = 0;
    };

    /// @param smoothing  weight of the past in the running mean, [0, 1).
    explicit CurveSeries(double smoothing = 0.8) : m_smoothing(smoothing) {}

    /// Values come in the order of x; what is not finite leaves no trace but a larger count of
    /// skipped().
    void add(double x, double y);
    void clear();

    /// At most kMostBuckets, in the order of x.
    const std::vector<Bucket>& buckets() const { return m_buckets; }
    std::size_t size() const { return m_size; } ///< values added
    std::size_t skipped() const { return m_skipped; }

  private:
    double m_smoothing;
    double m_sum = 0, m_weight = 0; ///< of the running mean: unbiased from the first value on
    std::size_t m_size = 0, m_skipped = 0;
    std::size_t m_perBucket = 1;
    std::vector<Bucket> m_buckets;
};

} // namespace canto::widgets
