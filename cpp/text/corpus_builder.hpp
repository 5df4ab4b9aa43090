// Encodes a corpus that can be read only once: words get provisional ids while they are counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/job.hpp"
#include "text/corpus_error.hpp"
#include "text/provisional_ids.hpp"
#include "text/vocabulary.hpp"
#include "text/word_runs.hpp"
#include "text/word_table.hpp"

namespace huffvec {

// Takes pieces of a corpus from any threads, each with its number: 0, 1, 2 … in the order of the
// corpus. A thread that is far ahead of a lower number waits for it. Then finish() is called.
//
// Every call counts into a table that no other has at the time. A table that has become too large
// goes to a file as a sorted run, and an empty one takes its place, so that exact counts need no
// more memory than what is set.
class CorpusBuilder {
 public:
  struct Files {  // open, empty; they stay the caller's
    int ids;      // int32: the word ids at the end
    int offsets;  // int64: where sentences begin at the end
    int runs;
  };
  struct Options {
    std::shared_ptr<const WordRules> rules;
    size_t n_threads;
    size_t table_bytes;  // that a table may take
    bool replace_errors;
    bool count_only;   // no ids, only the vocabulary
    bool keeps_empty;  // sentences without a word of the vocabulary stay
  };
  // With a vocabulary (words joined by "\n") words are not counted and its ids are the result.
  CorpusBuilder(Files files, std::string vocabulary, Options options);

  // Text as in files: white space separates tokens, a line feed ends a sentence, and so does the
  // end of the piece with ends_line. Pieces are cut at white space.
  void add_text(size_t number, const TextPlace& place, std::string_view text, bool ends_line);

  // Texts that each end a sentence: text i is bytes[offsets[i], offsets[i + 1]).
  template <class Offset>
  void add_texts(size_t number, const TextPlace& place, const char* bytes,
                 std::span<const Offset> offsets);

  // Tokens joined by "\n", sentences by an empty token. False when there are other numbers of
  // them: a token is empty or has a line feed in it; or when one is no text.
  bool add_joined(size_t number, std::string_view tokens, size_t n_tokens, size_t n_sentences);

  // Tokens bytes[token_offsets[i], token_offsets[i + 1]), sentences of tokens
  // sentence_offsets[i] … sentence_offsets[i + 1] - 1.
  template <class Offset>
  void add_tokens(size_t number, const TextPlace& place, const char* bytes,
                  std::span<const Offset> token_offsets, std::span<const int64_t> sentence_offsets);

  // Whole numbers as tokens: their decimal digits.
  void add_integers(size_t number, std::span<const int64_t> values,
                    std::span<const int64_t> sentence_offsets);

  // Gives the corpus up: calls that wait for one another return.
  void abandon() { provisional_.stop(); }

  // When all pieces are there: makes the vocabulary and replaces the ids, on a thread of its own.
  void finish();

  Job& job() { return job_; }
  size_t n_bytes() const { return provisional_.n_items() * sizeof(int32_t); }
  size_t bytes_done() const { return bytes_done_.load(std::memory_order_relaxed); }
  const CountedWords& result() const { return result_; }  // after the job has ended, as the rest
  const ProvisionalIds& corpus() const { return provisional_; }

 private:
  // A table of counted words, or the run that it has become.
  struct Source {
    size_t number = 0;
    WordTable table;
    std::vector<int32_t> items;  // of the piece being added
    bool is_run = false;
    size_t run = 0;
    size_t last_piece = 0;
  };
  class Piece;

  bool is_fixed() const { return !vocabulary_.empty(); }
  Source& take_source();
  void give_back(Source& source);
  void make_run(Source& source);
  void run();
  void make_vocabulary();
  const int32_t* ids_of(size_t number, size_t piece);

  const std::string vocabulary_;
  const Options options_;
  WordTable fixed_;  // the vocabulary, if it is given
  ProvisionalIds provisional_;
  WordRuns runs_;
  std::mutex mutex_;  // of what follows
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> free_;
  WordTable words_;                             // of the result
  std::map<size_t, std::vector<int32_t>> ids_;  // in the result, of a source's words
  std::atomic<size_t> bytes_done_ = 0;
  CountedWords result_;
  Job job_;
};

}  // namespace huffvec
