#include "ledger/test_decoding.hpp"

#include <algorithm>

namespace tidewire::ledger {
namespace {

class ledger_category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "ledger"; }
  std::string message(int code) const override {
    switch (static_cast<errc>(code)) {
      case errc::malformed_line:
        return "a line is not one of test_decoding";
      case errc::no_event:
        return "a record is not an event of Debezium with its source";
    }
    return "unknown";
  }
};

/// Walks once over the line; a step that does not fit says so and the line is given up.
class line_walk {
 public:
  explicit line_walk(std::string_view line) noexcept : rest_(line) {}

  bool empty() const noexcept { return rest_.empty(); }
  bool take(std::string_view expected) noexcept {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  /// `plain` or `"with ""quotes"""`.
  bool identifier(std::string& out) {
    out.clear();
    if (take("\"")) return quoted('"', out);
    const auto end = rest_.find_first_of(" .,:[\"'");
    const auto size = end == std::string_view::npos ? rest_.size() : end;
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return size > 0;
  }

  /// The type between its brackets; it may hold brackets and quoted identifiers itself.
  bool type(std::string& out) {
    if (!take("[")) return false;
    std::size_t depth = 1;
    bool in_quotes = false;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '"') in_quotes = !in_quotes;
      if (in_quotes) continue;
      if (c == '[') ++depth;
      if (c == ']' && --depth == 0) {
        out = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

  bool value(decoded_column& to) {
    if (take("B'") || take("'")) return quoted('\'', to.text);
    const auto size = std::min(rest_.find(' '), rest_.size());
    const auto word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (word == "null") {
      to.what = decoded_column::state::null;
    } else if (word == "unchanged-toast-datum") {
      to.what = decoded_column::state::unchanged;
    } else {
      to.text = word;
    }
    return size > 0;
  }

  /// ` name[type]:value name[type]:value`, up to what is no column.
  bool columns(std::vector<decoded_column>& out) {
    while (!rest_.empty() && rest_ != " (no-tuple-data)" && !rest_.starts_with(" new-tuple:")) {
      decoded_column& one = out.emplace_back();
      if (!take(" ") || !identifier(one.name) || !type(one.type) || !take(":") || !value(one))
        return false;
    }
    take(" (no-tuple-data)");
    return true;
  }

 private:
  /// What is left of a text whose quotes are doubled inside, up to its end.
  bool quoted(char quote, std::string& out) {
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        if (i + 1 == rest_.size() || rest_[i + 1] != quote) {
          rest_.remove_prefix(i + 1);
          return true;
        }
        ++i;
      }
      out += rest_[i];
    }
    return false;
  }

  std::string_view rest_;
};

bool read_tables(line_walk& in, decoded_line& to) {
  do {
    auto& [schema, table] = to.tables.emplace_back();
    if (!in.identifier(schema) || !in.take(".") || !in.identifier(table)) return false;
  } while (in.take(", "));
  return in.take(": ");
}

bool read_change(line_walk& in, decoded_line& to) {
  if (!read_tables(in, to)) return false;
  if (in.take("TRUNCATE:")) {
    to.what = decoded_line::kind::truncate;
    return true;
  }
  if (to.tables.size() != 1) return false;
  if (in.take("INSERT:")) {
    to.what = decoded_line::kind::insert;
  } else if (in.take("DELETE:")) {
    to.what = decoded_line::kind::remove;
  } else if (in.take("UPDATE:")) {
    to.what = decoded_line::kind::update;
    if (in.take(" old-key:") && (!in.columns(to.old_key) || !in.take(" new-tuple:"))) return false;
  } else {
    return false;
  }
  return in.columns(to.row) && in.empty();
}

}  // namespace

error_code make_error_code(errc e) noexcept {
  static const ledger_category category;
  return {static_cast<int>(e), category};
}

result<decoded_line> parse_test_decoding(std::string_view line) {
  line_walk in(line);
  decoded_line to;
  if (in.take("table ")) {
    if (!read_change(in, to)) return make_error_code(errc::malformed_line);
  } else if (in.take("BEGIN")) {
    to.what = decoded_line::kind::begin;
  } else if (in.take("COMMIT")) {
    to.what = decoded_line::kind::commit;
  } else if (in.take("message:")) {
    to.what = decoded_line::kind::message;
  } else {
    return make_error_code(errc::malformed_line);
  }
  return to;
}

}  // namespace tidewire::ledger
