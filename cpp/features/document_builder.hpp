// Documents to learn from, which can be read only once: lines are kept as ids of distinct tokens,
// from which features are counted and bags are made when all words are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "features/bag_maker.hpp"
#include "text/vocabulary.hpp"
#include "text/word_table.hpp"

namespace huffvec {

// Takes pieces of text from any threads, each with its number: 0, 1, 2 … in order. Every line is a
// document; tokens that begin with the prefix are its labels. Then finish() is called, and the rest
// after that.
class DocumentBuilder {
 public:
  struct Options {
    std::string prefix;     // of labels; empty: there are none
    std::string end_token;  // comes behind the words of every line; empty: none
  };
  explicit DocumentBuilder(Options options) : options_(std::move(options)) {}

  // Whole lines; the last one need not end with a line feed.
  void add_text(size_t number, std::string_view text);

  void finish(size_t n_threads);

  const CountedWords& words() const { return words_; }  // all distinct tokens
  const CountedWords& labels() const { return labels_; }
  // The labels of documents, each once: those of document i are offsets[i] … offsets[i + 1] - 1.
  std::vector<int64_t> label_offsets() const;
  std::vector<int32_t> label_ids() const;

  // How many documents each bucket is in; counting ends at `enough`.
  std::vector<uint32_t> bucket_counts(const FeatureRules& rules, uint32_t enough,
                                      size_t n_threads) const;
  // The documents' bags, with counts as values.
  DocumentBags bags(const FeatureRules& rules, const FeatureRows& rows, size_t n_threads) const;

 private:
  struct Source {  // tables that one call at a time counts into
    WordTable words, labels;
    std::vector<int32_t> word_ids, label_ids;  // of the result, by the tables' ids
  };
  struct Piece {
    Source* source = nullptr;
    std::vector<int32_t> token_ids, label_ids;
    std::vector<int64_t> token_ends, label_ends;  // by document
  };
  class Reader;

  Source& take_source();
  void give_back(Source& source, size_t number, Piece piece);
  void number_words(size_t n_threads, WordTable Source::* table, std::vector<int32_t> Source::* ids,
                    CountedWords& counted);
  TokenFeatures token_features(const FeatureRules& rules, const FeatureRows& rows) const;

  const Options options_;
  std::mutex mutex_;  // of what follows, until finish()
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> free_;
  std::map<size_t, Piece> numbered_;
  std::vector<Piece> pieces_;  // after finish(), as the rest
  CountedWords words_, labels_;
};

}  // namespace huffvec
