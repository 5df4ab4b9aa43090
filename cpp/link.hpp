// Links turn a tile's scores and labels into gradients (times the learning rate) and a loss.
#pragma once

#include <algorithm>

#include "tile.hpp"

namespace huffvec {

// Logistic loss of every score, −log σ(sign · score); gradient sign · σ(−sign · score), which is
// label − σ(score) without its cancellation at large scores. Not clamped and not looked up: a
// confidently wrong score gets its full gradient. Returns the loss, weighted, in nats.
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
  const bool weighted = tile.weighted_inputs || tile.weighted_outputs;
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
  double total = 0;
  for (int i = 0, k = 0; i < tile.n_outputs; i++)
    for (int j = 0; j < m; j++, k++) {
      const float weight = tile.output_weights[i] * tile.input_weights[j];
      matrix[k] *= weight;
      total += static_cast<double>(signs[k]) * weight;
    }
  return total;
}

}  // namespace huffvec
