// A corpus whose vocabulary is not known yet, in a file: ids that are replaced later.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/output_file.hpp"

namespace huffvec {

// Items of a corpus that are no words. All others are ids from 0 on.
inline constexpr int32_t kSentenceEnd = -1;
inline constexpr int32_t kUnknownWord = -2;

// Threads append pieces, each with its number, which come into the file in the order of their
// numbers. When all are there, replace() turns the items, in place, into word ids and offsets.
class ProvisionalIds {
 public:
  struct Piece {
    size_t n_items;
    size_t source;  // what its ids mean: the number of a table, say
  };

  // The descriptors stay the caller's. keeps_items: otherwise pieces are counted and forgotten.
  ProvisionalIds(int ids_fd, int offsets_fd, bool keeps_items = true, bool keeps_empty = false)
      : ids_fd_(ids_fd),
        offsets_fd_(offsets_fd),
        keeps_items_(keeps_items),
        keeps_empty_(keeps_empty) {}

  // Waits until all pieces with lower numbers have their place and writes this one behind them.
  // Does nothing after stop().
  void append(size_t number, const std::vector<int32_t>& items, size_t source);

  // Ends the waiting in append(): the corpus is given up.
  void stop();

  // Replaces each id by ids_of(source, piece number)[id], leaves out what becomes kUnknownWord and
  // sentences without a word, unless they are to stay, and writes where sentences begin.
  // on_piece(items) tells how far it is, and whether to go on.
  template <class IdsOf, class OnPiece>
  void replace(const IdsOf& ids_of, const OnPiece& on_piece);

  const std::vector<Piece>& pieces() const { return pieces_; }
  size_t n_items() const { return n_items_; }
  int64_t n_raw_tokens() const { return n_raw_tokens_; }        // of all that was appended
  int64_t n_raw_sentences() const { return n_raw_sentences_; }  // with a token
  int64_t n_tokens() const { return n_tokens_; }                // after replace()
  int64_t n_sentences() const { return n_sentences_; }

 private:
  const int ids_fd_;
  const int offsets_fd_;
  const bool keeps_items_;
  const bool keeps_empty_;
  std::mutex mutex_;  // of what follows
  std::condition_variable turn_;
  bool stopped_ = false;
  std::vector<Piece> pieces_;
  size_t n_items_ = 0;
  int64_t n_raw_tokens_ = 0;
  int64_t n_raw_sentences_ = 0;
  bool in_sentence_ = false;
  int64_t n_tokens_ = 0;
  int64_t n_sentences_ = 0;
};

template <class IdsOf, class OnPiece>
void ProvisionalIds::replace(const IdsOf& ids_of, const OnPiece& on_piece) {
  std::vector<int32_t> items;
  std::vector<int64_t> offsets{0};
  uint64_t pos = 0;
  int64_t sentence_begin = 0;
  int64_t n_offsets = 0;
  for (size_t number = 0; number <= pieces_.size(); number++) {
    const int64_t piece_begin = n_tokens_;
    items.clear();
    if (number < pieces_.size()) {
      const Piece& piece = pieces_[number];
      items.resize(piece.n_items);
      read_at(ids_fd_, items.data(), piece.n_items * sizeof(int32_t), pos);
      pos += piece.n_items * sizeof(int32_t);
      const int32_t* const ids = ids_of(piece.source, number);
      int32_t* out = items.data();
      for (const int32_t item : items) {
        const int32_t id = item >= 0 ? ids[item] : item;
        if (id >= 0) {
          *out++ = id;
        } else if (id == kSentenceEnd) {
          const int64_t end = piece_begin + (out - items.data());
          if (end > sentence_begin || keeps_empty_) offsets.push_back(end);
          sentence_begin = end;
        }
      }
      items.resize(static_cast<size_t>(out - items.data()));
    } else if (n_tokens_ > sentence_begin) {
      offsets.push_back(n_tokens_);
    }
    write_values(ids_fd_, items, piece_begin);
    write_values(offsets_fd_, offsets, n_offsets);
    n_tokens_ += static_cast<int64_t>(items.size());
    n_offsets += static_cast<int64_t>(offsets.size());
    offsets.clear();
    if (!on_piece(items.size())) return;
  }
  n_sentences_ = n_offsets - 1;
}

}  // namespace huffvec
