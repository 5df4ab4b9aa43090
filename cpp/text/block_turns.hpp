// The order of blocks in an output: threads finish them in any, and write them at the same time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "text/block_reader.hpp"

namespace huffvec {

class BlockTurns {
 public:
  // Waits until all earlier blocks have their place in the output and calls take_place(), which
  // takes the next. False if a block failed: then some turn never comes.
  template <class TakePlace>
  bool take(size_t block_index, const BlockReader& reader, const TakePlace& take_place) {
    constexpr std::chrono::milliseconds kFailureCheck(20);
    std::unique_lock lock(mutex_);
    // Nobody tells about a failure of another block, so that it is looked for.
    while (!change_.wait_for(lock, kFailureCheck, [&] { return next_index_ == block_index; })) {
      if (reader.failed()) return false;
    }
    take_place();
    ++next_index_;
    lock.unlock();
    change_.notify_all();
    return true;
  }

 private:
  std::mutex mutex_;  // of what follows, and of what take_place() does
  std::condition_variable change_;
  size_t next_index_ = 0;
};

}  // namespace huffvec
