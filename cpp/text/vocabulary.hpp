// From counted words to a vocabulary: its words by count, highest first, then by their bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/word_rules.hpp"
#include "text/word_table.hpp"

namespace huffvec {

struct CountedWords {
  std::string words;            // of the vocabulary, each followed by "\n" but the last
  std::vector<int64_t> counts;  // of the same
  int64_t n_tokens = 0;
  int64_t n_types = 0;
  int64_t n_sentences = 0;
  std::string top_word;  // the most frequent word that no rule drops, in the vocabulary or not
  int64_t top_count = 0;
};

// A word, its bytes kept elsewhere, and its count.
struct WordCount {
  std::string_view word;
  int64_t count;
};

// The order of a vocabulary.
inline bool comes_before(const WordCount& left, const WordCount& right) {
  if (left.count != right.count) return left.count > right.count;
  return left.word < right.word;
}

using Stopping = std::function<bool()>;

// Puts the vocabulary's words into the result: sorted and joined.
void keep_words(std::vector<WordCount> kept, CountedWords& result);

// The same of words that the rules admit: the most frequent ones if they are too many.
void keep_most_frequent(std::vector<WordCount> admitted, const WordRules& rules,
                        CountedWords& result);

// Makes the vocabulary of tables, which may have words in common, by the rules.
void make_vocabulary(const std::vector<WordTable>& tables, size_t n_threads, const WordRules& rules,
                     const Stopping& stopping, CountedWords& result);

// Fills an empty table with the words of a vocabulary, which must outlive it: a word's entry is
// its id. Throws CorpusError at a word that is there twice.
void add_vocabulary(std::string_view words, WordTable& table);

}  // namespace huffvec
