// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto {

/// What N answers of a listening test say about chance, where each answer is right with probability
/// 1/2. Arguments outside 0 <= hits <= trials are moved to the nearest valid ones. Thread: any.

/// Probability of at least this many hits: the p-value of an ABX test. 1 without trials.
double binomialAtLeast(int hits, int trials);

/// Exact two-sided p-value of a pairwise preference: of all results that are at least as far from
/// trials / 2. 1 without trials.
double binomialTwoSided(int hits, int trials);

struct ShareInterval {
    double low = 0, high = 1;
};

/// 95 % interval of the share of hits by Wilson's score, without correction for continuity; 0 to 1
/// without trials. Source: Wilson (1927), J. Am. Stat. Assoc. 22.
ShareInterval wilsonInterval(int hits, int trials);

} // namespace canto
