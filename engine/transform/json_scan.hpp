#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidewire::transform {

/// Walks over JSON as this program writes it: valid, and without white space between the tokens.
/// Nothing is decoded.
class json_scan {
 public:
  explicit json_scan(std::string_view text) noexcept : text_(text) {}

  bool done() const noexcept { return at_ >= text_.size(); }
  char peek() const noexcept { return done() ? '\0' : text_[at_]; }
  std::size_t position() const noexcept { return at_; }

  /// Steps over exactly this text, if it is what comes next.
  bool take(std::string_view expected) noexcept;
  bool take(char expected) noexcept;
  /// Steps over the next value; empty where there is none.
  std::string_view value() noexcept;

 private:
  void skip_string() noexcept;
  void skip_nested() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
};

/// What a JSON string means; `literal` has its quotes. Anything else is returned as it stands.
std::string unquoted(std::string_view literal);

}  // namespace tidewire::transform
