#include "text/provisional_ids.hpp"

namespace huffvec {

void ProvisionalIds::append(size_t number, const std::vector<int32_t>& items, size_t source) {
  int64_t n_tokens = 0;
  int64_t n_sentences = 0;  // that begin and end here
  bool open = false;
  bool has_end = false;
  bool before = false;  // tokens before the first end
  for (const int32_t item : items) {
    if (item != kSentenceEnd) {
      ++n_tokens;
      open = true;
      continue;
    }
    if (has_end) {
      n_sentences += open;
    } else {
      before = open;
      has_end = true;
    }
    open = false;
  }
  std::unique_lock lock(mutex_);
  turn_.wait(lock, [&] { return stopped_ || pieces_.size() == number; });
  if (stopped_) return;
  const size_t pos = n_items_;
  n_items_ += items.size();
  pieces_.push_back({items.size(), source});
  n_raw_tokens_ += n_tokens;
  if (has_end) {
    n_raw_sentences_ += n_sentences + (in_sentence_ || before);
    in_sentence_ = open;
  } else {
    in_sentence_ = in_sentence_ || open;
  }
  lock.unlock();
  turn_.notify_all();
  if (keeps_items_) write_values(ids_fd_, items, static_cast<int64_t>(pos));
}

void ProvisionalIds::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  turn_.notify_all();
}

}  // namespace huffvec
