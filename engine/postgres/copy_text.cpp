#include "postgres/copy_text.hpp"

#include <cstring>

//   row    = column { TAB column } NEWLINE
//   column = \N                       null
//          | { byte | escape }        a raw tab or newline is never part of a value
//   escape = \b \f \n \r \t \v        the control character
//          | \ and any other byte     that byte: a doubled backslash is one
//
// The octal and hexadecimal escapes that COPY FROM accepts are never written by COPY TO.
// Source: PostgreSQL manual, COPY, "Text Format"; CopyAttributeOutText in
// src/backend/commands/copyto.c.
namespace tidewire::postgres {
namespace {

/// What stays of the memory behind a larger row.
constexpr std::size_t kept_bytes_max = 1024U * 1024U;

char unescaped(char letter) noexcept {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return letter;
  }
}

const char* find(const char* from, const char* end, char wanted) noexcept {
  if (from == end) return end;
  const void* const found = std::memchr(from, wanted, static_cast<std::size_t>(end - from));
  return found != nullptr ? static_cast<const char*>(found) : end;
}

/// Copies a column's bytes to `out` without its escapes; null if it ends within one.
char* unescape(const char* from, const char* end, char* out) noexcept {
  while (from != end) {
    const char* const backslash = find(from, end, '\\');
    const auto plain = static_cast<std::size_t>(backslash - from);
    if (plain > 0) std::memcpy(out, from, plain);
    out += plain;
    if (backslash == end) break;
    if (backslash + 1 == end) return nullptr;
    *out++ = unescaped(backslash[1]);
    from = backslash + 2;
  }
  return out;
}

}  // namespace

error_code copy_text_row::assign(std::string_view line, std::size_t column_count) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  columns_.resize(column_count);
  if (column_count == 0)
    return line.empty() ? error_code() : make_error_code(errc::malformed_message);

  text_.clear(kept_bytes_max);
  char* out = text_.prepare(line.size() + 1);  // un-escaping never makes it longer
  const char* from = line.data();
  const char* const end = line.data() + line.size();
  for (std::size_t i = 0;; ++i) {
    if (i == column_count) return errc::malformed_message;
    const char* const tab = find(from, end, '\t');
    if (tab - from == 2 && from[0] == '\\' && from[1] == 'N') {
      columns_[i] = {value_kind::null, {}};
    } else {
      char* const past = unescape(from, tab, out);
      if (past == nullptr) return errc::malformed_message;
      columns_[i] = {value_kind::text, {out, static_cast<std::size_t>(past - out)}};
      out = past;
    }
    if (tab == end)
      return i + 1 == column_count ? error_code() : make_error_code(errc::malformed_message);
    from = tab + 1;
  }
}

}  // namespace tidewire::postgres
