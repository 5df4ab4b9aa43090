// Reading text as units: words, and the phrases that earlier passes found, joined again on the way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "phrases/cascade.hpp"
#include "text/block_reader.hpp"

namespace huffvec {

// The words of a text from a place on, looked up many at a time.
class WordReader {
 public:
  struct Word {
    const char* begin;  // the end of the text when there is no word left
    const char* end;
    uint32_t id;
    bool first;  // in its line
  };

  WordReader(const FileBlock& block, const WordTable& words, bool replace_errors)
      : block_(block), words_(words), replace_errors_(replace_errors) {
    const Block& part = block.block;
    next_ = part.begin;
    if (next_ != part.text_begin && !is_space(next_[-1])) {  // in a word of the block before
      while (next_ < part.end && !is_space(*next_)) ++next_;
    }
    while (next_ < part.end && is_space(*next_)) ++next_;
  }

  // Whether a word starts in the block.
  bool has_word() const { return next_ < block_.block.end; }

  // The id of the word before, or Unit::kUnknown at the start of a line. Before the first read.
  uint32_t id_before() const {
    const char* end = next_;
    const char* const text_begin = block_.block.text_begin;
    while (end > text_begin && is_space(end[-1])) {
      if (*--end == '\n') return Unit::kUnknown;
    }
    if (end == text_begin) return Unit::kUnknown;
    const char* begin = end;
    while (begin > text_begin && !is_space(begin[-1])) --begin;
    return id_of(read_token(begin, block_.block.text_end));
  }

  Word read() {
    if (read_pos_ == n_words_) refill();
    return buffer_[read_pos_++];
  }

 private:
  void refill() {
    // Behind the block few words are needed.
    const size_t size = has_word() ? buffer_.size() : 1;
    std::array<Token, 64> tokens;
    size_t n_tokens = 0;
    bool at_end = false;
    while (n_tokens < size && !at_end) {
      bool first = next_ == block_.block.text_begin;
      while (next_ < block_.block.text_end && is_space(*next_)) {
        first = *next_++ == '\n' || first;
      }
      at_end = next_ == block_.block.text_end;
      const Token token = at_end ? Token{} : read_token(next_, block_.block.text_end);
      buffer_[n_tokens] = {next_, next_ + token.word.size(), Unit::kUnknown, first};
      tokens[n_tokens++] = token;
      next_ += token.word.size();
    }
    words_.prefetch({tokens.data(), n_tokens});
    for (size_t pos = 0; pos < n_tokens - at_end; pos++) buffer_[pos].id = id_of(tokens[pos]);
    n_words_ = n_tokens;
    read_pos_ = 0;
  }

  uint32_t id_of(const Token& token) const {
    const uint32_t id = words_.find(token);
    if (id != WordTable::kMissing || check_token(block_.place(), token.word, replace_errors_))
      return id;
    const std::string word = utf8_replaced(token.word);
    return words_.find(make_token(word));
  }

  const FileBlock& block_;
  const WordTable& words_;
  const bool replace_errors_;
  const char* next_;
  std::array<Word, 64> buffer_;
  size_t n_words_ = 0;
  size_t read_pos_ = 0;
};

// Calls use(unit) for the units of a block and line_end() between those of different lines. To a
// block belongs what follows the first place in it at which the text can be cut (see `seams`), up
// to the first such place behind it, which is returned; everything, when the text has none.
//
// With `peek`, peek(unit) is called with the unit behind the block when it is on the same line, and
// with the next ones as long as it returns true.
template <class Use, class LineEnd, class Peek>
const char* scan_units(const FileBlock& block, const PhraseTables& tables, bool replace_errors,
                       const Use& use, const LineEnd& line_end, const Peek& peek) {
  const Block& part = block.block;
  WordReader reader(block, tables.words, replace_errors);
  Cascade cascade(tables);
  const auto is_cut = [&tables](uint32_t left_id, uint32_t right_id) {
    return tables.seams.find(pair_key(left_id, right_id)) == PairMap::kMissing;
  };
  bool started = part.begin == part.text_begin;
  if (part.begin == part.end || (!started && !reader.has_word())) return nullptr;
  uint32_t before = started ? Unit::kUnknown : reader.id_before();
  WordReader::Word word;
  for (;; before = word.id) {
    word = reader.read();
    if (word.begin == part.text_end) break;
    const bool cut = word.first || is_cut(before, word.id);
    if (cut && word.begin >= part.end) break;
    if (cut) {
      cascade.flush(use);
      if (started && word.first) line_end();
      started = true;
    }
    if (started) cascade.push({word.id, false, word.begin, word.end}, use);
  }
  if (!started) return nullptr;
  cascade.flush(use);
  const char* const end = word.begin;
  bool peeking = true;
  const auto peek_more = [&](const Unit& unit) { peeking = peeking && peek(unit); };
  while (peeking && word.begin != part.text_end && !word.first) {
    cascade.push({word.id, false, word.begin, word.end}, peek_more);
    before = word.id;
    word = reader.read();
    const bool ended = word.begin == part.text_end || word.first;
    if (ended || is_cut(before, word.id)) cascade.flush(peek_more);
  }
  return end;
}

}  // namespace huffvec
