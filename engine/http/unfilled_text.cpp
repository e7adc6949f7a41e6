#include "http/unfilled_text.hpp"

namespace tidewire::http {

// This file alone is compiled as C++23, which has the means (see CMakeLists.txt).
void lengthen_unfilled(std::string& text, std::size_t size) {
#ifdef __cpp_lib_string_resize_and_overwrite
  text.resize_and_overwrite(size, [](char*, std::size_t whole) { return whole; });
#else
  text.resize(size);
#endif
}

}  // namespace tidewire::http
