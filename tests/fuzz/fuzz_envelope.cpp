#include "consumer/envelope.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Any bytes as the body of a message: it is an event with one-line parts, or a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static tidewire::consumer::envelope_reader strict({.identities = true, .transactions = true});
  static tidewire::consumer::envelope_reader lenient({.unwrapped = true});
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (auto* const reader : {&strict, &lenient}) {
    const auto event = reader->read(body);
    if (!event && event.error().reason.empty()) __builtin_trap();
    if (event && (event->event.empty() || event->event.find_first_of("\r\n") != std::string::npos))
      __builtin_trap();
    if (event && event->transaction && event->transaction->id.empty()) __builtin_trap();
  }
  return 0;
}
