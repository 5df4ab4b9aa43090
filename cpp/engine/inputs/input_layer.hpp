// The interface between architectures and the trainer: how the input side of a tile is filled.
//
// Architectures are templates over where the vector of a word in the text comes from, a *source*:
// the word's row (WordRows) or the mean of a bag of rows (bags.hpp). A source has
//
//   prefetch(id)                      fetch early what the word will need
//   begin_sentence(sentence, length), move_to(center_pos), end_sentence()
//                                     where the windows are, if they come in order
//   begin_tile(), end_tile()          around the vectors of a tile, between fill and finish
//   vector(window, pos)               the vector of the word there, to be changed in place; one and
//                                     the same for a word that occurs twice in a tile
//   weight(id)                        rows that the vector is the mean of
//   kWeighted                         whether weights may be other than 1
//   kReadOnly                         whether vectors stay as they are
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "engine/rows.hpp"
#include "engine/tile.hpp"

namespace huffvec {

// One window: the tokens of sentence positions left … right - 1, without the center.
struct Window {
  const int32_t* sentence;
  int64_t sentence_id;  // its number in the corpus
  int center_pos, left_pos, right_pos;
  int n_contexts() const { return right_pos - left_pos - 1; }
};

// One per thread. For every window: n_tiles(), then for each tile fill(), and after the tile's
// update finish().
class InputLayer {
 public:
  virtual ~InputLayer() = default;
  // Fetches early what a window will need; `id` is the token that enters the windows next.
  virtual void prefetch(int32_t id) const = 0;
  virtual void begin_chunk() {}
  virtual void end_chunk() {}
  // Windows that are trained in order: around those of a sentence, and before each.
  virtual void begin_sentence(const int32_t*, int) {}
  virtual void move_to(int) {}
  virtual void end_sentence() {}
  virtual int n_tiles(const Window& window) const = 0;
  virtual void fill(const Window& window, int tile_index, Tile& tile) = 0;
  virtual void finish(Tile& tile) = 0;
  // Adds changes to the inputs of a tile (n_inputs × stride), which were computed from their values
  // some time ago. As fill() and finish(), if a layer knows no shorter way.
  virtual void add(const Window& window, int tile_index, Tile& tile, const float* changes,
                   int stride) {
    fill(window, tile_index, tile);
    for (int j = 0; j < tile.n_inputs; j++, changes += stride)
      for (int d = 0; d < stride; d += kLanes)
        store(tile.inputs[j] + d, load(tile.inputs[j] + d) + load(changes + d));
    finish(tile);
  }
};

// The source of models whose words have a row each.
template <class AnyRows>
class WordRows {
 public:
  static constexpr bool kWeighted = false, kReadOnly = false;
  explicit WordRows(AnyRows rows) : rows_(rows) {}
  void prefetch(int32_t id) const { rows_.prefetch(id); }
  void begin_sentence(const int32_t*, int) {}
  void move_to(int) {}
  void end_sentence() {}
  void begin_tile() {}
  void end_tile() {}
  float* vector(const Window& window, int pos) const { return rows_[window.sentence[pos]]; }
  float weight(int32_t) const { return 1; }
  int stride() const { return rows_.stride; }

 private:
  AnyRows rows_;
};

// What each of n rows gets of the change of their mean: (scale / n)^exponent, but never more than
// all of it. With scale and exponent 1 that is what the chain rule says, with exponent 0 all of it.
struct RowShare {
  float scale = 1, exponent = 0;

  float of(float n) const {
    const float share = scale < n ? scale / n : 1.0f;
    if (exponent == 0.5f) return std::sqrt(share);
    return exponent == 0 ? 1.0f : exponent == 1 ? share : std::pow(share, exponent);
  }
};

// An architecture over a source.
template <class Source>
class SourcedLayer : public InputLayer {
 public:
  explicit SourcedLayer(Source source) : source_(std::move(source)) {}
  void prefetch(int32_t id) const final { source_.prefetch(id); }
  void begin_sentence(const int32_t* sentence, int length) final {
    source_.begin_sentence(sentence, length);
  }
  void move_to(int center_pos) final { source_.move_to(center_pos); }
  void end_sentence() final { source_.end_sentence(); }

 protected:
  Source source_;
};

}  // namespace huffvec
