#include "config/property_document.hpp"

#include "config/check_report.hpp"
#include "config/property_table.hpp"
#include "config/value_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace tidewire::config {
namespace {

constexpr std::string_view introduction = R"(# Configuration

Every property, from the same table that the program reads its file by. This page is made by `tidewire check --properties-markdown`
and compared with it by a test, so it cannot drift; change `engine/config/table_*.cpp` instead.

## The file

The file is Debezium Server's `application.properties`, in Java's properties syntax: remarks with `#` or `!` in lines of their own, `name=value`,
a backslash at the end of a line to go on in the next, `\uXXXX`. An empty value is no value, except for
`add.fields.prefix` and `add.headers.prefix` of a transform.

- `${NAME}` and `${NAME:default}` stand for another property or an environment variable. A literal `${` is written `\\${`.
- Every property can come from the environment, which wins over the file: `debezium.source.database.hostname` is
  `DEBEZIUM_SOURCE_DATABASE_HOSTNAME` (all that is neither letter nor digit becomes `_`; in capitals or not). Of names with a free part, such as
  `tidewire.relay.<stream>.bus`, the environment can set those that the file sets, and those of the streams in `tidewire.relay.streams`.
  A variable that looks like a property's and sets none is a warning, with the nearest known name.
- `%prod.name=value` is `name=value` and wins over it, as in Quarkus, under whose profile prod Debezium Server runs; what is of another profile
  has no effect, and a warning says so. `QUARKUS_PROFILE` names another one.
- The `AWS_*` and `PG*` variables have their usual meaning where the file says nothing.
- Lists of expressions are separated by commas (`\\,` for one inside an expression); each expression matches a whole name, in any case.
- Durations are milliseconds, or have a unit: `500ms`, `20s`, `5m`, `1h`. Sizes are bytes, or have one: `512KiB`, `64MiB`.

A wrong value ends the start with exit code 2 and a line for each problem: file, line, property, value, and what is allowed.
An unknown property is a warning with the nearest known name. `--strict` makes every warning an error.

## The classes

| class | meaning |
|---|---|
| honoured | works as in Debezium |
| harmless | accepted, has no effect here, and needs none |
| not yet | has an effect in Debezium and none here, by which nothing is lost or leaked: a warning says what happens instead |
| refused | the program does not start, since going on would send other data than was asked for |

A property that has its default value is never warned about or refused.
)";

std::string in_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string code(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("`{}`", in_cell(text));
}

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out;
}

/// What is allowed, without what goes without saying.
std::string allowed_cell(const property& row) {
  const bool free_text = row.type == value_type::text || row.type == value_type::class_name;
  if (row.type == value_type::password) return "text, never shown";
  return free_text ? std::string() : in_cell(allowed_values(row));
}

std::string meaning_cell(const property& row) {
  std::string out = in_cell(row.meaning);
  if (row.required) out += " Required.";
  if (!row.remark.empty()) out += fmt::format(" *{}.*", in_cell(capitalised(row.remark)));
  for (const auto& note : row.values)
    if (note.how != support::honoured)
      out += fmt::format(" `{}` is {}: {}.", note.value, to_string(note.how), in_cell(note.remark));
  for (const auto& alias : row.aliases)
    out += fmt::format(" `{}` is read as `{}`.", alias.written, alias.meant);
  return out;
}

}  // namespace

std::string render_property_document() {
  std::string out(introduction);
  for (const auto& family : property_families()) {
    fmt::format_to(std::back_inserter(out), "\n## {}\n\n", family.title);
    if (!family.remark.empty()) fmt::format_to(std::back_inserter(out), "{}\n\n", family.remark);
    out += "| property | default | allowed | class | meaning |\n|---|---|---|---|---|\n";
    for (const auto& row : family.properties)
      fmt::format_to(std::back_inserter(out),
                     "| {} | {} | {} | {} | {} |\n",
                     code(row.name),
                     code(row.initial.value_or("")),
                     allowed_cell(row),
                     to_string(row.how),
                     meaning_cell(row));
  }
  return out;
}

}  // namespace tidewire::config
