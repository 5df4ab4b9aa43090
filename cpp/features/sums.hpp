// Weighted sums of rows: the hidden vectors of documents.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "text/subwords.hpp"

namespace huffvec {

// Bags whose rows are in the table; see DocumentBags.
struct BagsView {
  const int64_t* offsets;
  const int32_t* row_ids;
  const float* values;
};

// sums[i] = Σ_k values[k]·table[row_ids[k]] over the features k of bag i, for bags first … last
// - 1.
inline void weighted_sums(const ConstRows& table, const BagsView& bags, size_t first, size_t last,
                          float* sums) {
  constexpr int64_t kAhead = 12;  // rows on their way from memory
  constexpr int kLineFloats = 16;
  const int64_t all_end = bags.offsets[last];
  for (size_t bag = first; bag < last; bag++) {
    float* __restrict const sum = sums + bag * static_cast<size_t>(table.dim);
    std::fill_n(sum, table.dim, 0.0f);
    for (int64_t k = bags.offsets[bag]; k < bags.offsets[bag + 1]; k++) {
      if (k + kAhead < all_end) {
        const float* const ahead = table.data + bags.row_ids[k + kAhead] * table.stride;
        for (int d = 0; d < table.dim; d += kLineFloats) __builtin_prefetch(ahead + d);
      }
      const float* __restrict const row = table.data + bags.row_ids[k] * table.stride;
      const float value = bags.values[k];
      for (int d = 0; d < table.dim; d++) sum[d] += value * row[d];
    }
  }
}

}  // namespace huffvec
