// Hands out the files of a corpus to threads, block by block, in order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/system.hpp"
#include "text/corpus_error.hpp"
#include "text/tokens.hpp"

namespace huffvec {

// A file to read and the size it is known to have.
struct TextFile {
  std::string path;
  size_t size;
};

// A block and what it needs to live.
struct FileBlock {
  Block block;
  size_t index;  // among all blocks of all files
  const TextFile* source;
  std::shared_ptr<const MappedFile> file;

  TextPlace place() const { return {source->path, file->text().data(), 0}; }
};

// How passes read their files.
struct ReadOptions {
  size_t n_threads;  // 0: as many as the process may use
  size_t block_bytes;
  bool replace_errors;  // broken UTF-8 becomes U+FFFD instead of an error
};

class BlockReader {
 public:
  BlockReader(std::vector<TextFile> files, size_t block_bytes)
      : files_(std::move(files)), block_bytes_(block_bytes) {
    for (const TextFile& file : files_) {
      n_bytes_ += file.size;
      n_blocks_ += (file.size + block_bytes - 1) / block_bytes;
    }
  }

  size_t n_bytes() const { return n_bytes_; }
  size_t n_blocks() const { return n_blocks_; }
  size_t bytes_done() const { return bytes_done_.load(std::memory_order_relaxed); }

  // Calls use(FileBlock) with blocks that no other thread gets until all are given out, one has
  // failed or stopping() is true. Blocks are given out in order and those given out are finished,
  // so that the error kept, the one of the first block, does not depend on the threads.
  template <class Use, class Stopping>
  void read(const Use& use, const Stopping& stopping) {
    while (!stopping()) {
      std::optional<FileBlock> block = next();
      if (!block) return;
      try {
        check_size(*block);
        block->file->will_need(block->block.begin, block->block.end);
        use(*block);
        block->file->drop(block->block.begin, block->block.end);
        bytes_done_ += static_cast<size_t>(block->block.end - block->block.begin);
      } catch (...) {
        fail(block->index, std::current_exception());
      }
    }
  }

  bool in_last_file(const FileBlock& block) const { return block.source == &files_.back(); }

  bool failed() const { return failed_.load(std::memory_order_relaxed); }

  // Throws the error of the first block that failed, if any. After all threads have ended.
  void check() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::optional<FileBlock> next() {
    const std::lock_guard lock(mutex_);
    if (failed()) return std::nullopt;
    while (file_pos_ < files_.size() && offset_ >= files_[file_pos_].size) {
      ++file_pos_;
      offset_ = 0;
      file_.reset();
    }
    if (file_pos_ == files_.size()) return std::nullopt;
    const size_t index = next_index_++;
    try {
      if (!file_) file_ = open_file(files_[file_pos_]);
    } catch (...) {
      keep_error(index, std::current_exception());
      return std::nullopt;
    }
    const size_t begin = offset_;
    offset_ += std::min(block_bytes_, files_[file_pos_].size - offset_);
    return FileBlock{cut(file_->text(), begin, offset_), index, &files_[file_pos_], file_};
  }

  // The part of a file from byte begin to byte end; a byte order mark is not part of the text.
  static Block cut(std::string_view text, size_t begin, size_t end) {
    const size_t start = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    return {text.data() + std::max(begin, start), text.data() + std::max(end, start),
            text.data() + start, text.data() + text.size()};
  }

  static std::shared_ptr<const MappedFile> open_file(const TextFile& source) {
    try {
      auto file = std::make_shared<const MappedFile>(source.path);
      if (file->text().size() != source.size) throw changed(source);
      return file;
    } catch (const std::system_error& error) {
      throw CorpusError(source.path + ": cannot be read: " + error.code().message());
    }
  }

  static void check_size(const FileBlock& block) {
    if (block.file->current_size() < block.source->size) throw changed(*block.source);
  }

  static CorpusError changed(const TextFile& source) {
    return CorpusError(source.path + ": changed its size while it was being read (it had " +
                       std::to_string(source.size) + " bytes). Try again when it is complete.");
  }

  void fail(size_t index, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    keep_error(index, std::move(error));
  }

  void keep_error(size_t index, std::exception_ptr error) {
    if (!failed() || index < error_index_) {
      error_ = std::move(error);
      error_index_ = index;
    }
    failed_.store(true, std::memory_order_relaxed);
  }

  const std::vector<TextFile> files_;
  const size_t block_bytes_;
  size_t n_bytes_ = 0;
  size_t n_blocks_ = 0;
  std::atomic<size_t> bytes_done_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  // of what follows
  size_t file_pos_ = 0;
  size_t offset_ = 0;  // in that file
  size_t next_index_ = 0;
  std::shared_ptr<const MappedFile> file_;
  std::exception_ptr error_;
  size_t error_index_ = 0;
};

// No more threads than there are blocks.
inline size_t threads_for(const ReadOptions& options, const BlockReader& reader) {
  size_t n_threads = options.n_threads;
  if (n_threads == 0) n_threads = std::thread::hardware_concurrency();
  return std::clamp<size_t>(n_threads, 1, std::max<size_t>(reader.n_blocks(), 1));
}

}  // namespace huffvec
