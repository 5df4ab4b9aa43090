// Infers documents side by side: by DBOW and objectives with noise words.
//
// All documents have the same draws (WindowWorker::infer_document), so at one place of each they
// meet the same noise words. They are the inputs of one tile, and only their targets, the tile's
// first output, are their own. Noise is drawn and its rows are read once for all; and where a
// document alone would wait at every word for the step before, the others fill the time. What is
// computed of a document is the same to the last bit whatever stands beside it.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "engine/step_bound.hpp"
#include "engine/worker.hpp"

namespace huffvec {

class DocumentWorker final : public Worker {
 public:
  DocumentWorker(const TrainingPlan& plan, const TileLayer& layer,
                 std::unique_ptr<CommonNoise> noise)
      : plan_(plan),
        noise_(std::move(noise)),
        link_(layer.link()),
        tile_(layer.max_tile_outputs(), plan.output_rows.stride),
        column_(layer.max_tile_outputs(), plan.output_rows.stride),
        subsampler_(plan.keep_thresholds, plan.corpus.n_words) {
    tile_.inputs.fill(tile_.row.data());
    tile_.input_weights.fill(1);
    tile_.separate = true;
    targets_.fill(tile_.row.data());
    column_.input_weights[0] = column_.n_targets = column_.n_inputs = 1;
    column_.separate = true;
  }

  int at_once() const override { return kAtOnce; }

  Totals train_chunks(int64_t first, int64_t last) override {
    totals_ = {last - first, 0, 0, 0};
    for (int64_t k = first; k < last; k++)
      totals_.tokens += plan_.corpus.length(plan_.by_length[k]);
    for (int64_t epoch = 0; begin_epoch(epoch, first, last) && !abandoned(); epoch++)
      for (int pos = 0; pos < documents_[0].length() && !abandoned(); pos++) train_place(pos);
    return totals_;
  }

 private:
  static constexpr int kAtOnce = 8;
  static_assert(kAtOnce <= kMaxInputs && kAtOnce % 4 == 0);

  struct Document {
    std::vector<int32_t> words;  // that are trained in the epoch
    float* row = nullptr;
    double start_lr = 0, lr_step = 0;  // of the epoch, and what is added at each word

    int length() const { return static_cast<int>(words.size()); }
  };

  bool abandoned() const { return plan_.abandoned->load(std::memory_order_relaxed); }

  // False if no document has so many.
  bool begin_epoch(int64_t epoch, int64_t first, int64_t last) {
    n_ = 0;
    for (int64_t k = first; k < last; k++) {
      const int64_t number = plan_.by_length[k];
      if (epoch >= plan_.document_epochs[number]) continue;
      Document& document = documents_[n_++];
      const int32_t* const begin = plan_.corpus.ids + plan_.corpus.sentence_offsets[number];
      const int32_t* const end = begin + plan_.corpus.length(number);
      Rng subsample(plan_.seed, epoch, Draw::kSubsample);
      document.words = subsampler_.keep(begin, end, subsample);
      if (document.words.empty()) document.words.assign(begin, end);
      document.row = plan_.tags.row(number, 0);
      const double start = plan_.start_lr, fall = plan_.end_lr - start;
      const double n_epochs = plan_.document_epochs[number];
      document.start_lr = start + fall * static_cast<double>(epoch) / n_epochs;
      document.lr_step = fall / n_epochs / document.length();
    }
    if (n_ == 0) return false;
    std::sort(documents_.begin(), documents_.begin() + n_,
              [](const Document& a, const Document& b) { return a.length() > b.length(); });
    for (int j = 0; j < n_; j++) tile_.inputs[j] = documents_[j].row;
    noise_->begin_epoch(Rng(plan_.seed, epoch, Draw::kNoise), documents_[0].length());
    return true;
  }

  // Trains a word of every document that is longer than pos.
  void train_place(int pos) {
    const int stride = plan_.output_rows.stride;
    while (documents_[n_ - 1].length() <= pos) n_--;
    tile_.n_inputs = n_;
    noise_->select(pos, tile_);
    for (int j = 0; j < n_; j++) begin_word(documents_[j], pos, j);
    compute_scores(tile_, stride, 1);
    score_targets(pos);
    totals_.loss += link_(tile_, 1);
    totals_.targets += n_;
    float* gradient = tile_.matrix.data();
    for (int i = 0; i < tile_.n_outputs; i++)
      for (int j = 0; j < n_; j++) *gradient++ *= rates_[j];
    for (int j = 0; j < n_; j++) end_word(j);
    apply_to_inputs(tile_, stride, 1);
    for (int j = 0; j < n_; j++) move(tile_.inputs[j], tile_.matrix[j], targets_[j], prior(j));
  }

  void begin_word(const Document& document, int pos, int j) {
    const int ahead = pos + kPositionsAhead;
    if (ahead < document.length()) plan_.output_rows.prefetch(document.words[ahead]);
    rates_[j] = static_cast<float>(document.start_lr + document.lr_step * pos);
    targets_[j] = plan_.output_rows[document.words[pos]];
    left_out_[j] = noise_->left_out(document.words[pos]);
  }

  void score_targets(int pos) {
    const int stride = plan_.output_rows.stride;
    std::array<float, kAtOnce> scores;
    for (int j = 0; j < n_; j += 4) {
      Floats sums[4] = {};
      for (int d = 0; d < stride; d += kLanes)
        for (int k = 0; k < 4; k++)
          sums[k] += load(targets_[j + k] + d) * load(tile_.inputs[j + k] + d);
      *reinterpret_cast<UnalignedFloats4*>(scores.data() + j) =
          sums_of_four(sums[0], sums[1], sums[2], sums[3]);
    }
    for (int j = 0; j < n_; j++) {
      tile_.matrix[j] = scores[j];
      if (tile_.offset_outputs) tile_.matrix[j] += noise_->offset(documents_[j].words[pos]);
      if (left_out_[j]) tile_.matrix[left_out_[j] * n_ + j] = kNever;
    }
  }

  void end_word(int j) {
    if (left_out_[j]) tile_.matrix[left_out_[j] * n_ + j] = 0;
    if (tile_.losses[j] > kFarthest || rates_[j] > kHighRate) bound(j);
  }

  // Shortens the steps of one document, as if it were alone.
  void bound(int j) {
    column_.n_outputs = tile_.n_outputs;
    column_.inputs[0] = tile_.inputs[j];
    column_.outputs = tile_.outputs;
    column_.outputs[0] = targets_[j];
    for (int i = 0; i < tile_.n_outputs; i++) column_.matrix[i] = tile_.matrix[i * n_ + j];
    bound_steps(column_, plan_.output_rows.stride, rates_[j], tile_.losses[j], false);
    for (int i = 0; i < tile_.n_outputs; i++) tile_.matrix[i * n_ + j] = column_.matrix[i];
  }

  // What the prior leaves of a document's vector.
  float prior(int j) const {
    return prior_keeps(rates_[j], plan_.document_prior, documents_[j].words.size());
  }

  void move(float* row, float step, const float* target, float keeps) const {
    const Floats step_of_all = broadcast(step), keeps_of_all = broadcast(keeps);
    for (int d = 0; d < plan_.output_rows.stride; d += kLanes)
      store(row + d, (load(row + d) + step_of_all * load(target + d)) * keeps_of_all);
  }

  // A score at which a word is no noise to any link.
  static constexpr float kNever = -1e4f;

  const TrainingPlan& plan_;
  std::unique_ptr<CommonNoise> noise_;
  Link link_;
  Tile tile_, column_;
  Subsampler subsampler_;
  Totals totals_;
  std::array<Document, kAtOnce> documents_;  // those of the tile, the longest first
  int n_ = 0;                                // of which so many are not at their end
  std::array<float*, kAtOnce> targets_;      // rows
  std::array<float, kAtOnce> rates_ = {};
  std::array<int, kAtOnce> left_out_ = {};  // outputs; 0: none
};

}  // namespace huffvec
