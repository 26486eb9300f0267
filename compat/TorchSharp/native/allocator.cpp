// Memory of large CPU tensors, kept for the next tensor of the same size. A training step makes the same tensors over
// and over; glibc gives each back to the kernel, which then has to clear its pages again: a fifth of a step's time.
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace {

constexpr size_t Smallest = size_t(1) << 16, Largest = size_t(1) << 28;  // of the blocks that are kept
constexpr size_t KeptAtMost = size_t(1) << 30;                          // bytes, all together
constexpr size_t HugePage = size_t(1) << 21;

// At most an eighth more than what was asked for, so that similar sizes share blocks.
size_t class_of(size_t bytes) {
  size_t unit = size_t(1) << (60 - __builtin_clzll(bytes));
  return (bytes + unit - 1) / unit * unit;
}

void* new_block(size_t bytes) {
  void* block = nullptr;
  bool huge = bytes >= 2 * HugePage;
  if (posix_memalign(&block, huge ? HugePage : c10::gAlignment, bytes) != 0) return nullptr;
  // Advice: without it the block works just as well.
  if (huge) madvise(block, bytes / HugePage * HugePage, MADV_HUGEPAGE);
  return block;
}

class KeepingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) const override {
    void* block = bytes < Smallest || bytes > Largest ? c10::alloc_cpu(bytes) : kept_or_new(class_of(bytes));
    return {block, block, &release, at::Device(at::kCPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

 private:
  static std::mutex guard;
  static std::unordered_map<void*, size_t>& used;  // by blocks of ours in use: their sizes
  static std::map<size_t, std::vector<void*>>& kept;
  static size_t kept_bytes;

  static void* kept_or_new(size_t bytes) {
    {
      std::lock_guard<std::mutex> lock(guard);
      auto found = kept.find(bytes);
      if (found != kept.end() && !found->second.empty()) {
        void* block = found->second.back();
        found->second.pop_back();
        kept_bytes -= bytes;
        used[block] = bytes;
        return block;
      }
    }
    void* block = new_block(bytes);
    if (!block) {
      std::lock_guard<std::mutex> lock(guard);
      give_back(0);
      block = new_block(bytes);
    }
    TORCH_CHECK(block, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ", bytes, " bytes.");
    std::lock_guard<std::mutex> lock(guard);
    used[block] = bytes;
    return block;
  }

  static void release(void* block) {
    // Blocks that are not ours come here too: small ones, and those from before this allocator was set.
    if (block && malloc_usable_size(block) >= Smallest) {
      std::lock_guard<std::mutex> lock(guard);
      auto found = used.find(block);
      if (found != used.end()) {
        kept[found->second].push_back(block);
        kept_bytes += found->second;
        used.erase(found);
        give_back(KeptAtMost);
        block = nullptr;
      }
    }
    if (block) c10::free_cpu(block);
  }

  // Frees what is kept beyond a limit; the largest go first.
  static void give_back(size_t limit) {
    for (auto size = kept.rbegin(); size != kept.rend() && kept_bytes > limit; ++size) {
      while (!size->second.empty() && kept_bytes > limit) {
        free(size->second.back());
        size->second.pop_back();
        kept_bytes -= size->first;
      }
    }
  }
};

// Never destroyed: tensors in static variables are released after them.
std::mutex KeepingAllocator::guard;
std::unordered_map<void*, size_t>& KeepingAllocator::used = *new std::unordered_map<void*, size_t>();
std::map<size_t, std::vector<void*>>& KeepingAllocator::kept = *new std::map<size_t, std::vector<void*>>();
size_t KeepingAllocator::kept_bytes = 0;

const int set = [] {
  c10::SetCPUAllocator(new KeepingAllocator(), 1);
  return 0;
}();

}  // namespace
