// What depends on the operating system: mapped files, writing at an offset, large memory.
//
// Everything here throws std::system_error; callers add which file and what to do.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

namespace huffvec {

[[noreturn]] inline void throw_errno(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

// A whole file mapped read-only. The descriptor stays open so that the size can be asked again:
// reading a mapping of a file that was cut short raises SIGBUS instead of an error.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) throw_errno("open");
    try {
      size_ = current_size();
      if (size_ == 0) return;  // an empty file cannot be mapped
      void* address = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_, 0);
      if (address == MAP_FAILED) throw_errno("mmap");
      data_ = static_cast<const char*>(address);
    } catch (...) {
      close(fd_);
      throw;
    }
  }
  ~MappedFile() {
    if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
    close(fd_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // The bytes as they were when the file was opened.
  std::string_view text() const { return {data_, size_}; }

  // The size of the file now.
  size_t current_size() const {
    struct stat status;
    if (fstat(fd_, &status) != 0) throw_errno("fstat");
    return static_cast<size_t>(status.st_size);
  }

  // Start reading a range from the disk before it is touched.
  void will_need(const char* begin, const char* end) const { advise(begin, end, MADV_WILLNEED); }

  // Let go of the memory of a range that has been read, so that resident memory stays small.
  void drop(const char* begin, const char* end) const {
#ifdef MADV_DONTNEED
    advise(begin, end, MADV_DONTNEED);
#endif
  }

 private:
  // Advice is only about speed and memory, so that failures are ignored.
  void advise(const char* begin, const char* end, int advice) const {
    static const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t first = static_cast<size_t>(begin - data_) / page * page;
    const size_t last = static_cast<size_t>(end - data_);
    if (first < last) madvise(const_cast<char*>(data_) + first, last - first, advice);
  }

  int fd_;
  const char* data_ = nullptr;
  size_t size_ = 0;
};

// Write all bytes at an offset of an open file. A full disk is an error here; in a mapped file it
// would be a SIGBUS.
inline void write_at(int fd, const void* data, size_t size, uint64_t offset) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = pwrite(fd, next, size, static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_errno("pwrite");
    }
    next += written;
    offset += static_cast<uint64_t>(written);
    size -= static_cast<size_t>(written);
  }
}

// Read bytes at an offset of an open file that has them.
inline void read_at(int fd, void* data, size_t size, uint64_t offset) {
  char* next = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t n_read = pread(fd, next, size, static_cast<off_t>(offset));
    if (n_read == 0) errno = EIO;  // the file is shorter than what was written to it
    if (n_read <= 0) {
      if (n_read < 0 && errno == EINTR) continue;
      throw_errno("pread");
    }
    next += n_read;
    offset += static_cast<uint64_t>(n_read);
    size -= static_cast<size_t>(n_read);
  }
}

// Give memory that was freed back to the system, after work that took much of it for a while.
inline void release_free_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

// Large zeroed memory, in huge pages where the system grants them: with pages of 4 KiB nearly every
// access to a random row of a large table misses the TLB, with 2 MiB hardly one does.
class ZeroedPages {
 public:
  explicit ZeroedPages(size_t n_bytes) : mapped_(n_bytes + kHugePage) {
    address_ = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address_ == MAP_FAILED) throw std::bad_alloc();
    const size_t before = reinterpret_cast<uintptr_t>(address_) % kHugePage;
    data_ = static_cast<char*>(address_) + (before ? kHugePage - before : 0);
#ifdef MADV_HUGEPAGE
    madvise(data_, n_bytes, MADV_HUGEPAGE);  // only about speed: a refusal changes nothing else
#endif
  }
  ~ZeroedPages() { munmap(address_, mapped_); }
  ZeroedPages(const ZeroedPages&) = delete;
  ZeroedPages& operator=(const ZeroedPages&) = delete;

  void* data() const { return data_; }

 private:
  static constexpr size_t kHugePage = size_t{2} << 20;
  size_t mapped_;
  void* address_;
  void* data_;
};

}  // namespace huffvec
