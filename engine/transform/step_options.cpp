#include "base/startup_error.hpp"
#include "transform/step.hpp"

#include <algorithm>
#include <cctype>

namespace tidewire::transform {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

bool step_options::has(std::string_view option) const {
  return std::ranges::find(of_->options, option, &std::pair<std::string, std::string>::first) !=
         of_->options.end();
}

std::string step_options::text(std::string_view option, std::string_view initial) const {
  const auto found =
      std::ranges::find(of_->options, option, &std::pair<std::string, std::string>::first);
  return found == of_->options.end() ? std::string(initial) : found->second;
}

std::string step_options::required(std::string_view option) const {
  std::string found = text(option);
  if (found.empty())
    throw startup_error(name_of(option) + " is not set, and " + of_->class_name + " needs it");
  return found;
}

bool step_options::flag(std::string_view option, bool initial) const {
  const std::string word = text(option, initial ? "true" : "false");
  if (same_word(trimmed(word), "true")) return true;
  if (same_word(trimmed(word), "false")) return false;
  refuse(option, "true or false");
}

std::vector<std::string> step_options::list(std::string_view option) const {
  const std::string all = text(option);
  std::vector<std::string> out;
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    if (const auto one = trimmed(rest.substr(0, comma)); !one.empty()) out.emplace_back(one);
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return out;
}

std::string step_options::choice(std::string_view option,
                                 std::string_view initial,
                                 const std::vector<std::string_view>& allowed) const {
  const std::string word = text(option, initial);
  for (const auto one : allowed)
    if (same_word(trimmed(word), one)) return std::string(one);
  std::string all = "one of";
  for (const auto& one : allowed) all.append(&one == allowed.data() ? " " : ", ").append(one);
  refuse(option, all);
}

void step_options::refuse(std::string_view option, std::string_view why) const {
  throw startup_error(name_of(option) + "=" + text(option) +
                      " is not allowed: " + std::string(why));
}

}  // namespace tidewire::transform
