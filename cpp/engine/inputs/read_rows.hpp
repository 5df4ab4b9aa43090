// The input source where the vectors of new documents are inferred: words' rows are read only.
#pragma once

#include <cstdint>

#include "engine/inputs/input_layer.hpp"

namespace huffvec {

class ReadRows {
 public:
  static constexpr bool kWeighted = true, kReadOnly = true;

  // bag_sizes: by word id, where rows are means of others; null for 1.
  ReadRows(SharedRows rows, const float* bag_sizes) : rows_(rows), bag_sizes_(bag_sizes) {}

  void prefetch(int32_t id) const { rows_.prefetch(id); }
  void begin_sentence(const int32_t*, int) {}
  void move_to(int) {}
  void end_sentence() {}
  void begin_tile() {}
  void end_tile() {}
  float* vector(const Window& window, int pos) const { return rows_[window.sentence[pos]]; }
  float weight(int32_t id) const { return bag_sizes_ ? bag_sizes_[id] : 1; }
  int stride() const { return rows_.stride; }

 private:
  SharedRows rows_;
  const float* bag_sizes_;
};

}  // namespace huffvec
