// From the tokens of a document to its bag of features.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "features/feature_rows.hpp"

namespace huffvec {

// The features of documents: those of document i are offsets[i] … offsets[i + 1] - 1. Row ids are
// ascending within a document, and no two the same; values are counts, or weights.
struct DocumentBags {
  std::vector<int64_t> offsets{0};
  std::vector<int32_t> row_ids;
  std::vector<float> values;
};

// Makes one bag after the other. One per thread. Rows, with add() and finish() as those of
// SortedRows, says in which order a bag's rows come.
template <class Rows>
class BagMaker {
 public:
  BagMaker(const FeatureRules& rules, const FeatureRows& map, Rows rows = {})
      : rules_(rules), map_(map), to_bucket_(rules.chars.n_buckets), rows_(std::move(rows)) {}

  // A token of the document: its hash and its rows.
  void add(int32_t hash, std::span<const int32_t> rows) {
    if (rules_.word_ngrams > 1) hashes_.push_back(hash);
    for (const int32_t row : rows) rows_.add(row);
  }

  // A token that is none of the words.
  void add_unknown(std::string_view word) {
    if (rules_.word_ngrams > 1) hashes_.push_back(word_hash(word));
    if (rules_.chars.max_n == 0) return;
    for_each_row(word, -1, 0, rules_.chars, marked_,
                 [this](int32_t bucket) { buckets_.push_back(bucket); });
  }

  // Ends the document and calls use(row, count) for each of its rows.
  template <class Use>
  void finish(const Use& use) {
    add_word_ngrams();
    // Apart from hashing, so that the processor fetches many at a time.
    map_.to_rows(buckets_);
    for (const int32_t row : buckets_) rows_.add(row);
    rows_.finish(use);
    buckets_.clear();
    hashes_.clear();
  }

 private:
  // fastText's hash of words in a row: those of the words as numbers with a sign, chained.
  void add_word_ngrams() {
    constexpr uint64_t kFactor = 116049371;
    const size_t n_more = static_cast<size_t>(rules_.word_ngrams) - 1;
    const auto bits = [this](size_t i) { return static_cast<uint64_t>(int64_t{hashes_[i]}); };
    for (size_t first = 0; first < hashes_.size(); first++) {
      const size_t end = std::min(hashes_.size(), first + 1 + n_more);
      uint64_t hash = bits(first);
      for (size_t i = first + 1; i < end; i++) {
        hash = hash * kFactor + bits(i);
        buckets_.push_back(static_cast<int32_t>(to_bucket_.of(hash)));
      }
    }
  }

  const FeatureRules rules_;
  const FeatureRows map_;
  const Remainder to_bucket_;
  Rows rows_;
  std::vector<int32_t> hashes_, buckets_;
  std::string marked_;
};

// 1 + log(count) for each count of rows in a document.
inline double log_count(float count) {
  static const std::array<double, 32> few = [] {
    std::array<double, 32> logs{};
    for (size_t n = 1; n < logs.size(); n++) logs[n] = 1 + std::log(static_cast<double>(n));
    return logs;
  }();
  const auto n = static_cast<size_t>(count);
  return n < few.size() ? few[n] : 1 + std::log(double{count});
}

// Turns the counts of a document into weights: 1 + log(count), times the row's weight. Without
// weights of rows they stay counts. Returns what gives the bag the norm 1, or, without weights,
// makes it a mean.
inline float weigh_unscaled(std::span<const int32_t> row_ids, std::span<float> values,
                            const float* idf) {
  double total = 0;
  for (size_t k = 0; k < values.size(); k++) {
    const double value =
        idf == nullptr ? double{values[k]} : log_count(values[k]) * double{idf[row_ids[k]]};
    total += idf == nullptr ? value : value * value;
    values[k] = static_cast<float>(value);
  }
  if (total == 0) return 1;
  return static_cast<float>(1 / (idf == nullptr ? total : std::sqrt(total)));
}

// The same, so scaled.
inline void weigh(std::span<const int32_t> row_ids, std::span<float> values, const float* idf) {
  const float scale = weigh_unscaled(row_ids, values, idf);
  for (float& value : values) value *= scale;
}

}  // namespace huffvec
