// The two passes over a corpus: counting its words, and encoding them as ids.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/job.hpp"
#include "base/output_file.hpp"
#include "text/block_reader.hpp"
#include "text/block_turns.hpp"
#include "text/vocabulary.hpp"
#include "text/word_table.hpp"

namespace huffvec {

// How both passes read their files.
struct ReadOptions {
  std::size_t n_threads;  // 0: as many as the process may use
  std::size_t block_bytes;
  bool replace_errors;  // broken UTF-8 becomes U+FFFD instead of an error
};

// No more threads than there are blocks.
inline std::size_t threads_for(const ReadOptions& options, const BlockReader& reader) {
  std::size_t n_threads = options.n_threads;
  if (n_threads == 0) n_threads = std::thread::hardware_concurrency();
  return std::clamp<std::size_t>(n_threads, 1, std::max<std::size_t>(reader.n_blocks(), 1));
}

// Counts the words of files on threads of its own, from its construction on.
class WordCounter {
 public:
  WordCounter(std::vector<TextFile> files, std::shared_ptr<const WordRules> rules,
              ReadOptions options);

  Job& job() { return job_; }
  const BlockReader& reader() const { return reader_; }
  const CountedWords& result() const { return result_; }  // after the job has ended

 private:
  void run();
  void count_block(const FileBlock& block, WordTable& table);

  BlockReader reader_;
  const std::shared_ptr<const WordRules> rules_;
  const ReadOptions options_;
  std::vector<std::uint8_t> block_lines_;  // LineFlags of each block
  std::atomic<std::int64_t> n_tokens_ = 0;
  std::atomic<std::int64_t> n_inner_sentences_ = 0;
  CountedWords result_;
  Job job_;
};

// Writes the ids of the words of files (int32) and where sentences begin (int64) to two open files.
class Encoder {
 public:
  // words as in CountedWords; the descriptors stay the caller's.
  Encoder(std::vector<TextFile> files, std::string words, int ids_fd, int offsets_fd,
          ReadOptions options);

  Job& job() { return job_; }
  const BlockReader& reader() const { return reader_; }
  std::int64_t n_tokens() const { return n_tokens_; }  // after the job has ended
  std::int64_t n_sentences() const { return n_sentences_; }

 private:
  struct Codes;
  void run();
  void make_table();
  void encode_block(const FileBlock& block, Codes& codes) const;
  void write_block(const FileBlock& block, Codes& codes);
  std::int32_t find_rare(const FileBlock& block, const Token& token) const;

  BlockReader reader_;
  const std::string words_;
  const int ids_fd_;
  const int offsets_fd_;
  const ReadOptions options_;
  WordTable table_;
  BlockTurns turns_;  // guard what follows
  std::int64_t n_tokens_ = 0;
  std::int64_t n_sentences_ = 0;
  std::int64_t last_offset_ = 0;
  Job job_;
};

}  // namespace huffvec
