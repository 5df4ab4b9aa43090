// Links turn a tile's scores and labels into gradients (times the learning rate) and a loss.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/products.hpp"
#include "engine/tile.hpp"

namespace huffvec {

// Turns tile.matrix from scores into gradients; returns the loss, weighted, in nats. If the inputs
// are separate, sets tile.losses, of which it is the sum.
using Link = double (*)(Tile& tile, float lr);

// Logistic loss of every score, −log σ(sign · score); gradient sign · σ(−sign · score), which is
// label − σ(score) without its cancellation at large scores. Not clamped and not looked up: a
// confidently wrong score gets its full gradient.
inline double sigmoid_link(Tile& tile, float lr) {
  const int m = tile.n_inputs, n = tile.n_outputs * m;
  float* const matrix = tile.matrix.data();
  float* const signs = tile.scratch.data();
  for (int i = 0, k = 0; i < tile.n_outputs; i++)
    for (int j = 0; j < m; j++) signs[k++] = tile.signs[i];
  for (int k = n; k < n + kLanes; k++) {  // padding: a certain and right decision, loss 0
    signs[k] = 1;
    matrix[k] = 100;
  }
  const bool weighted = tile.weighted_inputs || tile.weighted_outputs || tile.separate;
  Floats losses = {};
  for (int k = 0; k < n; k += kLanes) {
    const Floats sign = load_unaligned(signs + k), z = sign * load_unaligned(matrix + k);
    const Floats magnitude = z < 0 ? -z : z;
    const Floats e = exp_in_range(magnitude > 86.0f ? broadcast(-86.0f) : -magnitude);
    const Floats inverse = 1.0f / (1.0f + e);
    const Floats miss = z < 0 ? inverse : e * inverse;  // σ(−z)
    // A NaN must reach the loss: z < 0 is false for it, and −z keeps it.
    const Floats loss = log_one_plus(e) + (z >= 0 ? Floats{} : -z);
    store_unaligned(matrix + k, lr * sign * miss);
    if (weighted) {
      store_unaligned(signs + k, loss);
    } else {
      losses += loss;
    }
  }
  if (!weighted) return sum(losses);
  std::fill_n(tile.losses.begin(), m, 0.0);
  for (int i = 0, k = 0; i < tile.n_outputs; i++)
    for (int j = 0; j < m; j++, k++) {
      const float weight = tile.output_weights[i] * tile.input_weights[j];
      matrix[k] *= weight;
      tile.losses[j] += static_cast<double>(signs[k]) * weight;
    }
  return std::accumulate(tile.losses.begin(), tile.losses.begin() + m, 0.0);
}

// exp(score − top) of a matrix (n_rows × m), and the top and the sum of each of its columns; all
// have room for a vector more. exps may be scores itself if m is a multiple of kLanes; otherwise a
// row's last vector reaches into the next row, which is written after it.
inline void column_exps(const float* scores, int n_rows, int m, float* exps, float* tops,
                        float* sums) {
  constexpr int kBlock = 64;  // rows that are summed up apart: sums of many rows stay exact
  for (int j = 0; j < m; j += kLanes) {
    store_unaligned(tops + j, load_unaligned(scores + j));
    store_unaligned(sums + j, Floats{});
  }
  for (int i = 1; i < n_rows; i++)
    for (int j = 0; j < m; j += kLanes) {
      const Floats score = load_unaligned(scores + size_t(i) * m + j);
      const Floats top = load_unaligned(tops + j);
      store_unaligned(tops + j, score > top ? score : top);
    }
  for (int begin = 0; begin < n_rows; begin += kBlock) {
    const int end = std::min(begin + kBlock, n_rows);
    float block_sums[kMaxColumns + kLanes] = {};
    for (int i = begin; i < end; i++)
      for (int j = 0; j < m; j += kLanes) {
        const Floats x = load_unaligned(scores + size_t(i) * m + j) - load_unaligned(tops + j);
        const Floats e = exp_in_range(x < -86.0f ? broadcast(-86.0f) : x);  // keeps a NaN
        store_unaligned(exps + size_t(i) * m + j, e);
        store_unaligned(block_sums + j, load_unaligned(block_sums + j) + e);
      }
    for (int j = 0; j < m; j += kLanes)
      store_unaligned(sums + j, load_unaligned(sums + j) + load_unaligned(block_sums + j));
  }
}

// matrix = −steps · exps, column by column; the rule about exps is that of column_exps.
inline void scale_columns(const float* exps, int n_rows, int m, const float* steps, float* matrix) {
  for (int i = 0; i < n_rows; i++)
    for (int j = 0; j < m; j += kLanes) {
      const Floats e = load_unaligned(exps + size_t(i) * m + j);
      store_unaligned(matrix + size_t(i) * m + j, -load_unaligned(steps + j) * e);
    }
}

// The softmax over a column's outputs, of which the first is the target: loss −log p(target),
// gradient one-hot − p. An output of weight c is c outputs with the same score, which is one whose
// score is log c higher; the target's own weight is 1.
inline double softmax_link(Tile& tile, float lr) {
  const int m = tile.n_inputs;
  float* const matrix = tile.matrix.data();
  if (tile.weighted_outputs)
    for (int i = 1; i < tile.n_outputs; i++)
      for (int j = 0; j < m; j++) matrix[i * m + j] += std::log(tile.output_weights[i]);
  float tops[kMaxInputs + kLanes], sums[kMaxInputs + kLanes], steps[kMaxInputs + kLanes] = {};
  column_exps(matrix, tile.n_outputs, m, tile.scratch.data(), tops, sums);
  double total = 0;
  for (int j = 0; j < m; j++) {
    tile.losses[j] = tile.input_weights[j] * (std::log(sums[j]) + tops[j] - matrix[j]);
    total += tile.losses[j];
    steps[j] = lr * tile.input_weights[j] / sums[j];
  }
  scale_columns(tile.scratch.data(), tile.n_outputs, m, steps, matrix);
  for (int j = 0; j < m; j++) matrix[j] += lr * tile.input_weights[j];
  return total;
}

// BlackOut, whose outputs have no weights: the softmax p over a column, and for every noise word
// how sure it is that it is noise: loss −log p_0 − Σ log(1 − p_i). With r_i = p_i / (1 − p_i) for
// noise, r_0 = 0 and R = Σ r_i the gradient is [i = 0] − p_i (1 − R) − r_i. Only the top's p may be
// near 1: its 1 − p is added up from the others, and p_i R − r_i, where r_i is infinite, is
// p_i (R − r_i) − p_i.
//
// Of one column, whose numbers are m apart: turns scores into gradients times step, with
// e = exp(score − top_score); returns the loss.
inline double blackout_column(float* column, const float* e, int n, int m, float top_score,
                              double step) {
  const double target_score = column[0];
  int top = 0;
  while (top < n - 1 && e[top * m] < 1) top++;
  double others = 0;
  for (int i = 0; i < n; i++) others += i == top ? 0.0 : e[i * m];
  const double sum = e[top * m] + others, top_ratio = top ? e[top * m] / others : 0;
  double ratios = 0, misses = 1 + top_ratio;  // Σ r_i and Π 1 / (1 − p_i), the sum without the top
  for (int i = 1; i < n; i++) {
    const double ratio = e[i * m] / (i == top ? sum : sum - e[i * m]);  // of the top its p
    column[i * m] = static_cast<float>(ratio);
    if (i == top) continue;
    ratios += ratio;
    misses *= 1 + ratio;
  }
  for (int i = 0; i < n; i++) {
    const double p = e[i * m] / sum, others_ratios = i == top ? ratios : ratios + top_ratio;
    const double gradient = p * (others_ratios - 1) + (i ? -column[i * m] : 1);
    column[i * m] = static_cast<float>(step * gradient);
  }
  return std::log(sum) + top_score - target_score + std::log(misses);
}

inline double blackout_link(Tile& tile, float lr) {
  const int m = tile.n_inputs, n = tile.n_outputs;
  float *const matrix = tile.matrix.data(), *const e = tile.scratch.data();
  float tops[kMaxInputs + kLanes], sums[kMaxInputs + kLanes];
  column_exps(matrix, n, m, e, tops, sums);
  double total = 0;
  for (int j = 0; j < m; j++) {
    const double weight = tile.input_weights[j];
    tile.losses[j] = weight * blackout_column(matrix + j, e + j, n, m, tops[j], lr * weight);
    total += tile.losses[j];
  }
  return total;
}

}  // namespace huffvec
