// Draws from a discrete distribution in constant time (Walker's alias method, Vose 1991).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/rng.hpp"

namespace huffvec {

class AliasTable {
 public:
  AliasTable(const double* probs, size_t n) : entries_(n) {
    std::vector<double> scaled(n);
    std::vector<int32_t> small, large;
    for (size_t i = 0; i < n; i++) {
      scaled[i] = probs[i] * static_cast<double>(n);
      (scaled[i] < 1 ? small : large).push_back(static_cast<int32_t>(i));
    }
    while (!small.empty() && !large.empty()) {
      const int32_t low = small.back(), high = large.back();
      small.pop_back();
      entries_[low] = {static_cast<uint32_t>(std::min(scaled[low] * 0x1p32, 0x1p32 - 1)), high};
      scaled[high] -= 1 - scaled[low];
      if (scaled[high] < 1) {
        large.pop_back();
        small.push_back(high);
      }
    }
    // What is left has probability 1 but for rounding: it is its own alias.
    for (int32_t i : small) entries_[i] = {~0u, i};
    for (int32_t i : large) entries_[i] = {~0u, i};
  }

  struct Entry {
    uint32_t accept;  // the slot's own id is drawn when 32 random bits are below this
    int32_t alias;
  };

  int32_t draw(Rng& rng) const {
    const uint64_t random = rng.next();
    const uint64_t slot = (random >> 32) * entries_.size() >> 32;
    const Entry entry = entries_[slot];
    return static_cast<uint32_t>(random) < entry.accept ? static_cast<int32_t>(slot) : entry.alias;
  }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace huffvec
