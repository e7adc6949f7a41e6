#include "local/wire/cbor.hpp"

#include "base/base64.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace tidewire::local::cbor {
namespace {

constexpr int depth_max = 64;
constexpr std::uint64_t timestamp_tag = 1;

double half_to_double(std::uint64_t half) noexcept {
  const int exponent = static_cast<int>((half >> 10U) & 0x1fU);
  const auto mantissa = static_cast<double>(half & 0x3ffU);
  double value = 0;
  if (exponent == 0)
    value = std::ldexp(mantissa, -24);
  else if (exponent != 31)
    value = std::ldexp(mantissa + 1024, exponent - 25);
  else
    value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  return (half & 0x8000U) != 0 ? -value : value;
}

double bits_to_double(unsigned low, std::uint64_t bits) noexcept {
  if (low == 25) return half_to_double(bits);
  if (low == 26) {
    const auto narrow = static_cast<std::uint32_t>(bits);
    float value = 0;
    std::memcpy(&value, &narrow, sizeof value);
    return static_cast<double>(value);
  }
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

bool reader::read_argument(unsigned low, std::uint64_t& value) noexcept {
  if (low < 24) {
    value = low;
    return true;
  }
  if (low > 27) return false;
  const std::size_t size = std::size_t{1} << (low - 24U);
  if (rest_.size() < size) return false;
  value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8U | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(size);
  return true;
}

bool reader::read_chunks(kind what, item& out) {
  std::string& whole = joined_.emplace_back();
  for (;;) {
    item chunk;
    if (!next(chunk)) return false;
    if (chunk.what == kind::stop) break;
    if (chunk.what != what || chunk.indefinite) return false;
    whole.append(chunk.text);
  }
  out.text = whole;
  return true;
}

bool reader::next(item& out) {
  if (rest_.empty()) return false;
  const auto head = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  const unsigned major = head >> 5U;
  const unsigned low = head & 31U;
  out = item{};
  if (low == 31) {
    if (head == 0xff) {
      out.what = kind::stop;
      return true;
    }
    if (major < 2 || major > 5) return false;
    out.indefinite = true;
  } else if (!read_argument(low, out.value)) {
    return false;
  }
  switch (major) {
    case 0:
      out.what = kind::unsigned_integer;
      return true;
    case 1:
      out.what = kind::negative_integer;
      return true;
    case 2:
    case 3: {
      out.what = major == 2 ? kind::bytes : kind::text;
      if (out.indefinite) {
        // A chunk may not be chunked itself; this also bounds the recursion.
        if (!rest_.empty() && static_cast<unsigned char>(rest_.front()) == (major << 5U | 31U))
          return false;
        const kind what = out.what;
        if (!read_chunks(what, out)) return false;
        out.indefinite = false;
        return true;
      }
      if (out.value > rest_.size()) return false;
      out.text = rest_.substr(0, out.value);
      rest_.remove_prefix(out.value);
      return true;
    }
    case 4:
      out.what = kind::array;
      return true;
    case 5:
      out.what = kind::map;
      return true;
    case 6:
      out.what = kind::tag;
      return true;
    default:
      break;
  }
  if (low >= 25 && low <= 27) {
    out.what = kind::real;
    out.real = bits_to_double(low, out.value);
    return true;
  }
  if (low == 20 || low == 21) {
    out.what = kind::boolean;
    out.value = low - 20;
    return true;
  }
  out.what = kind::null;  // null, undefined, and simple values nobody has given a meaning
  return true;
}

bool reader::next_untagged(item& out) {
  do {
    if (!next(out)) return false;
  } while (out.what == kind::tag);
  return true;
}

std::optional<bool> reader::another(item& head) noexcept {
  if (!head.indefinite) {
    if (head.value == 0) return false;
    --head.value;
    return true;
  }
  if (rest_.empty()) return std::nullopt;
  if (static_cast<unsigned char>(rest_.front()) != 0xff) return true;
  rest_.remove_prefix(1);
  return false;
}

bool reader::skip() {
  return skip_value(0);
}

bool reader::skip_value(int depth) {
  item head;
  if (depth > depth_max || !next_untagged(head) || head.what == kind::stop) return false;
  if (head.what != kind::array && head.what != kind::map) return true;
  const bool pairs = head.what == kind::map;
  for (;;) {
    const auto more = another(head);
    if (!more) return false;
    if (!*more) return true;
    if (!skip_value(depth + 1) || (pairs && !skip_value(depth + 1))) return false;
  }
}

namespace {

bool read_value(reader& in, boost::json::value& out, int depth);

bool read_array(reader& in, item head, boost::json::value& out, int depth) {
  auto& array = out.emplace_array();
  for (;;) {
    const auto more = in.another(head);
    if (!more) return false;
    if (!*more) return true;
    boost::json::value member;
    if (!read_value(in, member, depth + 1)) return false;
    array.push_back(std::move(member));
  }
}

bool read_map(reader& in, item head, boost::json::value& out, int depth) {
  auto& object = out.emplace_object();
  for (;;) {
    const auto more = in.another(head);
    if (!more) return false;
    if (!*more) return true;
    item key;
    boost::json::value member;
    if (!in.next_untagged(key) || key.what != kind::text || !read_value(in, member, depth + 1))
      return false;
    object.insert_or_assign(key.text, std::move(member));
  }
}

double number_of(const item& from) noexcept {
  if (from.what == kind::real) return from.real;
  const auto value = static_cast<double>(from.value);
  return from.what == kind::negative_integer ? -1 - value : value;
}

bool is_number(const item& from) noexcept {
  return from.what == kind::real || from.what == kind::unsigned_integer ||
         from.what == kind::negative_integer;
}

bool read_tagged(reader& in, std::uint64_t tag, boost::json::value& out, int depth) {
  if (tag != timestamp_tag) return read_value(in, out, depth + 1);
  item moment;
  if (!in.next(moment) || !is_number(moment)) return false;
  out = number_of(moment) / 1000.0;
  return true;
}

bool read_value(reader& in, boost::json::value& out, int depth) {
  item head;
  if (depth > depth_max || !in.next(head)) return false;
  switch (head.what) {
    case kind::unsigned_integer:
      out = head.value;
      return true;
    case kind::negative_integer:
      if (head.value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return false;
      out = -1 - static_cast<std::int64_t>(head.value);
      return true;
    case kind::bytes:
      out = to_base64(head.text);
      return true;
    case kind::text:
      out = head.text;
      return true;
    case kind::array:
      return read_array(in, head, out, depth);
    case kind::map:
      return read_map(in, head, out, depth);
    case kind::tag:
      return read_tagged(in, head.value, out, depth);
    case kind::boolean:
      out = head.value != 0;
      return true;
    case kind::null:
      out = nullptr;
      return true;
    case kind::real:
      out = head.real;
      return true;
    case kind::stop:
      return false;
  }
  return false;
}

}  // namespace

std::optional<boost::json::value> to_json(std::string_view bytes) {
  reader in(bytes);
  boost::json::value out;
  if (!read_value(in, out, 0) || !in.at_end()) return std::nullopt;
  return out;
}

}  // namespace tidewire::local::cbor
