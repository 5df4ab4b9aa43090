// The tokeniser in the Python module huffvec._text.
#include "bind_text.hpp"
#include "tokenizer.hpp"

namespace huffvec {

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
}

}  // namespace huffvec
