// CBOW: the mean of the context words' vectors is the one input that predicts the center word. Of
// vectors that are means of bags of rows, the mean over all rows of all bags, as in fastText. The
// tags of a document are part of the mean, each as a word of mean size (PV-DM with a mean).
#pragma once

#include <vector>

#include "engine/inputs/input_layer.hpp"
#include "engine/inputs/tags.hpp"

namespace huffvec {

template <class Source>
class Cbow final : public SourcedLayer<Source> {
 public:
  Cbow(Source source, RowShare row_share, TagTable tags = {})
      : SourcedLayer<Source>(std::move(source)),
        tags_(tags),
        row_share_(row_share),
        stride_(this->source_.stride()),
        mean_(stride_),
        before_(stride_) {}

  int n_tiles(const Window& window) const override {
    return window.n_contexts() > 0 || tags_.size(window.sentence_id) > 0;
  }

  void fill(const Window& window, int, Tile& tile) override {
    context_.clear();
    weights_.clear();
    n_rows_ = 0;
    this->source_.begin_tile();
    for (int pos = window.left_pos; pos < window.right_pos; pos++) {
      if (pos == window.center_pos) continue;
      context_.push_back(this->source_.vector(window, pos));
      if constexpr (Source::kWeighted)
        weights_.push_back(this->source_.weight(window.sentence[pos]));
      n_rows_ += Source::kWeighted ? weights_.back() : 1;
    }
    add_tags(window.sentence_id);
    int d = 0;
    for (; d + 4 * kLanes <= stride_; d += 4 * kLanes) average<4>(d);
    for (; d < stride_; d += kLanes) average<1>(d);
    tile.n_inputs = 1;
    tile.inputs[0] = mean_.data();
    tile.input_weights[0] = 1;
    tile.weighted_inputs = false;
    tile.n_targets = 1;
  }

  void finish(Tile&) override {
    const float share = row_share_.of(n_rows_);
    float* const change = before_.data();
    for (int d = 0; d < stride_; d += kLanes)
      store(change + d, share * (load(mean_.data() + d) - load(before_.data() + d)));
    for (size_t k = Source::kReadOnly ? n_words_ : 0; k < context_.size(); k++)
      for (int d = 0; d < stride_; d += kLanes)
        store(context_[k] + d, load(context_[k] + d) + load(change + d));
    this->source_.end_tile();
  }

 private:
  void add_tags(int64_t document) {
    n_words_ = context_.size();
    const int n = tags_.size(document);
    const float weight = n_words_ > 0 ? n_rows_ / static_cast<float>(n_words_) : 1.0f;
    for (int k = 0; k < n; k++) {
      context_.push_back(tags_.row(document, k));
      if constexpr (Source::kWeighted) weights_.push_back(weight);
      n_rows_ += weight;
    }
  }

  // Averages the context vectors' next kVectors vectors, which stay in registers over all of them.
  template <int kVectors>
  void average(int d) {
    Floats totals[kVectors] = {};
    for (size_t k = 0; k < context_.size(); k++)
      for (int v = 0; v < kVectors; v++) {
        const Floats value = load(context_[k] + d + v * kLanes);
        if constexpr (Source::kWeighted)
          totals[v] += weights_[k] * value;
        else
          totals[v] += value;
      }
    const float share = 1.0f / n_rows_;
    for (int v = 0; v < kVectors; v++) {
      store(mean_.data() + d + v * kLanes, totals[v] * share);
      store(before_.data() + d + v * kLanes, totals[v] * share);
    }
  }

  TagTable tags_;
  RowShare row_share_;
  int stride_;
  AlignedRow mean_, before_;
  std::vector<float*> context_;  // words, then tags
  std::vector<float> weights_;
  size_t n_words_ = 0;
  float n_rows_ = 0;
};

}  // namespace huffvec
