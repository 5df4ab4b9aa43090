// The target and K noise words: objectives that differ in the rule by which these are told apart.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/alias.hpp"
#include "engine/hot_rows.hpp"
#include "engine/outputs/noise_rule.hpp"
#include "engine/outputs/output_layer.hpp"

namespace huffvec {

struct NoiseDraws {
  int samples;  // noise words of a draw
  int share;    // center words in a row that share a draw
};

class NoiseSampling final : public TileLayer {
 public:
  // offsets: added to the scores, by word; empty where the rule has none.
  // learn_log_z: one offset more, −c for all words, is learned along: c is the first number of the
  // output row that follows those of the words.
  NoiseSampling(const NoiseRule& rule, const double* noise_probs, size_t n_words,
                std::vector<float> offsets, NoiseDraws draws, bool learn_log_z)
      : rule_(rule),
        noise_(noise_probs, n_words),
        n_words_(static_cast<int32_t>(n_words)),
        offsets_(std::move(offsets)),
        draws_(draws),
        learn_log_z_(learn_log_z) {}

  int32_t n_words() const override { return n_words_; }
  int32_t n_outputs() const override { return n_words_ + learn_log_z_; }
  int max_tile_outputs() const override { return draws_.samples + 2; }
  Link link() const override { return rule_.link; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool) const override {
    return std::make_unique<Selector>(*this, output_rows);
  }

 private:
  class Selector final : public OutputSelector {
   public:
    Selector(const NoiseSampling& layer, Rows rows)
        : layer_(layer),
          rule_(layer.rule_),
          samples_(layer.draws_.samples),
          share_(layer.draws_.share),
          rows_(rows),
          n_draws_(kPositionsAhead / share_ + 2),
          draws_(n_draws_ * samples_),
          ids_(samples_ + 2),
          log_z_(rows, layer.learn_log_z_ ? std::vector{layer.n_words_} : std::vector<int32_t>{}) {}

    void begin_chunk(Rng noise) override {
      rng_ = noise;
      log_z_.begin_chunk();
    }
    void end_chunk() override { log_z_.end_chunk(); }
    void begin_sentence(const int32_t* sentence, int) override { sentence_ = sentence; }
    void begin_labels(const int32_t* labels, int n) override {
      sentence_ = labels;
      n_spared_ = rule_.spares_labels ? n : 0;
    }

    void prepare(int pos) override {
      rows_.prefetch(sentence_[pos]);
      if (pos % share_) return;
      int32_t* draw = draw_of(pos);
      for (int k = 0; k < samples_; k++) draw[k] = layer_.noise_.draw(rng_);
      for (int k = 0; k < samples_; k++) rows_.prefetch(draw[k]);
    }

    void select(int pos, Tile& tile) override {
      const int32_t target_id = sentence_[pos];
      const int32_t* draw = draw_of(pos);
      tile.n_outputs = 0;
      tile.weighted_outputs = tile.target_twice = false;
      int hits = 0;
      add(target_id, 1, tile);
      for (int k = 0; k < samples_; k++) {
        if (draw[k] == target_id) {
          hits++;
          continue;
        }
        if (std::find(sentence_, sentence_ + n_spared_, draw[k]) != sentence_ + n_spared_) continue;
        int same = 1;
        while (same < tile.n_outputs && ids_[same] != draw[k]) same++;
        if (same == tile.n_outputs) {
          add(draw[k], -1, tile);
        } else if (rule_.counts_repeats) {
          tile.output_weights[same]++;
          tile.weighted_outputs = true;
        }
      }
      if (hits && rule_.keeps_target) {
        add(target_id, -1, tile);
        tile.output_weights[tile.n_outputs - 1] = static_cast<float>(hits);
        tile.weighted_outputs = tile.target_twice = true;
      }
      tile.offset_outputs = !layer_.offsets_.empty();
      if (tile.offset_outputs) set_offsets(tile);
    }

    void finish(Tile& tile) override {
      if (!layer_.learn_log_z_) return;
      float total = 0;
      for (int k = 0; k < tile.n_outputs * tile.n_inputs; k++) total += tile.matrix[k];
      log_z_[0][0] -= total;
      // The window's next tile, if there is one, has the same outputs.
      for (int i = 0; i < tile.n_outputs; i++) tile.offsets[i] += total;
      log_z_.end_tile();
    }

   private:
    int32_t* draw_of(int pos) { return draws_.data() + pos / share_ % n_draws_ * samples_; }
    void add(int32_t id, float sign, Tile& tile) {
      const int i = tile.n_outputs++;
      ids_[i] = id;
      tile.outputs[i] = rows_[id];
      tile.signs[i] = sign;
      tile.output_weights[i] = 1;
    }
    void set_offsets(Tile& tile) {
      const float log_z = layer_.learn_log_z_ ? log_z_[0][0] : 0.0f;
      for (int i = 0; i < tile.n_outputs; i++) tile.offsets[i] = layer_.offsets_[ids_[i]] - log_z;
    }

    const NoiseSampling& layer_;
    const NoiseRule& rule_;
    int samples_, share_;
    Rows rows_;
    Rng rng_;
    int n_draws_;
    const int32_t* sentence_ = nullptr;
    int n_spared_ = 0;            // labels of the sentence that are no noise
    std::vector<int32_t> draws_;  // the noise words of the last n_draws_ draws, a ring
    std::vector<int32_t> ids_;    // the words in the tile
    HotRows log_z_;               // all threads write it at every tile
  };

  const NoiseRule& rule_;
  AliasTable noise_;
  int32_t n_words_;
  std::vector<float> offsets_;
  NoiseDraws draws_;
  bool learn_log_z_;
};

}  // namespace huffvec
