// Puts together words that were counted in several places, in this process or others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/vocabulary.hpp"

namespace huffvec {

// Words get provisional ids in the order in which they come first; finish() makes of them the
// vocabulary that counting everything in one place makes.
class WordMerger {
 public:
  WordMerger() = default;
  WordMerger(const WordMerger&) = delete;
  WordMerger& operator=(const WordMerger&) = delete;

  // Adds words (joined by "\n") with their counts. Returns the provisional id of each. Throws
  // CorpusError when there are not as many counts as words.
  std::vector<int32_t> add(std::string_view words, std::span<const int64_t> counts);

  // Returns the vocabulary's id of every provisional one, kUnknownWord for a word that is not in.
  std::vector<int32_t> finish(const WordRules& rules);

  const CountedWords& result() const { return result_; }  // n_sentences is not known

 private:
  std::vector<WordTable> tables_{1};
  CountedWords result_;
};

}  // namespace huffvec
