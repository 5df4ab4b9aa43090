// The interface between objectives and the trainer. An output layer is of one of two kinds: tile by
// tile, which selects a few output rows for each target; or in batches, which scores the same words
// for many targets.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "base/rng.hpp"
#include "engine/link.hpp"
#include "engine/outputs/batch_softmax.hpp"
#include "engine/rows.hpp"
#include "engine/tile.hpp"

namespace huffvec {

class TileLayer;
class BatchLayer;

// An objective's constant tables; shared by all threads.
class OutputLayer {
 public:
  using Kind = std::variant<const TileLayer*, const BatchLayer*>;

  virtual ~OutputLayer() = default;
  virtual Kind kind() const = 0;
  virtual int32_t n_words() const = 0;
  virtual int32_t n_outputs() const = 0;        // rows of the output table
  virtual int min_stride() const { return 0; }  // floats of a row that it needs
  // Whether all labels of a document are one target, the set, and not a target each.
  virtual bool takes_sets() const { return false; }
};

// The output side at work on one sentence; one per thread.
class OutputSelector {
 public:
  virtual ~OutputSelector() = default;
  virtual void begin_chunk(Rng noise) = 0;
  virtual void end_chunk() {}
  virtual void begin_sentence(const int32_t* sentence, int length) = 0;
  // The same where the sentence is all labels of a document.
  virtual void begin_labels(const int32_t* labels, int n) { begin_sentence(labels, n); }
  // Called for every position in order, some positions before select: draws and prefetches.
  virtual void prepare(int pos) = 0;
  // Fills the output side of the tile for the target at the position, or for the sentence's set.
  virtual void select(int pos, Tile& tile) = 0;
  // Called for every tile with these outputs when its inputs are there: makes the scores.
  virtual void score(Tile& tile, int stride) { compute_scores(tile, stride); }
  // Called for every tile with these outputs when its matrix holds the gradients.
  virtual void finish(Tile&) {}
};

// Noise words as documents have them in common that are inferred side by side
// (document_worker.hpp).
class CommonNoise {
 public:
  virtual ~CommonNoise() = default;
  // Draws for so many places of documents.
  virtual void begin_epoch(Rng noise, int n_places) = 0;
  // Fills the output side of the tile with the noise words of a place; the first output is left to
  // the targets.
  virtual void select(int pos, Tile& tile) = 0;
  // The output that is left out where this word is the target; 0 if there is none.
  virtual int left_out(int32_t target_id) const = 0;
  // Added to the score of a target.
  virtual float offset(int32_t target_id) const = 0;
};

class TileLayer : public OutputLayer {
 public:
  Kind kind() const final { return this; }
  virtual int max_tile_outputs() const = 0;
  virtual Link link() const = 0;
  // alone: no other thread trains at the same time.
  virtual std::unique_ptr<OutputSelector> selector(Rows output_rows, bool alone) const = 0;
  // Null where outputs other than the target depend on it.
  virtual std::unique_ptr<CommonNoise> common_noise(Rows) const { return nullptr; }
};

class BatchLayer : public OutputLayer {
 public:
  Kind kind() const final { return this; }
  virtual std::unique_ptr<BatchTrainer> trainer(Rows output_rows) const = 0;
};

// Positions between prepare and select: long enough for a row to come from memory.
constexpr int kPositionsAhead = 4;

}  // namespace huffvec
