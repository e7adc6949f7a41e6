#include "base/compression.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using tidewire::compression;

constexpr std::size_t bytes_max = 100'000;

void round_trip(tidewire::compressor& writer, tidewire::unpacker& reader, std::string_view plain) {
  const std::string packed(writer.pack(plain));
  if (packed.size() > plain.size()) __builtin_trap();
  if (packed.size() == plain.size()) return;  // as it is
  const auto read = reader.unpack(packed);
  if (!read || *read != plain) __builtin_trap();
}

void check(tidewire::unpacker& reader, std::string_view bytes) {
  const auto read = reader.unpack(bytes);
  if (!read) return;
  if (read->data() == bytes.data() && read->size() == bytes.size()) return;
  if (read->size() > bytes_max) __builtin_trap();
  // Nothing of what was read was ignored: without its last byte it is not whole.
  if (reader.unpack(bytes.substr(0, bytes.size() - 1))) __builtin_trap();
}

}  // namespace

/// The bytes as they are, behind either magic number, and as a value to be packed; always with the
/// same contexts, which must not remember anything.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static tidewire::compressor gzip(compression::gzip);
  static tidewire::compressor zstd(compression::zstd);
  static tidewire::unpacker reader(bytes_max);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(reader, bytes);
  check(reader, std::string("\x1F\x8B\x08\x00", 4) + std::string(bytes));
  check(reader, std::string("\x28\xB5\x2F\xFD", 4) + std::string(bytes));
  round_trip(gzip, reader, bytes);
  round_trip(zstd, reader, bytes);
  return 0;
}
