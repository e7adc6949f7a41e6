#include "event/money_text.hpp"

#include <cstddef>

namespace tidewire::event {
namespace {

bool digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Where the fraction's point or comma stands, or the text's size.
std::size_t fraction_mark(std::string_view money) noexcept {
  const std::size_t last = money.find_last_of(".,");
  if (last == std::string_view::npos) return money.size();
  std::size_t digits = 0;
  for (std::size_t i = last + 1; i < money.size() && digit(money[i]); ++i) ++digits;
  return digits == 1 || digits == 2 ? last : money.size();
}

}  // namespace

bool append_plain_money(byte_buffer& out, std::string_view money) {
  const bool negative =
      money.find('-') != std::string_view::npos || money.find('(') != std::string_view::npos;
  const std::size_t mark = fraction_mark(money);
  if (negative) out.push_back('-');
  const std::size_t before = out.size();
  for (std::size_t i = 0; i < money.size(); ++i) {
    if (digit(money[i])) out.push_back(money[i]);
    if (i == mark && out.size() > before) out.push_back('.');
  }
  return out.size() > before;
}

}  // namespace tidewire::event
