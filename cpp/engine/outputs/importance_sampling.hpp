// Importance sampling: the softmax's sum over the vocabulary is estimated from words drawn from a
// proposal q, each with the weight r = exp(score) / q; how many are drawn depends on how many of
// them count.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/alias.hpp"
#include "engine/outputs/output_layer.hpp"

namespace huffvec {

struct ImportanceDraws {
  int samples;              // words drawn for a target at first
  float effective_samples;  // as many again are drawn until so many are effective
  int max_samples;          // but no more than these
};

// (Σ r)² / Σ r² of the draws r = exp(score) of a tile, a number by input, and of these the least.
// The first output is the target, which was not drawn.
inline float least_effective_samples(const Tile& tile) {
  const int m = tile.n_inputs, n = tile.n_outputs;
  if (n == 1) return 0;
  const float* const scores = tile.matrix.data();
  float least = std::numeric_limits<float>::infinity();
  for (int j = 0; j < m; j += kLanes) {
    Floats top = load_unaligned(scores + m + j), sum = {}, squares = {};
    for (int i = 2; i < n; i++) {
      const Floats score = load_unaligned(scores + i * m + j);
      top = score > top ? score : top;
    }
    for (int i = 1; i < n; i++) {
      const Floats x = load_unaligned(scores + i * m + j) - top;
      const Floats r = exp_in_range(x < -86.0f ? broadcast(-86.0f) : x);
      const Floats times = broadcast(tile.output_weights[i]);
      sum += times * r;
      squares += times * r * r;
    }
    const Floats effective = sum * sum / squares;
    for (int k = 0; k < std::min(kLanes, m - j); k++) least = std::min(least, effective[k]);
  }
  return least;
}

class ImportanceSampling final : public TileLayer {
 public:
  ImportanceSampling(const double* proposal_probs, size_t n_words, ImportanceDraws draws)
      : proposal_(proposal_probs, n_words), minus_log_probs_(n_words), draws_(draws) {
    for (size_t w = 0; w < n_words; w++)
      minus_log_probs_[w] = static_cast<float>(-std::log(std::max(proposal_probs[w], 1e-30)));
  }

  int32_t n_words() const override { return static_cast<int32_t>(minus_log_probs_.size()); }
  int32_t n_outputs() const override { return n_words(); }
  int max_tile_outputs() const override { return draws_.max_samples + 1; }
  Link link() const override { return softmax_link; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool) const override {
    return by_kind(output_rows, [=, this](auto rows) -> std::unique_ptr<OutputSelector> {
      return std::make_unique<Selector<decltype(rows)>>(*this, rows);
    });
  }

 private:
  template <class AnyRows>
  class Selector final : public OutputSelector {
   public:
    Selector(const ImportanceSampling& layer, AnyRows rows)
        : layer_(layer),
          rows_(rows),
          first_draws_(size_t{kPositionsAhead + 2} * layer.draws_.samples),
          more_draws_(layer.draws_.max_samples),
          ids_(layer.draws_.max_samples + 1),
          places_(layer.n_words(), 0) {}

    void begin_chunk(Rng noise) override {
      rng_ = noise;
      more_rng_ = rng_.split();
    }
    void begin_sentence(const int32_t* sentence, int) override { sentence_ = sentence; }

    void prepare(int pos) override {
      rows_.prefetch(sentence_[pos]);
      draw(rng_, first_draws_of(pos), layer_.draws_.samples);
    }

    void select(int pos, Tile& tile) override {
      for (int i = 0; i < tile.n_outputs; i++) places_[ids_[i]] = 0;
      tile.n_outputs = 0;
      tile.weighted_outputs = tile.target_twice = false;
      tile.offset_outputs = true;
      add_row(sentence_[pos], 0, tile);
      n_draws_ = layer_.draws_.samples;
      add(first_draws_of(pos), n_draws_, tile);
    }

    // The target's score is known as it is; those of the draws stand for exp(score) / (K q) of K.
    void score(Tile& tile, int stride) override {
      compute_scores(tile, stride);
      while (n_draws_ < layer_.draws_.max_samples &&
             least_effective_samples(tile) < layer_.draws_.effective_samples) {
        const int n = std::min(n_draws_, layer_.draws_.max_samples - n_draws_);
        const int n_scored = tile.n_outputs;
        draw(more_rng_, more_draws_.data(), n);
        add(more_draws_.data(), n, tile);
        n_draws_ += n;
        compute_scores(tile, stride, n_scored);
      }
      const float log_draws = std::log(static_cast<float>(n_draws_));
      for (int j = 0; j < tile.n_inputs; j++) tile.matrix[j] += log_draws;
    }

   private:
    int32_t* first_draws_of(int pos) {
      return first_draws_.data() + size_t(pos % (kPositionsAhead + 2)) * layer_.draws_.samples;
    }
    void draw(Rng& rng, int32_t* ids, int n) {
      for (int k = 0; k < n; k++) ids[k] = layer_.proposal_.draw(rng);
      for (int k = 0; k < n; k++) rows_.prefetch(ids[k]);
    }
    void add(const int32_t* ids, int n, Tile& tile) {
      for (int k = 0; k < n; k++) {
        const int place = places_[ids[k]];
        if (place == 0) {
          add_row(ids[k], layer_.minus_log_probs_[ids[k]], tile);
        } else if (place > 1) {
          tile.output_weights[place - 1]++;
          tile.weighted_outputs = true;
        }  // or else it is the target, which is there already
      }
    }
    void add_row(int32_t id, float offset, Tile& tile) {
      const int i = tile.n_outputs++;
      ids_[i] = id;
      places_[id] = i + 1;
      tile.outputs[i] = rows_[id];
      tile.signs[i] = i == 0 ? 1 : -1;
      tile.output_weights[i] = 1;
      tile.offsets[i] = offset;
    }

    const ImportanceSampling& layer_;
    AnyRows rows_;
    Rng rng_, more_rng_;
    const int32_t* sentence_ = nullptr;
    std::vector<int32_t> first_draws_;  // of the positions ahead, a ring
    std::vector<int32_t> more_draws_;
    std::vector<int32_t> ids_;     // the words in the tile
    std::vector<int32_t> places_;  // where in the tile a word is, from 1; 0 for nowhere
    int n_draws_ = 0;              // of the tile's outputs, those of the target too
  };

  AliasTable proposal_;
  std::vector<float> minus_log_probs_;
  ImportanceDraws draws_;
};

}  // namespace huffvec
