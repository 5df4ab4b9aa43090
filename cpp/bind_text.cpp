// The Python module huffvec._text: see src/huffvec/_text.pyi for its types.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <memory>

#include "text.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace huffvec {
namespace {

std::vector<TextFile> to_files(const nb::list& files) {
  std::vector<TextFile> result;
  for (nb::handle file : files) {
    const nb::tuple pair = nb::cast<nb::tuple>(file);
    const nb::bytes path = nb::cast<nb::bytes>(pair[0]);
    result.push_back({{path.c_str(), path.size()}, nb::cast<std::size_t>(pair[1])});
  }
  return result;
}

ReadOptions to_options(std::size_t n_threads, std::size_t block_bytes, bool replace_errors) {
  if (block_bytes == 0) throw nb::value_error("block_bytes must be at least 1");
  return {n_threads, block_bytes, replace_errors};
}

using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// A NumPy array with a copy of the values.
template <class T>
auto to_numpy(const T* values, std::size_t size) {
  auto copy = std::make_unique<T[]>(size);
  std::copy(values, values + size, copy.get());
  nb::capsule owner(copy.get(), [](void* data) noexcept { delete[] static_cast<T*>(data); });
  return nb::ndarray<nb::numpy, T, nb::ndim<1>>(copy.release(), {size}, owner);
}

// What Python sees of a pass: poll wait() until it is True, or stop().
template <class Pass>
void bind_job(nb::class_<Pass>& pass) {
  pass.def(
          "wait", [](Pass& self, double seconds) { return self.job().wait(seconds); }, "seconds"_a,
          nb::call_guard<nb::gil_scoped_release>())
      .def(
          "stop", [](Pass& self) { self.job().stop(); }, nb::call_guard<nb::gil_scoped_release>())
      .def_prop_ro("n_bytes", [](const Pass& self) { return self.reader().n_bytes(); })
      .def_prop_ro("bytes_done", [](const Pass& self) { return self.reader().bytes_done(); });
}

// Messages hold paths, which need not be UTF-8.
void raise(const char* type, const char* message) {
  const nb::object error = nb::module_::import_("huffvec.errors").attr(type);
  const nb::object text = nb::steal(
      PyUnicode_DecodeUTF8(message, static_cast<Py_ssize_t>(std::strlen(message)), "replace"));
  PyErr_SetObject(error.ptr(), text.ptr());
}

void translate(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const CorpusError& corpus_error) {
    raise("CorpusError", corpus_error.what());
  } catch (const OutputError& output_error) {
    raise("OutputError", output_error.what());
  }
}

void bind_counter(nb::module_& m) {
  nb::class_<WordCounter> counter(m, "WordCounter");
  counter.def(
      "__init__",
      [](WordCounter* self, const nb::list& files, std::int64_t min_count, std::size_t n_threads,
         std::size_t block_bytes, bool replace_errors) {
        new (self) WordCounter(to_files(files), min_count,
                               to_options(n_threads, block_bytes, replace_errors));
      },
      "files"_a, nb::kw_only(), "min_count"_a, "n_threads"_a, "block_bytes"_a, "replace_errors"_a);
  bind_job(counter);
  counter.def_prop_ro("n_tokens", [](const WordCounter& self) { return self.result().n_tokens; })
      .def_prop_ro("n_types", [](const WordCounter& self) { return self.result().n_types; })
      .def_prop_ro("n_sentences", [](const WordCounter& self) { return self.result().n_sentences; })
      .def_prop_ro("top_count", [](const WordCounter& self) { return self.result().top_count; })
      .def_prop_ro("top_word",
                   [](const WordCounter& self) {
                     const std::string& word = self.result().top_word;
                     return nb::bytes(word.data(), word.size());
                   })
      .def("words",
           [](const WordCounter& self) {
             const std::string& words = self.result().words;
             return to_numpy(reinterpret_cast<const std::uint8_t*>(words.data()), words.size());
           })
      .def("counts", [](const WordCounter& self) {
        return to_numpy(self.result().counts.data(), self.result().counts.size());
      });
}

void bind_encoder(nb::module_& m) {
  nb::class_<Encoder> encoder(m, "Encoder");
  encoder.def(
      "__init__",
      [](Encoder* self, const nb::list& files, const Bytes& words, int ids_fd, int offsets_fd,
         std::size_t n_threads, std::size_t block_bytes, bool replace_errors) {
        const char* first = reinterpret_cast<const char*>(words.data());
        new (self) Encoder(to_files(files), std::string(first, words.size()), ids_fd, offsets_fd,
                           to_options(n_threads, block_bytes, replace_errors));
      },
      "files"_a, "words"_a, nb::kw_only(), "ids_fd"_a, "offsets_fd"_a, "n_threads"_a,
      "block_bytes"_a, "replace_errors"_a);
  bind_job(encoder);
  encoder.def_prop_ro("n_tokens", &Encoder::n_tokens)
      .def_prop_ro("n_sentences", &Encoder::n_sentences);
}

}  // namespace
}  // namespace huffvec

NB_MODULE(_text, m) {
  m.doc() = "Counting and encoding the words of text files on all threads.";
  nb::register_exception_translator(huffvec::translate, nullptr);
  huffvec::bind_counter(m);
  huffvec::bind_encoder(m);
}
