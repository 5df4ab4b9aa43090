// Weighted sums of rows: the hidden vectors of documents.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "text/subwords.hpp"

namespace huffvec {

// Rows of a document, which are in the table, and what they are multiplied by.
struct WeightedRows {
  std::span<const int32_t> row_ids;
  std::span<const float> values;
};

// sum[d] = Σ_k values[k]·table[row_ids[k]][d].
template <int kRows>
[[gnu::always_inline]] inline void add_rows(const ConstRows& table, const int32_t* row_ids,
                                            const float* values, float* __restrict sum) {
  const float* rows[kRows];
  for (int r = 0; r < kRows; r++) rows[r] = table.data + row_ids[r] * table.stride;
  for (int d = 0; d < table.dim; d++) {
    float total = sum[d];
    for (int r = 0; r < kRows; r++) total += values[r] * rows[r][d];
    sum[d] = total;
  }
}

[[gnu::always_inline]] inline void sum_of_rows(const ConstRows& table, const WeightedRows& rows,
                                               float* sum) {
  constexpr size_t kAhead = 16;  // rows on their way from memory
  constexpr int kLineFloats = 16;
  const size_t n = rows.row_ids.size();
  const int32_t* const row_ids = rows.row_ids.data();
  const float* const values = rows.values.data();
  const auto prefetch = [&](size_t k) {
    const float* const row = table.data + row_ids[k] * table.stride;
    for (int d = 0; d < table.dim; d += kLineFloats) __builtin_prefetch(row + d);
  };
  std::fill_n(sum, table.dim, 0.0f);
  for (size_t k = 0; k < std::min(kAhead, n); k++) prefetch(k);
  size_t k = 0;
  for (; k + 4 <= n; k += 4) {
    for (size_t ahead = k + kAhead; ahead < std::min(k + kAhead + 4, n); ahead++) prefetch(ahead);
    add_rows<4>(table, row_ids + k, values + k, sum);
  }
  for (; k < n; k++) add_rows<1>(table, row_ids + k, values + k, sum);
}

using SumOfRows = void (*)(const ConstRows&, const WeightedRows&, float*);

inline void sum_of_rows_base(const ConstRows& table, const WeightedRows& rows, float* sum) {
  sum_of_rows(table, rows, sum);
}

#ifdef __x86_64__
// The same for processors that have wide registers.
[[gnu::target("avx2,fma")]] inline void sum_of_rows_avx2(const ConstRows& table,
                                                         const WeightedRows& rows, float* sum) {
  sum_of_rows(table, rows, sum);
}
#endif

// The function for this processor.
inline SumOfRows sum_of_rows_here() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return sum_of_rows_avx2;
#endif
  return sum_of_rows_base;
}

}  // namespace huffvec
