// The softmax over a set of candidate words that many targets share: all words (full softmax), or
// the targets of a part of the corpus and random others (target sampling).
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "outputs/output_layer.hpp"

namespace huffvec {

class CandidateSoftmax final : public OutputLayer {
 public:
  CandidateSoftmax(int32_t n_words, int32_t candidates)
      : n_words_(n_words), candidates_(std::min(candidates, n_words)) {}

  int32_t n_words() const override { return n_words_; }
  int32_t n_outputs() const override { return n_words_; }
  int max_tile_outputs() const override { return 0; }
  std::unique_ptr<OutputSelector> selector(Rows, bool) const override { return nullptr; }
  std::unique_ptr<CandidateSelector> candidates() const override {
    return std::make_unique<Selector>(*this);
  }

 private:
  class Selector final : public CandidateSelector {
   public:
    explicit Selector(const CandidateSoftmax& layer)
        : n_words_(layer.n_words_), n_candidates_(layer.candidates_), places_(n_words_, -1) {
      if (n_candidates_ < n_words_) return;
      ids_.resize(n_words_);
      std::iota(ids_.begin(), ids_.end(), 0);
      places_ = ids_;
    }

    void begin_chunk(Rng noise) override { rng_ = noise; }

    size_t select(const int32_t* target_ids, size_t n) override {
      if (n_candidates_ == n_words_) return n;
      for (int32_t id : ids_) places_[id] = -1;
      ids_.clear();
      const size_t most = std::max(1, n_candidates_ / 2);
      size_t n_taken = 0;
      for (; n_taken < n; n_taken++) {
        const int32_t id = target_ids[n_taken];
        if (places_[id] < 0 && ids_.size() == most) break;
        add(id);
      }
      while (static_cast<int32_t>(ids_.size()) < n_candidates_)
        add(static_cast<int32_t>(rng_.below(n_words_)));
      return n_taken;
    }

    const std::vector<int32_t>& ids() const override { return ids_; }
    int32_t place(int32_t target_id) const override { return places_[target_id]; }

   private:
    void add(int32_t id) {
      if (places_[id] >= 0) return;
      places_[id] = static_cast<int32_t>(ids_.size());
      ids_.push_back(id);
    }

    int32_t n_words_, n_candidates_;
    Rng rng_;
    std::vector<int32_t> ids_;     // the candidates
    std::vector<int32_t> places_;  // by word: its place among them, or -1
  };

  int32_t n_words_, candidates_;
};

}  // namespace huffvec
