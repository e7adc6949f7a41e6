#include "postgres/copy_frames.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using tidewire::postgres::copy_frames;
using kind = copy_frames::kind;
using cut = std::vector<std::pair<kind, std::string>>;

/// The messages of the bytes, which arrive `piece` at a time.
cut messages(std::string_view bytes, std::size_t piece) {
  cut out;
  copy_frames frames;
  while (!bytes.empty()) {
    const std::string_view now = bytes.substr(0, piece);
    bytes.remove_prefix(now.size());
    std::memcpy(frames.prepare(now.size()), now.data(), now.size());
    frames.commit(now.size());
    for (;;) {
      std::string_view body;
      const kind is = frames.next(body);
      if (is == kind::incomplete) break;
      if (is == kind::malformed) body = {};  // there is none
      out.emplace_back(is, std::string(body));
      if (is == kind::malformed) return out;
    }
  }
  return out;
}

}  // namespace

/// Any bytes as what a server sends: the same messages come out, however they were cut on the way.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const cut whole = messages(bytes, size);
  if (messages(bytes, 1) != whole || messages(bytes, 7) != whole) __builtin_trap();
  return 0;
}
