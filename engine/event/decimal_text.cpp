#include "event/decimal_text.hpp"

#include "base/base64.hpp"
#include "base/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace tidewire::event {
namespace {

bool all_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The digits of number × 10^scale, one after another, as if they were written in one run.
class digit_run {
 public:
  digit_run(const decimal_text& number, std::int32_t scale) noexcept : number_(number) {
    const auto whole = static_cast<std::int64_t>(number.whole.size());
    const std::int64_t wanted = whole + scale;
    count_ = wanted > 0 ? static_cast<std::size_t>(wanted) : 0;
    rounds_up_ =
        wanted >= 0 && at(count_) >= '5' && count_ < number.whole.size() + number.fraction.size();
  }

  std::size_t count() const noexcept { return count_; }
  bool rounds_up() const noexcept { return rounds_up_; }

  char at(std::size_t index) const noexcept {
    if (index < number_.whole.size()) return number_.whole[index];
    const std::size_t in_fraction = index - number_.whole.size();
    return in_fraction < number_.fraction.size() ? number_.fraction[in_fraction] : '0';
  }

 private:
  decimal_text number_;
  std::size_t count_ = 0;
  bool rounds_up_ = false;
};

constexpr std::size_t digits_in_word = 18;

/// Appends a big-endian two's complement integer given by its magnitude's bytes (at least one, no
/// useless zeros).
void append_twos_complement(byte_buffer& out, char* bytes, std::size_t size, bool negative) {
  // bytes[0] is room for a sign byte in front of the magnitude, which begins at bytes[1].
  if (negative) {
    unsigned carry = 1;
    for (std::size_t i = size; i > 0; --i) {
      const unsigned inverted =
          (~static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) & 0xFFU) + carry;
      bytes[i] = static_cast<char>(inverted & 0xFFU);
      carry = inverted >> 8U;
    }
  }
  bytes[0] = negative ? '\xFF' : '\0';
  char* first = bytes;
  char* const last = bytes + size;
  // As long as the sign can be told from the next byte, this one says nothing.
  while (first < last && *first == bytes[0] &&
         ((static_cast<unsigned char>(first[1]) & 0x80U) != 0) == negative &&
         (*first == '\0' || *first == '\xFF'))
    ++first;
  append_base64(out, {first, static_cast<std::size_t>(last - first) + 1});
}

void append_small(byte_buffer& out, std::uint64_t magnitude, bool negative) {
  std::array<char, 9> bytes;
  for (std::size_t i = 8; i > 0; --i) {
    bytes[i] = static_cast<char>(magnitude & 0xFFU);
    magnitude >>= 8U;
  }
  append_twos_complement(out, bytes.data(), 8, negative);
}

std::uint64_t word_of(const digit_run& digits, std::size_t from, std::size_t to) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = from; i < to; ++i)
    word = word * 10 + static_cast<std::uint64_t>(digits.at(i) - '0');
  return word;
}

/// limbs = limbs × factor + addend, the least significant limb first.
void multiply_add(std::vector<std::uint32_t>& limbs, std::uint32_t factor, std::uint32_t addend) {
  std::uint64_t carry = addend;
  for (std::uint32_t& limb : limbs) {
    carry += static_cast<std::uint64_t>(limb) * factor;
    limb = static_cast<std::uint32_t>(carry);
    carry >>= 32U;
  }
  if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
}

/// Numbers of more than 18 digits. Its memory is kept from one number to the next.
void append_large(byte_buffer& out, const digit_run& digits, bool negative) {
  thread_local std::vector<std::uint32_t> limbs;
  thread_local std::string bytes;
  limbs.clear();
  constexpr std::size_t step = 9;
  constexpr std::uint32_t powers[] = {
      1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
  for (std::size_t from = 0; from < digits.count(); from += step) {
    const std::size_t to = std::min(from + step, digits.count());
    multiply_add(limbs, powers[to - from], static_cast<std::uint32_t>(word_of(digits, from, to)));
  }
  if (digits.rounds_up()) multiply_add(limbs, 1, 1);
  bytes.assign(limbs.size() * 4 + 1, '\0');
  for (std::size_t i = 0; i < limbs.size(); ++i)
    for (std::size_t byte = 0; byte < 4; ++byte)
      bytes[bytes.size() - 1 - (i * 4 + byte)] =
          static_cast<char>((limbs[i] >> (8U * byte)) & 0xFFU);
  append_twos_complement(out, bytes.data(), bytes.size() - 1, negative && !limbs.empty());
}

}  // namespace

std::optional<decimal_text> parse_decimal(std::string_view text) noexcept {
  decimal_text number;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto point = text.find('.');
  number.whole = text.substr(0, point);
  if (point != std::string_view::npos) number.fraction = text.substr(point + 1);
  if (number.whole.empty() && number.fraction.empty()) return std::nullopt;
  if (!all_digits(number.whole) || !all_digits(number.fraction)) return std::nullopt;
  while (number.whole.size() > 1 && number.whole.front() == '0') number.whole.remove_prefix(1);
  return number;
}

decimal_text without_trailing_zeros(decimal_text number) noexcept {
  while (!number.fraction.empty() && number.fraction.back() == '0')
    number.fraction.remove_suffix(1);
  return number;
}

void append_unscaled_base64(byte_buffer& out, const decimal_text& number, std::int32_t scale) {
  const digit_run digits(number, scale);
  if (digits.count() > digits_in_word) return append_large(out, digits, number.negative);
  const std::uint64_t magnitude = word_of(digits, 0, digits.count()) + (digits.rounds_up() ? 1 : 0);
  append_small(out, magnitude, number.negative && magnitude != 0);
}

void append_java_decimal(byte_buffer& out, const decimal_text& number, std::int32_t scale) {
  const digit_run digits(number, scale);
  // Rounding may carry through every digit; such a number is written by its rounded digits.
  thread_local std::string unscaled;
  unscaled.clear();
  for (std::size_t i = 0; i < digits.count(); ++i) unscaled.push_back(digits.at(i));
  if (unscaled.empty()) unscaled.push_back('0');
  if (digits.rounds_up()) {
    std::size_t i = unscaled.size();
    while (i > 0 && unscaled[i - 1] == '9') unscaled[--i] = '0';
    if (i == 0) {
      unscaled.insert(unscaled.begin(), '1');
    } else {
      ++unscaled[i - 1];
    }
  }
  unscaled.erase(0, std::min(unscaled.find_first_not_of('0'), unscaled.size() - 1));
  if (number.negative && unscaled != "0") out.push_back('-');

  const std::int64_t size = static_cast<std::int64_t>(unscaled.size());
  const std::int64_t adjusted = size - 1 - scale;
  constexpr std::int64_t plain_from_exponent = -6;
  if (scale == 0) return out.append(unscaled);
  if (scale > 0 && adjusted >= plain_from_exponent) {
    if (size > scale) {
      out.append(std::string_view(unscaled).substr(0, static_cast<std::size_t>(size - scale)));
      out.push_back('.');
      return out.append(std::string_view(unscaled).substr(static_cast<std::size_t>(size - scale)));
    }
    out.append("0.");
    for (std::int64_t zero = size; zero < scale; ++zero) out.push_back('0');
    return out.append(unscaled);
  }
  out.push_back(unscaled.front());
  if (size > 1) {
    out.push_back('.');
    out.append(std::string_view(unscaled).substr(1));
  }
  out.push_back('E');
  if (adjusted > 0) out.push_back('+');
  append_number(out, adjusted);
}

}  // namespace tidewire::event
