// Bands of words of similar frequency; the output rows of each band have their own width.
#pragma once

#include <vector>

#include "engine/outputs/output_layer.hpp"

namespace huffvec {

// The words of ranks first_word … first_word + n_words - 1, by falling counts. Narrow rows lie
// per_row in a row of the table, each from a multiple of 16 floats on, from row first_row on.
struct Band {
  int32_t first_word, n_words, first_row;
  int32_t width, per_row;

  int padded_width() const { return (width + 15) / 16 * 16; }
  int min_stride() const { return per_row * padded_width(); }
  int32_t end_row() const { return first_row + (n_words + per_row - 1) / per_row; }
  std::vector<float*> rows(Rows table) const {
    std::vector<float*> rows;
    rows.reserve(n_words);
    for (int32_t i = 0; i < n_words; i++)
      rows.push_back(table[first_row + i / per_row] + i % per_row * padded_width());
    return rows;
  }
};

// The rank of every word; empty where ids are ranks.
using WordRanks = std::vector<int32_t>;

// Makes ranks of the word ids of a batch's targets.
inline void to_ranks(const WordRanks& ranks, Batch& batch) {
  if (ranks.empty()) return;
  for (int j = 0; j < batch.columns.n(); j++) batch.target_ids[j] = ranks[batch.target_ids[j]];
}

}  // namespace huffvec
