// The passes over a text that find phrases and join them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/job.hpp"
#include "base/output_file.hpp"
#include "phrases/pair_counts.hpp"
#include "phrases/phrase_scan.hpp"
#include "text/block_reader.hpp"
#include "text/block_turns.hpp"

namespace huffvec {

// Counts units exactly, and pairs of them roughly, on threads of its own.
class UnitCounter {
 public:
  UnitCounter(std::vector<TextFile> files, std::shared_ptr<const PhraseTables> tables,
              int shard_bits, ReadOptions options);

  Job& job() { return job_; }
  const BlockReader& reader() const { return reader_; }
  // After the job has ended: counts by unit id, and all units, those of unknown words too.
  const std::vector<int64_t>& counts() const { return counts_; }
  int64_t n_units() const { return n_units_; }
  const PairSketch& sketch() const { return sketch_; }

 private:
  void run();

  BlockReader reader_;
  const std::shared_ptr<const PhraseTables> tables_;
  const ReadOptions options_;
  PairSketch sketch_;
  std::vector<int64_t> counts_;
  int64_t n_units_ = 0;
  std::mutex mutex_;  // of the two above
  Job job_;
};

// Which pairs may be phrases: those that occur at least min_count times and more often than
// offset + weights[left] * weights[right].
struct PairRule {
  std::vector<int64_t> counts;  // of the units
  std::vector<double> weights;
  double offset;
  int64_t min_count;
  PairKeys keys;

  bool allows(uint64_t key, int64_t count) const {
    return count >= min_count &&
           static_cast<double>(count) > offset + weights[keys.left(key)] * weights[keys.right(key)];
  }
  // Whether as many of the pair as there can be would do.
  bool may_allow(uint64_t key) const {
    return allows(key, std::min(counts[keys.left(key)], counts[keys.right(key)]));
  }
};

// Counts the pairs that may be phrases.
class PairCounter {
 public:
  struct Result {
    std::vector<uint32_t> left_ids;
    std::vector<uint32_t> right_ids;
    std::vector<uint32_t> runs;  // of connector words between them
    std::vector<int64_t> counts;
    uint32_t floor = 0;  // pairs that occur less often were not all kept
  };

  PairCounter(std::vector<TextFile> files, std::shared_ptr<const PhraseTables> tables,
              const PairSketch& sketch, PairRule rule, int shard_bits, ReadOptions options);

  Job& job() { return job_; }
  const BlockReader& reader() const { return reader_; }
  const Result& result() const { return result_; }  // after the job has ended

 private:
  void run();

  BlockReader reader_;
  const std::shared_ptr<const PhraseTables> tables_;
  const PairSketch& sketch_;
  const PairRule rule_;
  const ReadOptions options_;
  PairTable table_;
  Result result_;
  Job job_;
};

// Writes the text with its phrases joined to an open file.
class PhraseWriter {
 public:
  PhraseWriter(std::vector<TextFile> files, std::shared_ptr<const PhraseTables> tables,
               std::string delimiter, int fd, ReadOptions options);

  Job& job() { return job_; }
  const BlockReader& reader() const { return reader_; }
  // After the job has ended: words read, and words and phrases written.
  int64_t n_words() const { return n_words_; }
  int64_t n_units() const { return n_units_; }

 private:
  struct JoinedBlock;
  void run();
  void join_block(const FileBlock& block, JoinedBlock& joined) const;
  void append_unit(const Unit& unit, JoinedBlock& joined) const;
  void write_block(const FileBlock& block, const std::string& text);

  BlockReader reader_;
  const std::shared_ptr<const PhraseTables> tables_;
  const std::string delimiter_;
  const int fd_;
  const ReadOptions options_;
  std::atomic<int64_t> n_words_ = 0;
  std::atomic<int64_t> n_units_ = 0;
  BlockTurns turns_;  // guard what follows
  uint64_t offset_ = 0;
  Job job_;
};

}  // namespace huffvec
