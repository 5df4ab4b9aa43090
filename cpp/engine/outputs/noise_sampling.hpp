// The target and K noise words: negative sampling, noise-contrastive estimation, sampled softmax
// and BlackOut, which differ in the link, in the logit offsets and in what becomes of a noise word
// that is drawn twice or is the target.
#pragma once

#include <utility>
#include <vector>

#include "base/alias.hpp"
#include "engine/hot_rows.hpp"
#include "engine/outputs/output_layer.hpp"

namespace huffvec {

struct NoiseRules {
  int samples;
  int share;  // center words in a row that share a draw
  Link link;
  bool distinct;     // a word that is drawn twice counts once
  bool keep_target;  // a draw of the target counts as noise; otherwise it is left out
  // One logit offset more, −c for all words, is learned along: c is the first number of the
  // output row that follows those of the words.
  bool learn_log_z;
};

class NoiseSampling final : public OutputLayer {
 public:
  // offsets: logit offset by word, or empty (and then no log_z is learned).
  NoiseSampling(const double* noise_probs, size_t n_words, std::vector<float> offsets,
                NoiseRules rules)
      : noise_(noise_probs, n_words),
        n_words_(static_cast<int32_t>(n_words)),
        offsets_(std::move(offsets)),
        rules_(rules) {}

  int32_t n_words() const override { return n_words_; }
  int32_t n_outputs() const override { return n_words_ + rules_.learn_log_z; }
  int max_tile_outputs() const override { return rules_.samples + 2; }
  Link link() const override { return rules_.link; }
  const AliasTable& noise() const { return noise_; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool) const override {
    return std::make_unique<Selector>(*this, output_rows);
  }

 private:
  static constexpr int kExchangeEvery = 32;  // tiles

  class Selector final : public OutputSelector {
   public:
    Selector(const NoiseSampling& layer, Rows rows)
        : layer_(layer),
          rules_(layer.rules_),
          rows_(rows),
          n_draws_(kPositionsAhead / rules_.share + 2),
          draws_(n_draws_ * rules_.samples),
          ids_(rules_.samples + 2),
          log_z_(rows, rules_.learn_log_z ? std::vector{layer.n_words_} : std::vector<int32_t>{}) {}

    void begin_chunk(Rng noise) override {
      rng_ = noise;
      since_exchange_ = 0;
      log_z_.fetch();
    }
    void end_chunk() override { log_z_.exchange(); }
    void begin_sentence(const int32_t* sentence) override { sentence_ = sentence; }

    void prepare(int pos) override {
      rows_.prefetch(sentence_[pos]);
      if (pos % rules_.share) return;
      int32_t* draw = draw_of(pos);
      for (int k = 0; k < rules_.samples; k++) draw[k] = layer_.noise_.draw(rng_);
      for (int k = 0; k < rules_.samples; k++) rows_.prefetch(draw[k]);
    }

    void select(int pos, Tile& tile) override {
      const int32_t target_id = sentence_[pos];
      const int32_t* draw = draw_of(pos);
      tile.n_outputs = 0;
      tile.weighted_outputs = tile.target_twice = false;
      int hits = 0;
      add(target_id, 1, tile);
      for (int k = 0; k < rules_.samples; k++) {
        if (draw[k] == target_id) {
          hits++;
          continue;
        }
        int same = 1;
        while (same < tile.n_outputs && ids_[same] != draw[k]) same++;
        if (same == tile.n_outputs) {
          add(draw[k], -1, tile);
        } else if (!rules_.distinct) {
          tile.output_weights[same]++;
          tile.weighted_outputs = true;
        }
      }
      if (hits && rules_.keep_target) {
        add(target_id, -1, tile);
        tile.output_weights[tile.n_outputs - 1] = static_cast<float>(hits);
        tile.weighted_outputs = tile.target_twice = true;
      }
      tile.offset_outputs = !layer_.offsets_.empty();
      if (tile.offset_outputs) set_offsets(tile);
    }

    void finish(Tile& tile) override {
      if (!rules_.learn_log_z) return;
      float total = 0;
      for (int k = 0; k < tile.n_outputs * tile.n_inputs; k++) total += tile.matrix[k];
      log_z_[0][0] -= total;
      // The window's next tile, if there is one, has the same outputs.
      for (int i = 0; i < tile.n_outputs; i++) tile.offsets[i] += total;
      if (++since_exchange_ == kExchangeEvery) {
        log_z_.exchange();
        since_exchange_ = 0;
      }
    }

   private:
    int32_t* draw_of(int pos) {
      return draws_.data() + pos / rules_.share % n_draws_ * rules_.samples;
    }
    void add(int32_t id, float sign, Tile& tile) {
      const int i = tile.n_outputs++;
      ids_[i] = id;
      tile.outputs[i] = rows_[id];
      tile.signs[i] = sign;
      tile.output_weights[i] = 1;
    }
    void set_offsets(Tile& tile) {
      const float log_z = rules_.learn_log_z ? log_z_[0][0] : 0.0f;
      for (int i = 0; i < tile.n_outputs; i++) tile.offsets[i] = layer_.offsets_[ids_[i]] - log_z;
    }

    const NoiseSampling& layer_;
    const NoiseRules& rules_;
    Rows rows_;
    Rng rng_;
    int n_draws_;
    const int32_t* sentence_ = nullptr;
    std::vector<int32_t> draws_;  // the noise words of the last n_draws_ draws, a ring
    std::vector<int32_t> ids_;    // the words in the tile
    HotRows log_z_;               // all threads write it at every tile
    int since_exchange_ = 0;
  };

  AliasTable noise_;
  int32_t n_words_;
  std::vector<float> offsets_;
  NoiseRules rules_;
};

}  // namespace huffvec
