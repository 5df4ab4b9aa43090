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
  const NoiseRule& rule() const { return rule_; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool) const override {
    return by_kind(output_rows, [=, this](auto rows) -> std::unique_ptr<OutputSelector> {
      return std::make_unique<Selector<decltype(rows)>>(*this, rows);
    });
  }
  std::unique_ptr<CommonNoise> common_noise(Rows output_rows) const override {
    return std::make_unique<Common>(*this, SharedRows(output_rows));
  }

 private:
  // The words in a tile, and their side of it.
  template <class AnyRows>
  class Words {
   public:
    Words(const NoiseSampling& layer, AnyRows rows)
        : layer_(layer), rows_(rows), ids_(layer.max_tile_outputs()) {}

    void add(int32_t id, float sign, Tile& tile) {
      const int i = tile.n_outputs++;
      ids_[i] = id;
      tile.outputs[i] = rows_[id];
      tile.signs[i] = sign;
      tile.output_weights[i] = 1;
    }
    void add_noise(int32_t id, Tile& tile) {
      const int same = find(id, tile.n_outputs);
      if (same == tile.n_outputs) {
        add(id, -1, tile);
      } else if (layer_.rule_.counts_repeats) {
        tile.output_weights[same]++;
        tile.weighted_outputs = true;
      }
    }
    // The output of the noise word, of n outputs; n if it has none.
    int find(int32_t id, int n) const {
      int i = 1;
      while (i < n && ids_[i] != id) i++;
      return i;
    }
    void set_offsets(int first, float log_z, Tile& tile) const {
      tile.offset_outputs = !layer_.offsets_.empty();
      if (!tile.offset_outputs) return;
      for (int i = first; i < tile.n_outputs; i++)
        tile.offsets[i] = layer_.offsets_[ids_[i]] - log_z;
    }

   private:
    const NoiseSampling& layer_;
    AnyRows rows_;
    std::vector<int32_t> ids_;
  };

  template <class AnyRows>
  class Selector final : public OutputSelector {
   public:
    Selector(const NoiseSampling& layer, AnyRows rows)
        : layer_(layer),
          rule_(layer.rule_),
          samples_(layer.draws_.samples),
          share_(layer.draws_.share),
          rows_(rows),
          n_draws_(kPositionsAhead / share_ + 2),
          draws_(n_draws_ * samples_),
          words_(layer, rows),
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
      words_.add(target_id, 1, tile);
      for (int k = 0; k < samples_; k++) {
        if (draw[k] == target_id) {
          hits++;
          continue;
        }
        if (std::find(sentence_, sentence_ + n_spared_, draw[k]) != sentence_ + n_spared_) continue;
        words_.add_noise(draw[k], tile);
      }
      if (hits && rule_.keeps_target) {
        words_.add(target_id, -1, tile);
        tile.output_weights[tile.n_outputs - 1] = static_cast<float>(hits);
        tile.weighted_outputs = tile.target_twice = true;
      }
      words_.set_offsets(0, layer_.learn_log_z_ ? log_z_[0][0] : 0.0f, tile);
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

    const NoiseSampling& layer_;
    const NoiseRule& rule_;
    int samples_, share_;
    AnyRows rows_;
    Rng rng_;
    int n_draws_;
    const int32_t* sentence_ = nullptr;
    int n_spared_ = 0;            // labels of the sentence that are no noise
    std::vector<int32_t> draws_;  // the noise words of the last n_draws_ draws, a ring
    Words<AnyRows> words_;
    HotRows log_z_;  // all threads write it at every tile
  };

  class Common final : public CommonNoise {
   public:
    Common(const NoiseSampling& layer, SharedRows rows)
        : layer_(layer),
          rows_(rows),
          words_(layer, rows),
          log_z_(layer.learn_log_z_ ? rows[layer.n_words_][0] : 0.0f) {}

    void begin_epoch(Rng noise, int n_places) override {
      const auto [samples, share] = layer_.draws_;
      draws_.resize(size_t(n_places + share - 1) / share * samples);
      for (int32_t& id : draws_) id = layer_.noise_.draw(noise);
    }

    void select(int pos, Tile& tile) override {
      const auto [samples, share] = layer_.draws_;
      const size_t begin = size_t(pos) / share * samples;
      tile.n_outputs = 1;
      tile.signs[0] = tile.output_weights[0] = 1;
      tile.weighted_outputs = tile.target_twice = false;
      for (size_t k = begin; k < begin + samples; k++) words_.add_noise(draws_[k], tile);
      for (size_t k = begin + samples; k < std::min(begin + 2 * samples, draws_.size()); k++)
        rows_.prefetch(draws_[k]);
      n_noise_ = tile.n_outputs;
      words_.set_offsets(1, log_z_, tile);
    }

    int left_out(int32_t target_id) const override {
      if (layer_.rule_.keeps_target) return 0;
      const int found = words_.find(target_id, n_noise_);
      return found < n_noise_ ? found : 0;
    }
    float offset(int32_t target_id) const override {
      return layer_.offsets_.empty() ? 0.0f : layer_.offsets_[target_id] - log_z_;
    }

   private:
    const NoiseSampling& layer_;
    SharedRows rows_;
    Words<SharedRows> words_;
    float log_z_;
    std::vector<int32_t> draws_;  // of the epoch
    int n_noise_ = 1;             // outputs of the tile
  };

  const NoiseRule& rule_;
  AliasTable noise_;
  int32_t n_words_;
  std::vector<float> offsets_;
  NoiseDraws draws_;
  bool learn_log_z_;
};

}  // namespace huffvec
