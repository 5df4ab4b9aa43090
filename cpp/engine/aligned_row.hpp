// Rows that belong to a thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/simd.hpp"

namespace huffvec {

inline void copy_row(const float* row, int stride, float* to) {
  for (int d = 0; d < stride; d += kLanes) store(to + d, load(row + d));
}

// Into the second-level cache: the few places where the first level waits for memory fill up at
// once with whole rows, and the core would stand still (20 to 30 % of the speed of negative
// sampling on a Zen 4).
inline void prefetch_row(const float* row, int stride) {
  const char* const bytes = reinterpret_cast<const char*>(row);
  for (int byte = 0; byte < stride * 4; byte += 64) __builtin_prefetch(bytes + byte, 0, 2);
}

// One or several rows of floats, 64-byte aligned.
class AlignedRow {
 public:
  explicit AlignedRow(size_t n_floats) : blocks_((n_floats + 15) / 16) {}
  float* data() { return reinterpret_cast<float*>(blocks_.data()); }
  void grow(size_t n_floats) { blocks_.resize(std::max(blocks_.size(), (n_floats + 15) / 16)); }

 private:
  struct alignas(64) Block {
    float values[16] = {};
  };
  std::vector<Block> blocks_;
};

}  // namespace huffvec
