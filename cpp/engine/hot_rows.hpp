// Private copies of the rows that all threads write most often.
//
// The nodes near a tree's root are part of nearly every path. Written in place by several threads
// (Hogwild), each of their cache lines moves between the cores at every window, which costs more
// than the arithmetic. So every thread trains its own copy and adds its changes to the shared row
// after every few tiles.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/rows.hpp"
#include "engine/simd.hpp"

namespace huffvec {

class HotRows {
 public:
  HotRows(Rows shared, std::vector<int32_t> ids) : shared_(shared), ids_(std::move(ids)) {
    for (size_t k = 0; k < ids_.size(); k++) {
      own_.emplace_back(shared.stride);
      before_.emplace_back(shared.stride);
    }
  }

  float* operator[](int slot) { return own_[slot].data(); }

  // Takes the shared values over as they are.
  void begin_chunk() {
    n_tiles_ = 0;
    for (size_t k = 0; k < ids_.size(); k++)
      for (int d = 0; d < shared_.stride; d += kLanes) {
        const Floats value = load(shared_[ids_[k]] + d);
        store(own_[k].data() + d, value);
        store(before_[k].data() + d, value);
      }
  }

  void end_tile() {
    if (++n_tiles_ % kTilesBetween == 0) exchange();
  }
  void end_chunk() { exchange(); }

 private:
  static constexpr uint32_t kTilesBetween = 32;  // exchanges

  // Adds what changed here since the chunk's begin or the last exchange, and takes over what
  // changed elsewhere.
  void exchange() {
    for (size_t k = 0; k < ids_.size(); k++) {
      float* const shared = shared_[ids_[k]];
      float *const own = own_[k].data(), *const before = before_[k].data();
      for (int d = 0; d < shared_.stride; d += kLanes) {
        const Floats value = load(shared + d) + (load(own + d) - load(before + d));
        store(shared + d, value);
        store(own + d, value);
        store(before + d, value);
      }
    }
  }

  Rows shared_;
  std::vector<int32_t> ids_;
  std::vector<AlignedRow> own_, before_;
  uint32_t n_tiles_ = 0;  // of the chunk
};

}  // namespace huffvec
