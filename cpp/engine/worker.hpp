// One thread's share of the work: walks through chunks, and those of WindowWorker hand on window
// after window.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/trainer.hpp"

namespace huffvec {

class Worker {
 public:
  virtual ~Worker() = default;
  // How many chunks are best trained together; the result does not depend on it.
  virtual int at_once() const { return 1; }
  // Trains chunks first … last - 1, at most at_once().
  virtual Totals train_chunks(int64_t first, int64_t last) = 0;
};

// What is left of a document's vector after a word's step by the prior of precision p, of which
// each of the n words of an epoch has a share. The step is implicit, d' = d - lr p/n d', and so
// never too long, however few words there are.
inline float prior_keeps(float lr, float precision, size_t n_words) {
  return 1 / (1 + lr * precision / static_cast<float>(n_words));
}

class WindowWorker : public Worker {
 public:
  Totals train_chunks(int64_t chunk, int64_t) final {
    if (plan_.infers) return infer_document(chunk);
    const Corpus& corpus = plan_.corpus;
    totals_ = {1, 0, 0, 0};
    lr_ = plan_.lr(chunk);
    Rng subsample(plan_.seed, chunk, Draw::kSubsample);
    radii_ = Rng(plan_.seed, chunk, Draw::kWindow);

    const int64_t in_epoch = chunk % corpus.n_chunks();
    const int64_t begin = corpus.chunk_begin(in_epoch), end = corpus.chunk_begin(in_epoch + 1);
    inputs_->begin_chunk();
    begin_chunk(Rng(plan_.seed, chunk, Draw::kNoise), end - begin);
    const int64_t* offsets_end = corpus.sentence_offsets + corpus.n_sentences;
    const int64_t* next = std::upper_bound(corpus.sentence_offsets, offsets_end, begin);
    for (int64_t left = begin; left < end && !abandoned(); next++) {
      const int64_t right = std::min(end, *next);
      train_sentence(subsampler_.keep(corpus.ids + left, corpus.ids + right, subsample),
                     next - corpus.sentence_offsets - 1);
      left = right;
    }
    end_chunk();
    inputs_->end_chunk();
    totals_.tokens = end - begin;
    return totals_;
  }

 protected:
  WindowWorker(const TrainingPlan& plan, std::unique_ptr<InputLayer> inputs,
               const OutputLayer& outputs, int max_tile_outputs)
      : plan_(plan),
        takes_sets_(outputs.takes_sets()),
        inputs_(std::move(inputs)),
        tile_(max_tile_outputs, plan.input_rows.stride),
        subsampler_(plan.keep_thresholds, plan.corpus.n_words) {}

  virtual void begin_chunk(Rng noise, int64_t n_tokens) = 0;
  virtual void end_chunk() = 0;
  // Returns where the sentence's tokens are, for as long as windows of it are trained.
  virtual const int32_t* begin_sentence(const std::vector<int32_t>& sentence) = 0;
  // Called some positions ahead of train_window.
  virtual void prepare(int pos) = 0;
  virtual void train_window(const Window& window) = 0;

  // The chunk is to be left as it is. Asked often: a chunk may be one sentence, and take long.
  bool abandoned() const { return plan_.abandoned->load(std::memory_order_relaxed); }

  // Moves the vector of a document that is inferred towards its prior's mean, zero, after steps of
  // so many of its words, each of which has an equal share of the prior (prior_keeps).
  void apply_prior(int64_t document, size_t n_words) {
    if (plan_.document_prior == 0) return;
    const float keeps =
        prior_keeps(lr_ * static_cast<float>(n_words), plan_.document_prior, n_kept_);
    float* const row = plan_.tags.row(document, 0);
    for (int d = 0; d < plan_.input_rows.stride; d += kLanes)
      store(row + d, load(row + d) * broadcast(keeps));
  }

  const TrainingPlan& plan_;
  bool takes_sets_;
  std::unique_ptr<InputLayer> inputs_;
  Tile tile_;
  float lr_ = 0;
  Totals totals_;

 private:
  // Trains a document by itself in all epochs, with the same draws as every other: what noise does
  // to all documents alike is no difference between them. A batch layer has the rate of an epoch's
  // middle.
  Totals infer_document(int64_t document) {
    const int32_t *const begin = plan_.corpus.ids + plan_.corpus.sentence_offsets[document],
                         *const end =
                             plan_.corpus.ids + plan_.corpus.sentence_offsets[document + 1];
    totals_ = {1, end - begin, 0, 0};
    n_epochs_ = plan_.document_epochs[document];
    for (int64_t epoch = 0; epoch < n_epochs_ && begin < end && !abandoned(); epoch++) {
      Rng subsample(plan_.seed, epoch, Draw::kSubsample);
      radii_ = Rng(plan_.seed, epoch, Draw::kWindow);
      epochs_done_ = static_cast<double>(epoch);
      set_rate(0.5);
      begin_chunk(Rng(plan_.seed, epoch, Draw::kNoise), end - begin);
      const std::vector<int32_t>& kept = subsampler_.keep(begin, end, subsample);
      n_kept_ = kept.empty() ? static_cast<size_t>(end - begin) : kept.size();
      train_sentence(kept.empty() ? std::vector<int32_t>(begin, end) : kept, document);
      set_rate(0.5);
      end_chunk();
    }
    return totals_;
  }

  // Of a document that is inferred, whose share in_epoch of an epoch is done.
  void set_rate(double in_epoch) {
    lr_ = plan_.lr_at((epochs_done_ + in_epoch) / static_cast<double>(n_epochs_));
  }

  void train_sentence(const std::vector<int32_t>& kept, int64_t sentence_id) {
    if (takes_sets_) {
      train_set(kept, sentence_id);
      return;
    }
    const int32_t* sentence = begin_sentence(kept);
    inputs_->begin_sentence(sentence, static_cast<int>(kept.size()));
    train_positions(kept, sentence, sentence_id);
    inputs_->end_sentence();
  }

  // A label that stands twice is one.
  void train_set(const std::vector<int32_t>& labels, int64_t document_id) {
    if (labels.empty()) return;
    set_.clear();
    for (const int32_t id : labels)
      if (std::find(set_.begin(), set_.end(), id) == set_.end()) set_.push_back(id);
    const int32_t* set = begin_sentence(set_);
    train_window({set, document_id, 0, 0, static_cast<int>(set_.size())});
  }

  void train_positions(const std::vector<int32_t>& kept, const int32_t* sentence,
                       int64_t sentence_id) {
    const int length = static_cast<int>(kept.size());
    for (int pos = 0; pos < std::min(plan_.window, length); pos++) inputs_->prefetch(sentence[pos]);
    for (int pos = 0; pos < std::min(kPositionsAhead, length); pos++) reach(kept, pos);
    for (int pos = 0; pos < length && !abandoned(); pos++) {
      if (pos + kPositionsAhead < length) reach(kept, pos + kPositionsAhead);
      inputs_->move_to(pos);
      if (plan_.infers) set_rate(static_cast<double>(pos) / length);
      const int radius =
          plan_.fixed_radius ? plan_.window : 1 + static_cast<int>(radii_.below(plan_.window));
      train_window({sentence, sentence_id, pos, std::max(0, pos - radius),
                    std::min(length, pos + radius + 1)});
    }
  }

  void reach(const std::vector<int32_t>& sentence, int pos) {
    prepare(pos);
    const size_t entering = static_cast<size_t>(pos) + plan_.window;
    if (entering < sentence.size()) inputs_->prefetch(sentence[entering]);
  }

  Subsampler subsampler_;
  Rng radii_;
  int64_t n_epochs_ = 0;  // of a document that is inferred, as are the next two
  double epochs_done_ = 0;
  size_t n_kept_ = 0;         // of its words, that are trained in the epoch
  std::vector<int32_t> set_;  // of a document, where all its labels are one target
};

}  // namespace huffvec
