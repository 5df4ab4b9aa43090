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
#include "features/row_sort.hpp"

namespace huffvec {

// The features of documents: those of document i are offsets[i] … offsets[i + 1] - 1. Row ids are
// ascending within a document, and no two the same; values are counts, or weights.
struct DocumentBags {
  std::vector<int64_t> offsets{0};
  std::vector<int32_t> row_ids;
  std::vector<float> values;
};

// Makes one bag after the other. One per thread.
class BagMaker {
 public:
  BagMaker(const FeatureRules& rules, const FeatureRows& rows)
      : rules_(rules), map_(rows), to_bucket_(rules.chars.n_buckets) {}

  // A token of the document: its hash and its rows.
  void add(int32_t hash, std::span<const int32_t> rows) {
    hashes_.push_back(hash);
    rows_.insert(rows_.end(), rows.begin(), rows.end());
  }

  // A token that is none of the words.
  void add_unknown(std::string_view word) {
    hashes_.push_back(word_hash(word));
    if (rules_.chars.max_n == 0) return;
    for_each_row(word, -1, 0, rules_.chars, marked_,
                 [this](int32_t bucket) { buckets_.push_back(bucket); });
  }

  // Ends the document and calls use(row, count) for each of its rows, ascending.
  template <class Use>
  void finish(const Use& use) {
    collect();
    sort_rows(rows_, spare_);
    for (size_t i = 0; i < rows_.size();) {
      const size_t first = i;
      while (++i < rows_.size() && rows_[i] == rows_[first]) continue;
      use(rows_[first], i - first);
    }
    clear();
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

  // Buckets are looked up apart from hashing, so that the processor fetches many at a time.
  void collect() {
    add_word_ngrams();
    map_.to_rows(buckets_);
    rows_.insert(rows_.end(), buckets_.begin(), buckets_.end());
  }

  void clear() {
    rows_.clear();
    buckets_.clear();
    hashes_.clear();
  }

  const FeatureRules rules_;
  const FeatureRows map_;
  const Remainder to_bucket_;
  std::vector<int32_t> hashes_, rows_, buckets_, spare_;
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

// Turns the counts of a document into weights, of the bag's norm 1: 1 + log(count), times the row's
// weight. Without weights of rows, into their shares, so that the bag is a mean.
inline void weigh(std::span<const int32_t> row_ids, std::span<float> values, const float* idf) {
  double total = 0;
  for (size_t k = 0; k < values.size(); k++) {
    const double value =
        idf == nullptr ? double{values[k]} : log_count(values[k]) * double{idf[row_ids[k]]};
    total += idf == nullptr ? value : value * value;
    values[k] = static_cast<float>(value);
  }
  if (total == 0) return;
  const double scale = 1 / (idf == nullptr ? total : std::sqrt(total));
  for (float& value : values) value = static_cast<float>(value * scale);
}

}  // namespace huffvec
