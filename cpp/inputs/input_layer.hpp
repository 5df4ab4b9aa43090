// What an architecture is to the trainer: a way to fill the input side of tiles.
#pragma once

#include <cstdint>
#include <memory>

#include "tile.hpp"
#include "weights.hpp"

namespace huffvec {

// One window: the tokens of sentence positions left … right - 1, without the center.
struct Window {
  const int32_t* sentence;
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
  virtual int n_tiles(const Window& window) const = 0;
  virtual void fill(const Window& window, int tile_index, Tile& tile) = 0;
  virtual void finish(Tile& tile) = 0;
};

}  // namespace huffvec
