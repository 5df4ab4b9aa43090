// Which of the counted words become the vocabulary.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/word_table.hpp"

namespace huffvec {

class WordRules {
 public:
  // At most max_words words that occur min_count times. Those to keep need to occur only once and
  // come first; those to drop never come in. Both joined by "\n".
  WordRules(int64_t min_count, size_t max_words, std::string_view keep, std::string_view drop)
      : min_count_(min_count), max_words_(max_words) {
    fill(keep, keep_);
    fill(drop, drop_);
  }

  WordRules(const WordRules&) = delete;
  WordRules& operator=(const WordRules&) = delete;

  size_t max_words() const { return max_words_; }
  bool keeps(const Token& token) const { return has(keep_, token); }
  bool drops(const Token& token) const { return has(drop_, token); }

  // Of a word that is not dropped.
  bool admits(const Token& token, int64_t count) const {
    return count >= min_count_ || keeps(token);
  }

 private:
  static void fill(std::string_view words, WordTable& table) {
    while (!words.empty()) {
      const std::string_view word = words.substr(0, words.find('\n'));
      table.add_copy(make_token(word), 0);
      words.remove_prefix(std::min(word.size() + 1, words.size()));
    }
  }

  static bool has(const WordTable& table, const Token& token) {
    return !table.entries().empty() && table.find(token) != WordTable::kMissing;
  }

  const int64_t min_count_;
  const size_t max_words_;
  WordTable keep_;
  WordTable drop_;
};

}  // namespace huffvec
