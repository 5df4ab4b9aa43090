// Negative sampling: the target with label 1 and K noise words with label 0.
#pragma once

#include <vector>

#include "alias.hpp"
#include "outputs/output_layer.hpp"

namespace huffvec {

class NegativeSampling final : public OutputLayer {
 public:
  NegativeSampling(const double* noise_probs, size_t n_words, int negatives, int share)
      : noise_(noise_probs, n_words),
        n_words_(static_cast<int32_t>(n_words)),
        negatives_(negatives),
        share_(share) {}

  int32_t n_words() const override { return n_words_; }
  int32_t n_outputs() const override { return n_words_; }
  int max_tile_outputs() const override { return negatives_ + 1; }
  const AliasTable& noise() const { return noise_; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool) const override {
    return std::make_unique<Selector>(*this, output_rows);
  }

 private:
  class Selector final : public OutputSelector {
   public:
    Selector(const NegativeSampling& layer, Rows rows)
        : layer_(layer),
          rows_(rows),
          n_draws_(kPositionsAhead / layer.share_ + 2),
          draws_(n_draws_ * layer.negatives_),
          ids_(layer.negatives_ + 1) {}

    void begin_chunk(Rng noise) override { rng_ = noise; }
    void begin_sentence(const int32_t* sentence) override { sentence_ = sentence; }

    void prepare(int pos) override {
      rows_.prefetch(sentence_[pos]);
      if (pos % layer_.share_) return;
      int32_t* draw = draw_of(pos);
      for (int k = 0; k < layer_.negatives_; k++) draw[k] = layer_.noise_.draw(rng_);
      for (int k = 0; k < layer_.negatives_; k++) rows_.prefetch(draw[k]);
    }

    void select(int pos, Tile& tile) override {
      const int32_t target_id = sentence_[pos];
      const int32_t* draw = draw_of(pos);
      tile.n_outputs = 0;
      tile.weighted_outputs = false;
      add(target_id, 1, tile);
      for (int k = 0; k < layer_.negatives_; k++) {
        if (draw[k] == target_id) continue;
        int same = 1;
        while (same < tile.n_outputs && ids_[same] != draw[k]) same++;
        if (same < tile.n_outputs) {
          tile.output_weights[same]++;
          tile.weighted_outputs = true;
        } else {
          add(draw[k], -1, tile);
        }
      }
    }

   private:
    int32_t* draw_of(int pos) {
      return draws_.data() + pos / layer_.share_ % n_draws_ * layer_.negatives_;
    }
    void add(int32_t id, float sign, Tile& tile) {
      const int i = tile.n_outputs++;
      ids_[i] = id;
      tile.outputs[i] = rows_[id];
      tile.signs[i] = sign;
      tile.output_weights[i] = 1;
    }

    const NegativeSampling& layer_;
    Rows rows_;
    Rng rng_;
    int n_draws_;
    const int32_t* sentence_ = nullptr;
    std::vector<int32_t> draws_;  // the noise words of the last n_draws_ draws, a ring
    std::vector<int32_t> ids_;    // the words in the tile
  };

  AliasTable noise_;
  int32_t n_words_;
  int negatives_, share_;
};

}  // namespace huffvec
