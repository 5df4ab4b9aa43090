#include "trainer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "inputs/cbow.hpp"
#include "inputs/skipgram.hpp"

namespace huffvec {
namespace {

std::unique_ptr<InputLayer> make_input_layer(const TrainingPlan& plan) {
  if (plan.architecture == Architecture::kCbow)
    return std::make_unique<Cbow>(plan.input_rows, plan.corrected_mean);
  return std::make_unique<SkipGram>(plan.input_rows);
}

// One thread's share of the work: everything it needs, and how it trains a chunk.
class Worker {
 public:
  Worker(const TrainingPlan& plan, const OutputLayer& output_layer, bool alone)
      : plan_(plan),
        inputs_(make_input_layer(plan)),
        outputs_(output_layer.selector(plan.output_rows, alone)),
        link_(output_layer.link()),
        subsampler_(plan.keep_thresholds, plan.corpus.n_words),
        tile_(output_layer.max_tile_outputs(), plan.input_rows.stride) {}

  Totals train_chunk(int64_t chunk) {
    const Corpus& corpus = plan_.corpus;
    totals_ = {1, 0, 0, 0};
    lr_ = plan_.lr(chunk);
    Rng subsample(plan_.seed, chunk, Draw::kSubsample);
    windows_ = Rng(plan_.seed, chunk, Draw::kWindow);
    outputs_->begin_chunk(Rng(plan_.seed, chunk, Draw::kNoise));

    const int64_t in_epoch = chunk % corpus.n_chunks();
    const int64_t begin = corpus.chunk_begin(in_epoch), end = corpus.chunk_begin(in_epoch + 1);
    const int64_t* offsets_end = corpus.sentence_offsets + corpus.n_sentences;
    const int64_t* next = std::upper_bound(corpus.sentence_offsets, offsets_end, begin);
    for (int64_t left = begin; left < end; next++) {
      const int64_t right = std::min(end, *next);
      train_sentence(subsampler_.keep(corpus.ids + left, corpus.ids + right, subsample));
      left = right;
    }
    outputs_->end_chunk();
    totals_.tokens = end - begin;
    return totals_;
  }

 private:
  void train_sentence(const std::vector<int32_t>& sentence) {
    const int length = static_cast<int>(sentence.size());
    outputs_->begin_sentence(sentence.data());
    for (int pos = 0; pos < std::min(plan_.window, length); pos++) inputs_->prefetch(sentence[pos]);
    for (int pos = 0; pos < std::min(kPositionsAhead, length); pos++) prepare(sentence, pos);
    for (int pos = 0; pos < length; pos++) {
      if (pos + kPositionsAhead < length) prepare(sentence, pos + kPositionsAhead);
      const int radius = 1 + static_cast<int>(windows_.below(plan_.window));
      train_window(
          {sentence.data(), pos, std::max(0, pos - radius), std::min(length, pos + radius + 1)});
    }
  }

  void prepare(const std::vector<int32_t>& sentence, int pos) {
    outputs_->prepare(pos);
    const size_t entering = static_cast<size_t>(pos) + plan_.window;
    if (entering < sentence.size()) inputs_->prefetch(sentence[entering]);
  }

  void train_window(const Window& window) {
    const int n_tiles = inputs_->n_tiles(window);
    if (n_tiles == 0) return;
    outputs_->select(window.center_pos, tile_);
    for (int t = 0; t < n_tiles; t++) {
      inputs_->fill(window, t, tile_);
      compute_scores(tile_, plan_.input_rows.stride);
      totals_.loss += link_(tile_, lr_);
      totals_.targets += tile_.n_targets;
      outputs_->finish(tile_);
      apply_gradients(tile_, plan_.input_rows.stride);
      inputs_->finish(tile_);
    }
  }

  const TrainingPlan& plan_;
  std::unique_ptr<InputLayer> inputs_;
  std::unique_ptr<OutputSelector> outputs_;
  Link link_;
  Subsampler subsampler_;
  Tile tile_;
  Rng windows_;
  float lr_ = 0;
  Totals totals_;
};

}  // namespace

Trainer::Trainer(TrainingPlan plan, std::shared_ptr<const OutputLayer> output_layer)
    : plan_(plan), output_layer_(std::move(output_layer)) {}

Trainer::~Trainer() {
  stop();
  for (std::thread& thread : threads_) thread.join();
}

void Trainer::start(int64_t first, int64_t last, int n_threads) {
  while (!wait(3600)) {
  }
  stop_ = false;
  cursor_ = first;
  last_ = last;
  totals_ = {};
  for (int i = 0; i < n_threads; i++) {
    std::lock_guard lock(mutex_);
    threads_.emplace_back([this, n_threads] { work(n_threads == 1); });
    n_running_++;
  }
}

void Trainer::work(bool alone) {
  std::exception_ptr error;
  try {
    Worker worker(plan_, *output_layer_, alone);
    while (!stop_) {
      const int64_t chunk = cursor_++;
      if (chunk >= last_) break;
      const Totals trained = worker.train_chunk(chunk);
      std::lock_guard lock(mutex_);
      totals_.chunks += trained.chunks;
      totals_.tokens += trained.tokens;
      totals_.targets += trained.targets;
      totals_.loss += trained.loss;
    }
  } catch (...) {
    error = std::current_exception();
    stop_ = true;
  }
  std::lock_guard lock(mutex_);
  if (error) error_ = error;
  n_running_--;
  done_.notify_all();
}

bool Trainer::wait(double seconds) {
  {
    std::unique_lock lock(mutex_);
    const auto limit = std::chrono::duration<double>(seconds);
    if (!done_.wait_for(lock, limit, [this] { return n_running_ == 0; })) return false;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  return true;
}

Totals Trainer::totals() const {
  std::lock_guard lock(mutex_);
  return totals_;
}

}  // namespace huffvec
