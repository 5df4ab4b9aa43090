// Counting the rows of a document without sorting them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace huffvec {

// The rows of a document in the order in which they first occur, so that they are the same whatever
// was counted before. Open addressing with linear probing, in a table that stays in the cache.
// Calls is_new(row) when a row comes first.
template <class IsNew>
class CountedRows {
 public:
  explicit CountedRows(IsNew is_new) : is_new_(is_new) { resize(kFirstBits); }

  void add(int32_t row) {
    const size_t place = find(row);
    if (places_[place].count++ > 0) return;
    places_[place].row = row;
    is_new_(row, used_.size());
    used_.push_back(static_cast<uint32_t>(place));
    if (used_.size() * 2 > places_.size()) grow();
  }

  // Calls use(row, count) for each row and forgets them.
  template <class Use>
  void finish(const Use& use) {
    for (const uint32_t place : used_) {
      use(places_[place].row, places_[place].count);
      places_[place].count = 0;
    }
    used_.clear();
  }

 private:
  struct Place {
    int32_t row;
    uint32_t count;  // 0: nothing is here
  };
  static constexpr int kFirstBits = 9;

  void resize(int bits) {
    bits_ = bits;
    places_.assign(size_t{1} << bits, Place{0, 0});
  }

  size_t find(int32_t row) const {
    const size_t mask = places_.size() - 1;
    size_t place = static_cast<uint32_t>(row) * 0x9E3779B9u >> (32 - bits_);
    while (places_[place].count > 0 && places_[place].row != row) place = (place + 1) & mask;
    return place;
  }

  void grow() {
    std::vector<Place> counted;
    for (const uint32_t place : used_) counted.push_back(places_[place]);
    resize(bits_ + 1);
    used_.clear();
    for (const Place& one : counted) {
      const size_t place = find(one.row);
      places_[place] = one;
      used_.push_back(static_cast<uint32_t>(place));
    }
  }

  IsNew is_new_;
  int bits_ = 0;
  std::vector<Place> places_;
  std::vector<uint32_t> used_;  // places, in the order of rows
};

}  // namespace huffvec
