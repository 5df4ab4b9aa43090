// Weighted sums of rows: the hidden vectors of documents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "text/subwords.hpp"

namespace huffvec {

// Rows of a document, which are in the table, and what they are multiplied by.
struct WeightedRows {
  std::span<const int32_t> row_ids;
  std::span<const float> values;
  size_t n_fetched = 0;  // so many are on their way to the cache
};

// sum[d] = scale·Σ_k values[k]·table[row_ids[k]][d], for the columns of kVectors vectors from
// `column` on: their sums stay in registers.
template <class Vector, int kVectors>
[[gnu::always_inline]] inline void sum_columns(const ConstRows& table, const WeightedRows& rows,
                                               int column, float scale, float* sum) {
  constexpr size_t kAhead = 24;  // rows on their way from memory
  const size_t n = rows.row_ids.size();
  Vector totals[kVectors] = {};
  for (size_t k = 0; k < n; k++) {
    const size_t ahead = k + kAhead;
    if (column == 0 && rows.n_fetched <= ahead && ahead < n) table.fetch(rows.row_ids[ahead]);
    const float* const row = table.data + rows.row_ids[k] * table.stride + column;
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) {
      Vector numbers;
      std::memcpy(&numbers, row + v * (sizeof(Vector) / sizeof(float)), sizeof(Vector));
      totals[v] += rows.values[k] * numbers;
    }
  }
  for (Vector& total : totals) total *= scale;
  std::memcpy(sum + column, totals, sizeof(totals));
}

// As many columns at a time as there are.
[[gnu::always_inline]] inline void sum_of_rows(const ConstRows& table, const WeightedRows& rows,
                                               float scale, float* sum) {
  typedef float Eight __attribute__((vector_size(32)));
  int d = 0;
  for (; d + 64 <= table.dim; d += 64) sum_columns<Eight, 8>(table, rows, d, scale, sum);
  for (; d + 32 <= table.dim; d += 32) sum_columns<Eight, 4>(table, rows, d, scale, sum);
  for (; d + 16 <= table.dim; d += 16) sum_columns<Eight, 2>(table, rows, d, scale, sum);
  for (; d + 8 <= table.dim; d += 8) sum_columns<Eight, 1>(table, rows, d, scale, sum);
  for (; d < table.dim; d++) sum_columns<float, 1>(table, rows, d, scale, sum);
}

using SumOfRows = void (*)(const ConstRows&, const WeightedRows&, float scale, float* sum);

inline void sum_of_rows_base(const ConstRows& table, const WeightedRows& rows, float scale,
                             float* sum) {
  sum_of_rows(table, rows, scale, sum);
}

#ifdef __x86_64__
// The same for processors that have wide registers.
[[gnu::target("avx2,fma")]] inline void sum_of_rows_avx2(const ConstRows& table,
                                                         const WeightedRows& rows, float scale,
                                                         float* sum) {
  sum_of_rows(table, rows, scale, sum);
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
