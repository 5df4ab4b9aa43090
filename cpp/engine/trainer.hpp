// Training: threads take chunks of the corpus from one cursor and train tile after tile (Hogwild:
// Niu et al. 2011; threads write the shared tables without locks); or, where the number of threads
// is to make no difference, round by round (rounds.hpp).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/job.hpp"
#include "engine/corpus.hpp"
#include "engine/inputs/bags.hpp"
#include "engine/inputs/documents.hpp"
#include "engine/inputs/input_layer.hpp"
#include "engine/inputs/tags.hpp"
#include "engine/outputs/output_layer.hpp"
#include "engine/rows.hpp"

namespace huffvec {

enum class Architecture { kSkipGram, kCbow, kDbow, kDocuments };

struct TrainingSettings {
  Architecture architecture = Architecture::kSkipGram;
  RowShare row_share;
  int window = 0;
  bool fixed_radius = false;  // every window is as wide as it may be; else its radius is drawn
  int64_t epochs = 0;
  float start_lr = 0, end_lr = 0;
  uint64_t seed = 0;
  // New documents: only the rows of tags are trained, all tables stay as they are. A chunk is a
  // document with all its epochs, so that its row depends on nothing but its words.
  bool infers = false;
  float document_prior = 0;  // precision of the Gaussian prior of their vectors; 0: none
  // The same bytes for any number of threads.
  bool deterministic = false;
};

constexpr int kRoundChunks = 8;  // of deterministic training

struct TrainingPlan : TrainingSettings {
  Corpus corpus = {};
  const uint32_t* keep_thresholds = nullptr;  // by word id, see Subsampler
  Rows input_rows, output_rows;
  BagTable bags;                     // of words whose vectors are means of several input rows
  Rows position_rows;                // of position-weighted CBOW
  TagTable tags;                     // of sentences that are documents with vectors of their own
  const float* bag_sizes = nullptr;  // where documents are inferred: rows that words are means of
  DocumentTable documents;           // of the architecture of documents
  const int32_t* document_epochs = nullptr;  // of those that are inferred, in place of epochs
  const int64_t* by_length = nullptr;        // the documents that are inferred, the longest first
  const uint8_t* frozen = nullptr;           // by word id: whether its input row stays as it is
  const std::atomic<bool>* abandoned = nullptr;  // workers leave their chunk when it is true

  int64_t n_chunks() const { return infers ? corpus.n_sentences : corpus.n_chunks() * epochs; }
  // Falls linearly with the tokens that lie before the chunk; depends on nothing else, so that any
  // number of threads and any resumption see the same rates.
  float lr(int64_t chunk) const {
    return lr_at(static_cast<double>(chunk) / static_cast<double>(n_chunks()));
  }
  // done: share of the work, 0 to 1.
  float lr_at(double done) const {
    return static_cast<float>(start_lr + (end_lr - start_lr) * done);
  }
};

// What has been trained.
struct Totals {
  int64_t chunks = 0, tokens = 0;
  double targets = 0, loss = 0;  // loss in nats, summed over the targets

  Totals& operator+=(const Totals& other) {
    chunks += other.chunks;
    tokens += other.tokens;
    targets += other.targets;
    loss += other.loss;
    return *this;
  }
};

class Trainer {
 public:
  Trainer(TrainingPlan plan, std::shared_ptr<const OutputLayer> output_layer);
  ~Trainer() { abandon(); }
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  // Trains chunks first … last - 1 (they count on through the epochs) on n_threads threads. Totals
  // count on from those of before: a sum that is interrupted is the same to the last bit. Waits for
  // the threads of an earlier start. Deterministic training begins at a round and ends with one, of
  // which chunk last - 1 is part.
  void start(int64_t first, int64_t last, int n_threads, Totals before = {});
  // Waits until all threads are done, at most so long; true if they are. Rethrows their errors.
  bool wait(double seconds) { return job_.wait(seconds); }
  // Lets every thread finish the chunk that it has begun, and no more; or all of them the round.
  void stop() { job_.ask_to_stop(); }
  // Lets every thread leave its chunk where it is: at once, but what was trained of it is not
  // counted, and the run cannot be continued exactly.
  void abandon() {
    abandoned_ = true;
    stop();
  }

  Totals totals() const;
  int64_t next_chunk() const { return std::min(cursor_.load(), last_); }
  const TrainingPlan& plan() const { return plan_; }
  // Whether training can begin there.
  bool begins_at(int64_t chunk) const;

 private:
  // share: of the chunks, of each thread.
  void work(bool alone, int64_t share);
  void train_rounds(int n_threads);
  void add(const Totals& trained);

  TrainingPlan plan_;
  std::vector<int64_t> by_length_;
  std::shared_ptr<const OutputLayer> output_layer_;
  std::atomic<int64_t> cursor_{0};
  int64_t last_ = 0;
  std::atomic<bool> abandoned_{false};
  mutable std::mutex mutex_;
  Totals totals_;  // guarded by mutex_
  Job job_;
};

}  // namespace huffvec
