// Large zeroed memory from the operating system, in huge pages where it grants them.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>

namespace huffvec {

// Random rows of a large table miss the TLB at every access with 4 KiB pages; with 2 MiB pages
// rarely.
class ZeroedPages {
 public:
  explicit ZeroedPages(size_t n_bytes) : mapped_(n_bytes + kHugePage) {
    address_ = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address_ == MAP_FAILED) throw std::bad_alloc();
    const auto start = reinterpret_cast<uintptr_t>(address_);
    data_ = reinterpret_cast<void*>((start + kHugePage - 1) / kHugePage * kHugePage);
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
