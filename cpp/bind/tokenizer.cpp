// What is done to text before it is counted, in the Python module huffvec._text.
#include "text/tokenizer.hpp"

#include "bind/text.hpp"
#include "text/label_lines.hpp"
#include "text/lowercase.hpp"

namespace huffvec {
namespace {

void bind_labels(nb::module_& m) {
  m.def(
      "separate_labels",
      [](const nb::bytes& lines, const nb::bytes& prefix, const nb::bytes& mark) {
        LabelLines found;
        {
          const nb::gil_scoped_release release;
          found = separate_labels({lines.c_str(), lines.size()}, {prefix.c_str(), prefix.size()},
                                  {mark.c_str(), mark.size()});
        }
        return nb::make_tuple(nb::bytes(found.labels.data(), found.labels.size()),
                              nb::bytes(found.texts.data(), found.texts.size()), found.nameless);
      },
      "lines"_a, "prefix"_a, "mark"_a);
}

}  // namespace

void bind_tokenizer(nb::module_& m) {
  m.def(
      "tokenize",
      [](const nb::bytes& text, bool characters, bool keep_punctuation, bool keep_numbers,
         bool zero_numbers) {
        const std::string_view view(text.c_str(), text.size());
        const Numbers numbers = keep_numbers   ? Numbers::kKeep
                                : zero_numbers ? Numbers::kZero
                                               : Numbers::kDrop;
        std::string tokens;
        {
          const nb::gil_scoped_release release;
          tokens = tokenize(view, {characters, keep_punctuation, numbers});
        }
        return nb::bytes(tokens.data(), tokens.size());
      },
      "text"_a, nb::kw_only(), "characters"_a, "keep_punctuation"_a, "keep_numbers"_a,
      "zero_numbers"_a);
  m.def(
      "lowercase",
      [](const nb::bytes& text, size_t begin,
         const nb::ndarray<const uint32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>& table) {
        const std::string_view view(text.c_str(), text.size());
        Lowered lowered;
        {
          const nb::gil_scoped_release release;
          lowered = lowercase(view.substr(begin), {table.data(), table.size()});
        }
        return nb::make_tuple(nb::bytes(lowered.text.data(), lowered.text.size()),
                              begin + lowered.n_bytes);
      },
      "text"_a, "begin"_a, "table"_a);
  bind_labels(m);
}

}  // namespace huffvec
