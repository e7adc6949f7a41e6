#include "rules/wildcard.hpp"

namespace tidewire::rules {

std::optional<wildcard> wildcard::read(std::string_view text, std::string& error) {
  wildcard out;
  // Positions in messages count the opening quote, as event-ruler's do.
  const auto refuse = [&](const char* what, std::size_t at) {
    error = what + std::to_string(at + 1);
    return std::nullopt;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '*') {
      if (text.substr(at + 1).starts_with('*'))
        return refuse("Consecutive wildcard characters at pos ", at);
      out.pieces_.emplace_back();
    } else if (text[at] == '\\') {
      const std::string_view rest = text.substr(at + 1);
      if (!rest.starts_with('*') && !rest.starts_with('\\'))
        return refuse("Invalid escape character at pos ", at);
      out.pieces_.back().push_back(text[++at]);
    } else {
      out.pieces_.back().push_back(text[at]);
    }
  }
  return out;
}

bool wildcard::matches(std::string_view value) const noexcept {
  const std::string& first = pieces_.front();
  const std::string& last = pieces_.back();
  if (pieces_.size() == 1) return value == first;
  if (value.size() < first.size() + last.size() || !value.starts_with(first) ||
      !value.ends_with(last))
    return false;
  value.remove_prefix(first.size());
  value.remove_suffix(last.size());
  // The leftmost place of each piece leaves the most room for the rest, so one pass decides.
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const auto at = value.find(pieces_[i]);
    if (at == std::string_view::npos) return false;
    value.remove_prefix(at + pieces_[i].size());
  }
  return true;
}

}  // namespace tidewire::rules
