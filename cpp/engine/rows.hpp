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
      return PrivateRows::copy_of(*copies, first_copied + id);
    return data + static_cast<size_t>(id) * stride;
  }

  // The rows from `first` on as a table of their own.
  Rows part(int32_t first, int32_t n) const {
    return {data + static_cast<size_t>(first) * stride, n, stride, copies, first_copied + first};
  }

  // Of the table in any case: copies were used not long ago.
  void prefetch(int32_t id) const { prefetch_row(data + static_cast<size_t>(id) * stride, stride); }
};

}  // namespace huffvec
