#include "text/word_runs.hpp"

#include <algorithm>
#include <numeric>
#include <queue>

#include "base/output_file.hpp"

namespace huffvec {

namespace {

// Before each word's bytes in the file.
struct Record {
  int64_t count;
  uint32_t place;  // in the table
  uint32_t size;
};

}  // namespace

size_t WordRuns::add(const WordTable& table) {
  const auto& entries = table.entries();
  std::vector<uint32_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t left, uint32_t right) {
    return entries[left].word() < entries[right].word();
  });
  uint64_t n_bytes = 0;
  for (const auto& entry : entries) n_bytes += sizeof(Record) + entry.size;
  std::unique_lock lock(mutex_);
  const size_t number = runs_.size();
  int64_t pos = static_cast<int64_t>(end_);
  end_ += n_bytes;
  runs_.push_back({end_ - n_bytes, end_, entries.size()});
  lock.unlock();
  std::vector<char> buffer;
  const auto flush = [&] {
    write_values(fd_, buffer, pos);
    pos += static_cast<int64_t>(buffer.size());
    buffer.clear();
  };
  for (const uint32_t place : order) {
    const auto& entry = entries[place];
    const Record record{entry.count, place, static_cast<uint32_t>(entry.size)};
    const char* const bytes = reinterpret_cast<const char*>(&record);
    buffer.insert(buffer.end(), bytes, bytes + sizeof record);
    buffer.insert(buffer.end(), entry.data, entry.data + entry.size);
    if (buffer.size() >= size_t{1} << 20) flush();
  }
  flush();
  return number;
}

// Goes through a run, word by word.
class WordRuns::Reader {
 public:
  Reader(int fd, const Run& run, size_t buffer_bytes)
      : fd_(fd), pos_(run.begin), end_(run.end), buffer_bytes_(buffer_bytes) {}

  // False at the end. The word lives until the next call.
  bool next() {
    if (left() == 0) return false;
    take(&record_, sizeof record_);
    ensure(record_.size);
    word_ = {buffer_.data() + next_, record_.size};
    next_ += record_.size;
    return true;
  }

  std::string_view word() const { return word_; }
  int64_t count() const { return record_.count; }
  uint32_t place() const { return record_.place; }

 private:
  uint64_t left() const { return end_ - pos_ + (buffer_.size() - next_); }

  // Makes n bytes of the run lie in the buffer.
  void ensure(size_t n) {
    if (buffer_.size() - next_ >= n) return;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<ptrdiff_t>(next_));
    next_ = 0;
    const size_t kept = buffer_.size();
    const uint64_t more = std::min<uint64_t>(end_ - pos_, std::max(buffer_bytes_, n));
    buffer_.resize(kept + more);
    read_at(fd_, buffer_.data() + kept, more, pos_);
    pos_ += more;
  }

  void take(void* value, size_t size) {
    ensure(size);
    std::memcpy(value, buffer_.data() + next_, size);
    next_ += size;
  }

  int fd_;
  uint64_t pos_, end_;
  size_t buffer_bytes_;
  std::vector<char> buffer_;
  size_t next_ = 0;
  Record record_{};
  std::string_view word_;
};

void WordRuns::make_vocabulary(const WordRules& rules, size_t buffer_bytes,
                               const Stopping& stopping, CountedWords& result) const {
  std::vector<Reader> readers;
  readers.reserve(runs_.size());
  for (const Run& run : runs_) readers.emplace_back(fd_, run, buffer_bytes);
  const auto later = [](const Reader* left, const Reader* right) {
    return left->word() > right->word();
  };
  std::priority_queue<Reader*, std::vector<Reader*>, decltype(later)> queue(later);
  for (Reader& reader : readers) {
    if (reader.next()) queue.push(&reader);
  }
  WordArena arena;
  std::vector<WordCount> kept;
  std::string word;
  while (!queue.empty() && !stopping()) {
    word = queue.top()->word();
    int64_t count = 0;
    while (!queue.empty() && queue.top()->word() == word) {
      Reader* const reader = queue.top();
      queue.pop();
      count += reader->count();
      if (reader->next()) queue.push(reader);
    }
    ++result.n_types;
    const Token token = make_token(word);
    if (rules.drops(token)) continue;
    if (comes_before({word, count}, {result.top_word, result.top_count})) {
      result.top_word = word;
      result.top_count = count;
    }
    if (rules.admits(token, count)) kept.push_back({arena.copy(word), count});
  }
  if (!stopping()) keep_most_frequent(std::move(kept), rules, result);
}

std::vector<int32_t> WordRuns::ids_of(size_t run, const WordTable& vocabulary,
                                      int32_t missing) const {
  std::vector<int32_t> ids(runs_[run].n_words, missing);
  Reader reader(fd_, runs_[run], size_t{1} << 18);
  while (reader.next()) {
    const uint32_t id = vocabulary.find(make_token(reader.word()));
    if (id != WordTable::kMissing) ids[reader.place()] = static_cast<int32_t>(id);
  }
  return ids;
}

}  // namespace huffvec
