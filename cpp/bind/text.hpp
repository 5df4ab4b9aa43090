// What the bindings of passes over text share.
#pragma once

#include <nanobind/stl/shared_ptr.h>

#include <vector>

#include "base/output_file.hpp"
#include "bind/arrays.hpp"
#include "text/block_reader.hpp"

namespace huffvec {

inline std::vector<TextFile> to_files(const nb::list& files) {
  std::vector<TextFile> result;
  for (nb::handle file : files) {
    const nb::tuple pair = nb::cast<nb::tuple>(file);
    const nb::bytes path = nb::cast<nb::bytes>(pair[0]);
    result.push_back({{path.c_str(), path.size()}, nb::cast<size_t>(pair[1])});
  }
  return result;
}

inline ReadOptions to_options(size_t n_threads, size_t block_bytes, bool replace_errors) {
  if (block_bytes == 0) throw nb::value_error("block_bytes must be at least 1");
  return {n_threads, block_bytes, replace_errors};
}

using Bytes = Array<uint8_t>;

// What Python sees of work on threads: poll wait() until it is True, or stop().
template <class Work>
void bind_work(nb::class_<Work>& work) {
  work.def(
          "wait", [](Work& self, double seconds) { return self.job().wait(seconds); }, "seconds"_a,
          nb::call_guard<nb::gil_scoped_release>())
      .def("stop", [](Work& self) { self.job().stop(); }, nb::call_guard<nb::gil_scoped_release>());
}

// The same of a pass over text, and how far it is.
template <class Pass>
void bind_job(nb::class_<Pass>& pass) {
  bind_work(pass);
  pass.def_prop_ro("n_bytes", [](const Pass& self) { return self.reader().n_bytes(); })
      .def_prop_ro("bytes_done", [](const Pass& self) { return self.reader().bytes_done(); });
}

// The vocabulary that something with result() has made.
template <class Counted>
void bind_counted(nb::class_<Counted>& counted) {
  counted.def_prop_ro("n_tokens", [](const Counted& self) { return self.result().n_tokens; })
      .def_prop_ro("n_types", [](const Counted& self) { return self.result().n_types; })
      .def_prop_ro("n_sentences", [](const Counted& self) { return self.result().n_sentences; })
      .def_prop_ro("top_count", [](const Counted& self) { return self.result().top_count; })
      .def_prop_ro("top_word",
                   [](const Counted& self) {
                     const std::string& word = self.result().top_word;
                     return nb::bytes(word.data(), word.size());
                   })
      .def("words",
           [](const Counted& self) {
             const std::string& words = self.result().words;
             return to_numpy(reinterpret_cast<const uint8_t*>(words.data()), words.size());
           })
      .def("counts", [](const Counted& self) { return to_numpy(self.result().counts); });
}

void bind_bags(nb::module_& m);
void bind_builder(nb::module_& m);
void bind_features(nb::module_& m);
void bind_walks(nb::module_& m);
void bind_tokenizer(nb::module_& m);
void bind_phrases(nb::module_& m);

}  // namespace huffvec
