// How changes of a row are merged that were made at the same time, each from the same row.
//
// Adaptive summation (Maleki et al. 2021, "Scaling distributed training with adaptive summation"):
//
//   g ⊕ h = (1 − g·h / 2|g|²) g + (1 − g·h / 2|h|²) h
//
// It is the sum of changes that are orthogonal, as those of rare rows are that learn from different
// words, and the mean of changes that are equal, as those of rows are that all replicas train
// alike: their sum would overshoot.
#pragma once

#include <limits>

#include "engine/simd.hpp"

namespace huffvec {

// g = g ⊕ h; rows of n floats, a multiple of 16. What is 0, or too small to be squared, is added.
inline void adaptive_sum(float* g, const float* h, int n) {
  constexpr float kLeast = std::numeric_limits<float>::min();
  Floats gh = {}, gg = {}, hh = {};
  for (int d = 0; d < n; d += kLanes) {
    const Floats g_d = load(g + d), h_d = load(h + d);
    gh += g_d * h_d;
    gg += g_d * g_d;
    hh += h_d * h_d;
  }
  const float product = sum(gh), of_g = sum(gg), of_h = sum(hh);
  const bool is_sum = of_g < kLeast || of_h < kLeast;
  const float g_share = is_sum ? 1 : 1 - product / (2 * of_g);
  const float h_share = is_sum ? 1 : 1 - product / (2 * of_h);
  for (int d = 0; d < n; d += kLanes) store(g + d, g_share * load(g + d) + h_share * load(h + d));
}

// Merges changes[0 … n - 1], of which null ones are zero, pair by pair in a binary tree; the others
// are overwritten. Returns the row with the sum, or null.
inline float* adaptive_sum(float** changes, int n, int stride) {
  for (int step = 1; step < n; step *= 2)
    for (int i = 0; i + step < n; i += 2 * step) {
      float* const other = changes[i + step];
      if (changes[i] && other) {
        adaptive_sum(changes[i], other, stride);
      } else if (other) {
        changes[i] = other;
      }
    }
  return changes[0];
}

}  // namespace huffvec
