// Work on other threads that the calling thread can watch and stop.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace huffvec {

// One piece of work on a thread of its own. As a class member it is declared last, so that the
// thread has ended before anything that it uses goes.
class Job {
 public:
  Job() = default;
  ~Job() { stop(); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Waits for earlier work; an error of it that nobody waited for is gone.
  template <class Work>
  void start(Work work) {
    join();
    ended_ = stopping_ = false;
    error_ = nullptr;
    thread_ = std::thread([this, work = std::move(work)]() mutable {
      try {
        work();
      } catch (...) {
        error_ = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      ended_ = true;
      end_.notify_all();
    });
  }

  // Waits for the end, at most so many seconds. True when the work has ended; throws its error.
  bool wait(double seconds) {
    std::unique_lock lock(mutex_);
    if (!end_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return ended_; })) {
      return false;
    }
    if (error_) std::rethrow_exception(error_);
    return true;
  }

  // Asks the work to end early.
  void ask_to_stop() { stopping_.store(true, std::memory_order_relaxed); }
  // The same, and waits until it has.
  void stop() {
    ask_to_stop();
    join();
  }
  // Waits until the work has ended, if there is any.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  // For the work to look at, often.
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

 private:
  std::thread thread_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
  std::exception_ptr error_;
};

// Runs work(0) ... work(n - 1) at the same time, waits for all and throws one of their errors.
template <class Work>
void run_threads(size_t n, const Work& work) {
  std::vector<std::exception_ptr> errors(n);
  const auto guarded = [&](size_t thread) {
    try {
      work(thread);
    } catch (...) {
      errors[thread] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(n);
  size_t started = 1;
  try {
    for (; started < n; started++) threads.emplace_back(guarded, started);
  } catch (const std::system_error&) {
    // The system has no more threads to give: this one does the work of the missing ones too.
  }
  guarded(0);
  for (; started < n; started++) guarded(started);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

// Calls work(i, state) for i = 0 … n - 1, each on the next free one of so many threads, which keeps
// a state of its own that make_state() returns.
template <class MakeState, class Work>
void share_work(size_t n, size_t n_threads, const MakeState& make_state, const Work& work) {
  std::atomic<size_t> next = 0;
  run_threads(std::clamp<size_t>(n_threads, 1, std::max<size_t>(n, 1)), [&](size_t) {
    auto state = make_state();
    for (size_t i = next++; i < n; i = next++) work(i, state);
  });
}

// The same of threads that keep nothing: work(i).
template <class Work>
void share_work(size_t n, size_t n_threads, const Work& work) {
  share_work(n, n_threads, [] { return 0; }, [&](size_t i, int) { work(i); });
}

}  // namespace huffvec
