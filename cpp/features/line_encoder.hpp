// Encodes lines with features that are known: to predict and to measure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "features/bag_maker.hpp"
#include "features/sums.hpp"
#include "text/word_table.hpp"

namespace huffvec {

// Documents and, if asked for, their labels.
struct EncodedLines {
  DocumentBags bags;
  std::vector<int64_t> label_offsets{0};
  std::vector<int32_t> label_ids;  // -1: a label that is not known
};

class LineEncoder {
 public:
  struct Options {
    FeatureRules rules;
    FeatureRows rows;
    const float* idf;       // of rows; null: bags are means
    std::string end_token;  // comes behind the words of every line; empty: none
  };
  // What it gets must outlive it; words and labels are joined by "\n".
  LineEncoder(std::string_view words, Options options);

  // Tokens that begin with the prefix are labels; with an empty one there are none. May be called
  // from several threads at a time.
  EncodedLines encode(std::string_view lines, std::string_view prefix, const WordTable& labels,
                      size_t n_threads) const;

  // Writes the sums of the lines' rows, table.dim numbers each, and whether a line has no row. The
  // same as by their bags, up to rounding, and the same bytes for a line whatever the others are.
  void sum(std::string_view lines, const ConstRows& table, float* sums, bool* is_empty,
           size_t n_threads) const;

 private:
  template <class Sink>
  class Reader;
  class EncodedSink;
  class SumSink;

  const Options options_;
  WordTable words_;
  TokenFeatures tokens_;
};

}  // namespace huffvec
