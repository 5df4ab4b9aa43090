// The softmax over a set of candidate words that many targets share: all words (full softmax and
// its kin with other normalisers), or the targets of a part of the corpus and random others (target
// sampling).
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "engine/outputs/output_layer.hpp"

namespace huffvec {

class CandidateSoftmax final : public BatchLayer {
 public:
  CandidateSoftmax(int32_t n_words, int32_t candidates, Normaliser normaliser)
      : n_words_(n_words), candidates_(std::min(candidates, n_words)), normaliser_(normaliser) {}

  int32_t n_words() const override { return n_words_; }
  int32_t n_outputs() const override { return n_words_; }
  std::unique_ptr<BatchTrainer> trainer(Rows output_rows) const override {
    return std::make_unique<Softmax>(*this, output_rows);
  }

 private:
  static constexpr int32_t kNowhere = -1, kLeftOut = -2;

  class Softmax final : public BatchTrainer {
   public:
    Softmax(const CandidateSoftmax& layer, Rows rows)
        : layer_(layer),
          normaliser_(layer.normaliser_),
          all_rows_(rows),
          places_(layer.n_words_, kNowhere),
          scores_(0) {}

    void begin_chunk(Rng noise, float lr) override {
      rng_ = noise;
      if (has_all()) {
        forget();
        for (int32_t id = 0; id < layer_.n_words_; id++) add(id);
      }
      normaliser_.share = layer_.normaliser_.share_at(lr);
    }
    const Normaliser* raised_by(size_t i) const override {
      return normalised_.empty() || normalised_[i] ? nullptr : &normaliser_;
    }

    size_t select(const int32_t* target_ids, size_t n) override {
      if (layer_.normaliser_.share < 1) {
        const auto threshold = static_cast<uint32_t>(normaliser_.share * 0xFFFFFFFFu);
        normalised_.resize(n);
        for (size_t i = 0; i < n; i++) normalised_[i] = rng_.next32() <= threshold;
      }
      if (has_all()) {
        longest_row_ = longest(rows_, all_rows_.stride);
        return n;
      }
      forget();
      const size_t most = std::max(1, layer_.candidates_ / 2);
      size_t n_taken = 0;
      for (; n_taken < n; n_taken++) {
        const int32_t id = target_ids[n_taken];
        if (places_[id] == kNowhere && ids_.size() == most) break;
        add(id);
      }
      add_others();
      longest_row_ = longest(rows_, all_rows_.stride);
      return n_taken;
    }

    double train(Batch& batch, float lr) override {
      Columns& columns = batch.columns;
      const int n_rows = static_cast<int>(rows_.size());
      int32_t places[kMaxColumns];
      for (int j = 0; j < columns.n(); j++) places[j] = places_[batch.target_ids[j]];
      scores_.grow(rows_.size() * kMaxColumns);
      columns.score(rows_.data(), n_rows, scores_.data());
      const BatchGradients found = softmax_gradients(scores_.data(), n_rows, columns, places,
                                                     batch.weights, lr, normaliser_);
      bound_steps(
          scores_.data(), n_rows, found, columns,
          [&](int i) { return row_norm(rows_[i], columns.width()); }, longest_row_);
      columns.update(rows_.data(), n_rows, scores_.data(), batch.frozen);
      return found.loss;
    }

   private:
    // Draws the candidates that are no targets; or the words that are none, if those are fewer, so
    // that few draws meet what is drawn already.
    void add_others() {
      const int32_t n_words = layer_.n_words_, n_left_out = n_words - layer_.candidates_;
      if (layer_.candidates_ <= n_left_out) {
        while (static_cast<int32_t>(ids_.size()) < layer_.candidates_) add(draw());
        return;
      }
      std::vector<int32_t> left_out;
      while (static_cast<int32_t>(left_out.size()) < n_left_out) {
        const int32_t id = draw();
        if (places_[id] != kNowhere) continue;
        places_[id] = kLeftOut;
        left_out.push_back(id);
      }
      for (int32_t id = 0; id < n_words; id++) add(id);
      for (const int32_t id : left_out) places_[id] = kNowhere;
    }
    int32_t draw() { return static_cast<int32_t>(rng_.below(layer_.n_words_)); }
    bool has_all() const { return layer_.candidates_ == layer_.n_words_; }
    void forget() {
      for (int32_t id : ids_) places_[id] = kNowhere;
      ids_.clear();
      rows_.clear();
    }
    void add(int32_t id) {
      if (places_[id] != kNowhere) return;
      places_[id] = static_cast<int32_t>(ids_.size());
      ids_.push_back(id);
      rows_.push_back(all_rows_[id]);
    }

    const CandidateSoftmax& layer_;
    Normaliser normaliser_;  // with the chunk's share
    Rows all_rows_;
    Rng rng_;
    std::vector<char> normalised_;  // by target of the last select; empty: all are
    std::vector<int32_t> ids_;      // the candidates
    std::vector<float*> rows_;
    double longest_row_ = 0;       // of them, at the last select
    std::vector<int32_t> places_;  // by word: its place among the candidates, or one of the above
    AlignedRow scores_;
  };

  int32_t n_words_, candidates_;
  Normaliser normaliser_;
};

}  // namespace huffvec
