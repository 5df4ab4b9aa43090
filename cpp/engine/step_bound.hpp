// A bound on how far a step moves scores, which keeps high learning rates from diverging.
//
// A score is a product, so each of its two rows moves it, the farther the longer the other is. At
// too high a rate a step overshoots, the next one is longer still, and rows grow until they
// overflow; a batch, whose columns may have the same target, adds up many such steps. Implicit
// steps (Kulis & Bartlett 2010, "Implicit online learning") cannot overshoot, but ask for more than
// the gradient. Here a step is shortened so that no score moves by more than kFarthest, or than the
// loss of a target, if that is more: about as far as the scores are off. Steps of healthy training
// are shorter by far, and stay as they are to the last bit.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/columns.hpp"
#include "engine/tile.hpp"

namespace huffvec {

constexpr double kFarthest = 16;   // nats
constexpr float kHighRate = 0.5f;  // times inputs, since the steps of all add up in output rows

inline double row_norm(const float* row, int width) {
  Floats squares = {};
  for (int d = 0; d < width; d += kLanes) squares += load(row + d) * load(row + d);
  return std::sqrt(static_cast<double>(sum(squares)));
}

inline double longest(const std::vector<float*>& rows, int width) {
  double norm = 0;
  for (const float* row : rows) norm = std::max(norm, row_norm(row, width));
  return norm;
}

// Makes gradients times the learning rate (n_rows × m, of which n columns count) smaller where the
// steps that they stand for move a score by more than bound.
inline void shorten_steps(float* gradients, int n_rows, int n, int m, const double* row_norms,
                          const double* hidden_norms, double bound) {
  double longest_row = 0, longest_hidden = 0, row_step = 0, hidden_step = 0;
  double hidden_steps[kMaxColumns] = {};
  for (int i = 0; i < n_rows; i++) {
    double step = 0;
    for (int j = 0; j < n; j++) {
      const double size = std::fabs(gradients[size_t(i) * m + j]);
      step += size * hidden_norms[j];
      hidden_steps[j] += size * row_norms[i];
    }
    row_step = std::max(row_step, step);
    longest_row = std::max(longest_row, row_norms[i]);
  }
  for (int j = 0; j < n; j++) {
    hidden_step = std::max(hidden_step, hidden_steps[j]);
    longest_hidden = std::max(longest_hidden, hidden_norms[j]);
  }
  const double change = row_step * longest_hidden + hidden_step * longest_row;
  if (!(change > bound)) return;
  const auto share = static_cast<float>(bound / change);
  for (size_t k = 0; k < size_t(n_rows) * m; k++) gradients[k] *= share;
}

// A tile's steps. They are few, and to look at all of them would take a tenth of the time: at usual
// rates only a tile whose loss says that scores are off as far as that is looked at. A set has many
// decisions, whose steps add up in the input: they are looked at where on average they are worse
// than by chance.
inline void bound_steps(Tile& tile, int stride, float lr, double loss, bool has_set) {
  constexpr double kWorseThanChance = 1;
  const double mean_loss = loss / tile.n_targets / (has_set ? tile.n_outputs : 1);
  const double high_loss = has_set ? kWorseThanChance : kFarthest;
  if (!(mean_loss > high_loss) && lr * tile.n_targets <= kHighRate) return;
  std::vector<double> row_norms(tile.n_outputs);
  double hidden_norms[kMaxInputs];
  for (int i = 0; i < tile.n_outputs; i++) row_norms[i] = row_norm(tile.outputs[i], stride);
  for (int j = 0; j < tile.n_inputs; j++) hidden_norms[j] = row_norm(tile.inputs[j], stride);
  shorten_steps(tile.matrix.data(), tile.n_outputs, tile.n_inputs, tile.n_inputs, row_norms.data(),
                hidden_norms, std::max(kFarthest, mean_loss));
}

}  // namespace huffvec
