// Copies of those rows of a table that a chunk touches, while the table stays as it is.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/system.hpp"
#include "engine/aligned_row.hpp"

namespace huffvec {

// By row: a bit for each replica that has a copy of it.
using TouchedBy = uint8_t;

// A row is copied when it is first asked for, and the replica's bit is set. The copies lie one
// after the other, in blocks that stay where they are.
class PrivateRows {
 public:
  PrivateRows(const float* table, int32_t n_rows, int stride, TouchedBy* touched_by, int replica)
      : table_(table),
        stride_(stride),
        touched_by_(touched_by),
        bit_(static_cast<TouchedBy>(1 << replica)),
        places_(n_rows, kNowhere) {}

  float* copy_of(int32_t id) {
    const uint32_t place = places_[id];
    return place != kNowhere ? copy(place) : add(id);
  }
  // Of a row that has a copy.
  float* copied(int32_t id) const { return copy(places_[id]); }

  void prefetch(int32_t id) const {
    const uint32_t place = places_[id];
    prefetch_row(place != kNowhere ? copy(place) : table_row(id), stride_);
  }

  // Gives the copy of a row up; all of them, and their place is free again.
  void forget(int32_t id) { places_[id] = kNowhere; }
  void clear() { n_ = 0; }

 private:
  static constexpr uint32_t kNowhere = UINT32_MAX;
  static constexpr uint32_t kBlockRows = 1 << 15;  // several huge pages

  const float* table_row(int32_t id) const { return table_ + static_cast<size_t>(id) * stride_; }
  float* copy(uint32_t place) const {
    auto* const block = static_cast<float*>(blocks_[place / kBlockRows]->data());
    return block + static_cast<size_t>(place % kBlockRows) * stride_;
  }

  [[gnu::noinline]] float* add(int32_t id) {
    const uint32_t place = places_[id] = n_++;
    if (place == blocks_.size() * kBlockRows) {
      const size_t n_rows = std::min<size_t>(kBlockRows, places_.size());
      blocks_.push_back(std::make_unique<ZeroedPages>(n_rows * stride_ * sizeof(float)));
    }
    std::atomic_ref(touched_by_[id]).fetch_or(bit_, std::memory_order_relaxed);
    copy_row(table_row(id), stride_, copy(place));
    return copy(place);
  }

  const float* table_;
  int stride_;
  TouchedBy* touched_by_;
  TouchedBy bit_;
  std::vector<uint32_t> places_;  // of the copies, by row
  std::vector<std::unique_ptr<ZeroedPages>> blocks_;
  uint32_t n_ = 0;
};

}  // namespace huffvec
