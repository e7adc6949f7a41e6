#include "config/expansion.hpp"

#include <utility>

namespace tidewire::config {
namespace {

constexpr int depth_max = 32;
/// A few properties that each name another one twice would grow without a limit: 2^32 steps of 32
/// names.
constexpr int steps_max = 200;
constexpr std::size_t bytes_max = 64 * 1024;

class expander {
 public:
  explicit expander(const expansion_source& source) : source_(source) {}

  std::optional<std::string> whole(std::string_view text, int depth) {
    std::string out;
    if (depth > depth_max)
      return fail("the expressions refer to each other without end, or are nested deeper than 32");
    for (std::size_t i = 0; i < text.size();) {
      const auto two = text.substr(i, 2);
      if (two == "\\$" || two == "$$") {
        out.push_back('$');
        i += 2;
      } else if (two == "${") {
        const auto end = expression_end(text, i + 2);
        if (end == std::string_view::npos)
          return fail("a ${ is not closed; a literal one is written \\\\${");
        auto value = expression(text.substr(i + 2, end - i - 2), depth);
        if (!value) return std::nullopt;
        out += *value;
        if (out.size() > bytes_max) return fail("the text grows beyond 64 KiB");
        i = end + 1;
      } else {
        out.push_back(text[i++]);
      }
    }
    return out;
  }

  std::string take_fault() { return std::move(fault_); }

 private:
  std::optional<std::string> fail(std::string message) {
    if (fault_.empty()) fault_ = std::move(message);
    return std::nullopt;
  }

  /// The closing brace of the expression whose inside begins at `from`.
  static std::size_t expression_end(std::string_view text, std::size_t from) {
    int open = 1;
    for (std::size_t i = from; i < text.size(); ++i) {
      const auto two = text.substr(i, 2);
      if (two == "\\$" || two == "$$") {
        ++i;
      } else if (two == "${") {
        ++open;
        ++i;
      } else if (text[i] == '}' && --open == 0) {
        return i;
      }
    }
    return std::string_view::npos;
  }

  /// Where the default begins: the first colon outside of inner expressions, or the end.
  static std::size_t name_end(std::string_view inside) {
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const auto two = inside.substr(i, 2);
      if (two == "\\$" || two == "$$") {
        ++i;
      } else if (two == "${") {
        i = expression_end(inside, i + 2);
        if (i == std::string_view::npos) break;
      } else if (inside[i] == ':') {
        return i;
      }
    }
    return inside.size();
  }

  std::optional<std::string> expression(std::string_view inside, int depth) {
    if (++steps_ > steps_max) return fail("it takes more than 200 expressions");
    const auto end = name_end(inside);
    const auto name = whole(inside.substr(0, end), depth + 1);
    if (!name) return std::nullopt;
    if (const auto found = source_(*name)) return whole(*found, depth + 1);
    if (end < inside.size()) return whole(inside.substr(end + 1), depth + 1);
    return fail("${" + *name +
                "} is neither a property nor an environment variable, and has no default (${" +
                *name + ":default})");
  }

  const expansion_source& source_;
  int steps_ = 0;
  std::string fault_;
};

}  // namespace

std::variant<std::string, expansion_fault> expand(std::string_view text,
                                                  const expansion_source& source) {
  if (text.find('$') == std::string_view::npos) return std::string(text);
  expander work(source);
  if (auto done = work.whole(text, 1)) return std::move(*done);
  return expansion_fault{work.take_fault()};
}

}  // namespace tidewire::config
