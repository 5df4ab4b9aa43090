// Rows of floats as the kernels take them: aligned and padded to whole vectors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/private_rows.hpp"

namespace huffvec {

// A table of float32 rows, each padded with zeros to `stride` floats and 64-byte aligned.
struct Rows {
  float* data = nullptr;
  int32_t n_rows = 0;
  int stride = 0;
  // What a thread has its own copies of the rows in (rounds.hpp); null where it writes the table.
  // They change between chunks: no row is to be kept from one chunk to the next.
  PrivateRows* const* copies = nullptr;
  int32_t first_copied = 0;  // the number of row 0 in them

  float* operator[](int32_t id) const {
    if (copies) [[unlikely]]
      return (**copies)[first_copied + id];
    return data + static_cast<size_t>(id) * stride;
  }

  // The rows from `first` on as a table of their own.
  Rows part(int32_t first, int32_t n) const {
    return {data + static_cast<size_t>(first) * stride, n, stride, copies, first_copied + first};
  }

  // Into the second-level cache: the few places where the first level waits for memory fill up at
  // once with whole rows, and the core would stand still (20 to 30 % of the speed of negative
  // sampling on a Zen 4).
  void prefetch(int32_t id) const {
    const float* row = data + static_cast<size_t>(id) * stride;
    if (copies) [[unlikely]]
      if (const float* const copy = (**copies).find(first_copied + id)) row = copy;
    const char* const bytes = reinterpret_cast<const char*>(row);
    for (int byte = 0; byte < stride * 4; byte += 64) __builtin_prefetch(bytes + byte, 0, 2);
  }
};

}  // namespace huffvec
