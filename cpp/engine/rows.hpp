// Rows of floats as the kernels take them: aligned and padded to whole vectors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/simd.hpp"

namespace huffvec {

// A table of float32 rows, each padded with zeros to `stride` floats and 64-byte aligned.
struct Rows {
  float* data = nullptr;
  int32_t n_rows = 0;
  int stride = 0;

  float* operator[](int32_t id) const { return data + static_cast<size_t>(id) * stride; }

  // Into the second-level cache: the few places where the first level waits for memory fill up at
  // once with whole rows, and the core would stand still (20 to 30 % of the speed of negative
  // sampling on a Zen 4).
  void prefetch(int32_t id) const {
    const char* row = reinterpret_cast<const char*>((*this)[id]);
    for (int byte = 0; byte < stride * 4; byte += 64) __builtin_prefetch(row + byte, 0, 2);
  }
};

inline void copy_row(const float* row, int stride, float* to) {
  for (int d = 0; d < stride; d += kLanes) store(to + d, load(row + d));
}

// One or several such rows that belong to a thread.
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
