// Sorting the rows of a document, of which there are a few to some thousands.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace huffvec {

// Sorts numbers that are not negative; `spare` is room that is kept from call to call. Above some
// dozens, by eight bits at a time from the lowest: there are no branches to be mispredicted.
inline void sort_rows(std::vector<int32_t>& rows, std::vector<int32_t>& spare) {
  constexpr size_t kFew = 48;
  if (rows.size() <= kFew) {
    std::sort(rows.begin(), rows.end());
    return;
  }
  uint32_t bits = 0;
  for (const int32_t row : rows) bits |= static_cast<uint32_t>(row);
  spare.resize(rows.size());
  for (int shift = 0; shift < 32 && bits >> shift != 0; shift += 8) {
    std::array<uint32_t, 256> starts{};
    const auto digit = [&](int32_t row) { return static_cast<uint32_t>(row) >> shift & 0xFF; };
    for (const int32_t row : rows) ++starts[digit(row)];
    uint32_t start = 0;
    for (uint32_t& n : starts) {
      const uint32_t size = n;
      n = start;
      start += size;
    }
    for (const int32_t row : rows) spare[starts[digit(row)]++] = row;
    rows.swap(spare);
  }
}

// The rows of a document, counted by sorting.
class SortedRows {
 public:
  void add(int32_t row) { rows_.push_back(row); }

  // Calls use(row, count) for each row, ascending, and forgets them.
  template <class Use>
  void finish(const Use& use) {
    sort_rows(rows_, spare_);
    for (size_t i = 0; i < rows_.size();) {
      const size_t first = i;
      while (++i < rows_.size() && rows_[i] == rows_[first]) continue;
      use(rows_[first], i - first);
    }
    rows_.clear();
  }

 private:
  std::vector<int32_t> rows_, spare_;
};

}  // namespace huffvec
