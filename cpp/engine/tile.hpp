// The one computation behind every architecture and objective: a tile of m input rows H against o
// output rows O.
//
//   scores  S = O Hᵀ + offsets           (o × m, packed row by row)
//   link    S, labels -> G, loss         (link.hpp; G already carries the learning rate)
//   update  O += G H,  H += Gᵀ O         both from the values before the update
//
// The kernels are compiled for every m up to kMaxInputs, so that an input row's vectors stay in
// registers over all output rows. Rows are 64-byte aligned and padded with zeros to whole vectors;
// the padding stays zero. Rows of one tile must be distinct: a row that occurs twice stands once,
// with its number of occurrences as weight. (Only a target that is its own noise stands twice, as
// it has two labels, until both gradients are known.)
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/rows.hpp"
#include "engine/simd.hpp"

namespace huffvec {

constexpr int kMaxInputs = 10;

struct Tile {
  Tile(int max_outputs, int stride)
      : row(stride),
        outputs(max_outputs),
        signs(max_outputs),
        output_weights(max_outputs),
        offsets(max_outputs),
        matrix(max_outputs * kMaxInputs + 2 * kLanes),
        scratch(matrix.size()) {}

  // Makes room for so many outputs.
  void grow(int n) {
    if (n <= static_cast<int>(outputs.size())) return;
    outputs.resize(n);
    signs.resize(n);
    output_weights.resize(n);
    offsets.resize(n);
    matrix.resize(size_t(n) * kMaxInputs + 2 * kLanes);
    scratch.resize(matrix.size());
  }

  AlignedRow row;  // room for one row

  int n_inputs = 0;
  std::array<float*, kMaxInputs> inputs;
  std::array<float, kMaxInputs> input_weights;
  float n_targets = 0;  // predictions that the tile stands for: the sum of the input weights

  int n_outputs = 0;
  std::vector<float*> outputs;
  std::vector<float> signs;  // +1 for label 1, -1 for label 0
  std::vector<float> output_weights;
  std::vector<float> offsets;   // added to the scores, if offset_outputs
  bool offset_outputs = false;  // any?
  bool target_twice = false;    // the last output is the first once more, with another label

  bool weighted_inputs = false, weighted_outputs = false;  // any weight other than 1?

  bool separate = false;  // the inputs are of different documents: losses are by input
  std::array<double, kMaxInputs> losses;

  std::vector<float> matrix;   // scores, then gradients times the learning rate
  std::vector<float> scratch;  // the link's own
};

namespace kernels {

// Rows of accumulators that fit the registers beside one input and kRows outputs.
template <int kM>
constexpr int score_rows() {
  const int accumulators = HUFFVEC_VECTOR_BYTES == 64 ? 24 : 12;
  return std::max(1, std::min(8, accumulators / kM));
}

template <int kM, int kRows>
inline void score_block(float* const* O, float* const* H, float* S, int stride) {
  Floats sums[kRows * kM] = {};
  for (int d = 0; d < stride; d += kLanes) {
    Floats o[kRows];
    for (int i = 0; i < kRows; i++) o[i] = load(O[i] + d);
    for (int j = 0; j < kM; j++) {
      const Floats h = load(H[j] + d);
      for (int i = 0; i < kRows; i++) sums[i * kM + j] += o[i] * h;
    }
  }
  constexpr int n = kRows * kM, whole = n / 4 * 4;
  for (int k = 0; k < whole; k += 4)
    *reinterpret_cast<UnalignedFloats4*>(S + k) =
        sums_of_four(sums[k], sums[k + 1], sums[k + 2], sums[k + 3]);
  if constexpr (whole < n) {
    constexpr int last = n - 1;
    const UnalignedFloats4 rest = sums_of_four(sums[whole], sums[std::min(whole + 1, last)],
                                               sums[std::min(whole + 2, last)], sums[last]);
    for (int k = whole; k < n; k++) S[k] = rest[k - whole];
  }
}

// The last rows, fewer than a block: the block of exactly so many.
template <int kM, int kRows>
inline void score_rest(float* const* O, int n_outputs, float* const* H, float* S, int stride) {
  if constexpr (kRows > 0) {
    if (n_outputs == kRows) return score_block<kM, kRows>(O, H, S, stride);
    score_rest<kM, kRows - 1>(O, n_outputs, H, S, stride);
  }
}

template <int kM>
void scores(float* const* O, int n_outputs, float* const* H, float* S, int stride) {
  constexpr int rows = score_rows<kM>();
  for (; n_outputs >= rows; n_outputs -= rows, O += rows, S += rows * kM)
    score_block<kM, rows>(O, H, S, stride);
  score_rest<kM, rows - 1>(O, n_outputs, H, S, stride);
}

template <int kM>
void update(float* const* O, int n_outputs, float* const* H, const float* G, float*, int stride) {
  for (int d = 0; d < stride; d += kLanes) {
    Floats h[kM], h_new[kM];
    for (int j = 0; j < kM; j++) h[j] = h_new[j] = load(H[j] + d);
    const float* g_row = G;
    for (int i = 0; i < n_outputs; i++, g_row += kM) {
      const Floats o = load(O[i] + d);
      Floats o_new = o;
      for (int j = 0; j < kM; j++) {
        const Floats g = broadcast(g_row[j]);
        o_new += g * h[j];
        h_new[j] += g * o;
      }
      store(O[i] + d, o_new);
    }
    for (int j = 0; j < kM; j++) store(H[j] + d, h_new[j]);
  }
}

// A single input leaves registers for the gradients of several outputs at once.
template <int kRows>
inline void update_block(float* const* O, const float* h, float* h_new, const float* G,
                         int stride) {
  Floats g[kRows];
  float* o[kRows];
  for (int i = 0; i < kRows; i++) {
    g[i] = broadcast(G[i]);
    o[i] = O[i];
  }
  for (int d = 0; d < stride; d += kLanes) {
    const Floats h_d = load(h + d);
    Floats h_new_d = load(h_new + d);
    for (int i = 0; i < kRows; i++) {
      const Floats o_d = load(o[i] + d);
      h_new_d += g[i] * o_d;
      store(o[i] + d, o_d + g[i] * h_d);
    }
    store(h_new + d, h_new_d);
  }
}

template <int kRows>
inline void update_rest(float* const* O, int n_outputs, const float* h, float* h_new,
                        const float* G, int stride) {
  if constexpr (kRows > 0) {
    if (n_outputs == kRows) return update_block<kRows>(O, h, h_new, G, stride);
    update_rest<kRows - 1>(O, n_outputs, h, h_new, G, stride);
  }
}

template <>
inline void update<1>(float* const* O, int n_outputs, float* const* H, const float* G,
                      float* scratch_row, int stride) {
  constexpr int rows = 8;
  for (int d = 0; d < stride; d += kLanes) store(scratch_row + d, load(H[0] + d));
  for (; n_outputs >= rows; n_outputs -= rows, O += rows, G += rows)
    update_block<rows>(O, scratch_row, H[0], G, stride);
  update_rest<rows - 1>(O, n_outputs, scratch_row, H[0], G, stride);
}

// The inputs' half of the update: the outputs stay as they are.
template <int kM>
void update_inputs(float* const* O, int n_outputs, float* const* H, const float* G, int stride) {
  for (int d = 0; d < stride; d += kLanes) {
    Floats h[kM];
    for (int j = 0; j < kM; j++) h[j] = load(H[j] + d);
    const float* g_row = G;
    for (int i = 0; i < n_outputs; i++, g_row += kM) {
      const Floats o = load(O[i] + d);
      for (int j = 0; j < kM; j++) h[j] += broadcast(g_row[j]) * o;
    }
    for (int j = 0; j < kM; j++) store(H[j] + d, h[j]);
  }
}

using Scores = void (*)(float* const*, int, float* const*, float*, int);
using UpdateInputs = void (*)(float* const*, int, float* const*, const float*, int);
using Update = void (*)(float* const*, int, float* const*, const float*, float*, int);

template <size_t... kM>
constexpr std::array<Scores, kMaxInputs> scores_table(std::index_sequence<kM...>) {
  return {scores<static_cast<int>(kM) + 1>...};
}
template <size_t... kM>
constexpr std::array<Update, kMaxInputs> update_table(std::index_sequence<kM...>) {
  return {update<static_cast<int>(kM) + 1>...};
}

template <size_t... kM>
constexpr std::array<UpdateInputs, kMaxInputs> update_inputs_table(std::index_sequence<kM...>) {
  return {update_inputs<static_cast<int>(kM) + 1>...};
}

}  // namespace kernels

// Of the outputs from `first` on.
inline void compute_scores(Tile& tile, int stride, int first = 0) {
  static constexpr auto table = kernels::scores_table(std::make_index_sequence<kMaxInputs>{});
  float* score = tile.matrix.data() + first * tile.n_inputs;
  table[tile.n_inputs - 1](tile.outputs.data() + first, tile.n_outputs - first, tile.inputs.data(),
                           score, stride);
  if (!tile.offset_outputs) return;
  for (int i = first; i < tile.n_outputs; i++)
    for (int j = 0; j < tile.n_inputs; j++) *score++ += tile.offsets[i];
}

inline void apply_gradients(Tile& tile, int stride) {
  static constexpr auto table = kernels::update_table(std::make_index_sequence<kMaxInputs>{});
  const int n_rows = tile.n_outputs - tile.target_twice;
  if (tile.target_twice)
    for (int j = 0; j < tile.n_inputs; j++)
      tile.matrix[j] += tile.matrix[n_rows * tile.n_inputs + j];
  table[tile.n_inputs - 1](tile.outputs.data(), n_rows, tile.inputs.data(), tile.matrix.data(),
                           tile.row.data(), stride);
}

// The inputs' half of the update, by the outputs from `first` on, which stay as they are.
inline void apply_to_inputs(Tile& tile, int stride, int first = 0) {
  static constexpr auto table =
      kernels::update_inputs_table(std::make_index_sequence<kMaxInputs>{});
  table[tile.n_inputs - 1](tile.outputs.data() + first, tile.n_outputs - first, tile.inputs.data(),
                           tile.matrix.data() + first * tile.n_inputs, stride);
}

}  // namespace huffvec
