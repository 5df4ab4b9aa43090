// Rows of floats as the kernels take them: aligned and padded to whole vectors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/private_rows.hpp"

namespace huffvec {

// A table of float32 rows, each padded with zeros to `stride` floats and 64-byte aligned; or a
// thread's own copies of them.
struct Rows {
  float* data = nullptr;
  int32_t n_rows = 0;
  int stride = 0;
  // What a thread has its own copies of the rows in (rounds.hpp); null where it writes the table.
  // They change between chunks: no row is to be kept from one chunk to the next.
  PrivateRows* const* copies = nullptr;
  int32_t first_copied = 0;  // the number of row 0 in them

  float* operator[](int32_t id) const {
    if (copies) return (*copies)->copy_of(first_copied + id);
    return data + static_cast<size_t>(id) * stride;
  }

  // The rows from `first` on as a table of their own.
  Rows part(int32_t first, int32_t n) const {
    return {data + static_cast<size_t>(first) * stride, n, stride, copies, first_copied + first};
  }

  void prefetch(int32_t id) const {
    if (copies) return (*copies)->prefetch(first_copied + id);
    prefetch_row(data + static_cast<size_t>(id) * stride, stride);
  }
};

// Rows without copies. What asks for rows at every word is a template over the kind of rows, so
// that it does not ask each time whether there are copies.
struct SharedRows : Rows {
  explicit SharedRows(const Rows& rows) : Rows(rows) {}
  float* operator[](int32_t id) const { return data + static_cast<size_t>(id) * stride; }
  void prefetch(int32_t id) const { prefetch_row((*this)[id], stride); }
};

// make(rows), with SharedRows where they are.
template <class Make>
auto by_kind(const Rows& rows, const Make& make) {
  return rows.copies ? make(rows) : make(SharedRows(rows));
}

}  // namespace huffvec
