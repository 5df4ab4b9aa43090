// Counted words in a file, for vocabularies that do not fit into memory: runs, each sorted by the
// words' bytes, which are merged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "text/vocabulary.hpp"
#include "text/word_table.hpp"

namespace huffvec {

class WordRuns {
 public:
  // The descriptor stays the caller's.
  explicit WordRuns(int fd) : fd_(fd) {}

  // Writes a table's words as a run and returns its number. Any threads at once.
  size_t add(const WordTable& table);

  size_t n_runs() const { return runs_.size(); }

  // Makes the vocabulary of all runs: by the rules.
  void make_vocabulary(const WordRules& rules, size_t buffer_bytes, const Stopping& stopping,
                       CountedWords& result) const;

  // The ids in a vocabulary of a run's words, by the words' places in the run's table; `missing`
  // for words that the vocabulary does not have.
  std::vector<int32_t> ids_of(size_t run, const WordTable& vocabulary, int32_t missing) const;

 private:
  struct Run {
    uint64_t begin, end;  // bytes of the file
    size_t n_words;
  };
  class Reader;

  const int fd_;
  std::mutex mutex_;  // of what follows
  uint64_t end_ = 0;
  std::vector<Run> runs_;
};

}  // namespace huffvec
