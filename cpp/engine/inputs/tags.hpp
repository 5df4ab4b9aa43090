// Tags of documents (Le & Mikolov 2014, "Distributed representations of sentences and documents"):
// every sentence of the corpus is a document, and each of its tags has a row of its own, which is
// trained by all windows of the document.
#pragma once

#include <cstdint>

#include "engine/rows.hpp"

namespace huffvec {

// The tags of sentence s are ids[offsets[s]] … ids[offsets[s + 1] - 1], no two the same.
struct TagTable {
  const int64_t* offsets = nullptr;  // null: documents have no tags
  const int32_t* ids = nullptr;
  Rows rows;

  int size(int64_t document) const {
    return offsets ? static_cast<int>(offsets[document + 1] - offsets[document]) : 0;
  }
  float* row(int64_t document, int k) const { return rows[ids[offsets[document] + k]]; }
};

// Where one of n_parts parts, of about equal size, of n inputs begins.
inline int part_begin(int n, int part, int n_parts) {
  return static_cast<int>(int64_t{n} * part / n_parts);
}

}  // namespace huffvec
