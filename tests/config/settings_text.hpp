#pragma once

#include "base/startup_error.hpp"
#include "config/environment.hpp"
#include "config/settings.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Settings of a file that a test writes, and what is said against it.
namespace tidewire::config::test {

using variables = std::map<std::string, std::string, std::less<>>;

inline environment environment_of(variables set) {
  return [set = std::move(set)](std::string_view name) -> std::optional<std::string> {
    const auto found = set.find(name);
    if (found == set.end()) return std::nullopt;
    return found->second;
  };
}

/// What every engine needs; eight lines.
inline const std::string base = R"(debezium.sink.type=kinesis
debezium.sink.kinesis.region=us-east-1
debezium.source.database.hostname=db
debezium.source.database.user=postgres
debezium.source.database.password=hunter2
debezium.source.database.dbname=shop
debezium.source.topic.prefix=server1
debezium.source.offset.storage.file.filename=data/offsets.dat
)";

inline settings read(const std::string& more, const variables& set = {}, bool strict = false) {
  return settings::parse(base + more, "app.properties", environment_of(set), {.strict = strict});
}

inline std::string refusal_of_text(const std::string& text,
                                   const variables& set = {},
                                   bool strict = false) {
  try {
    const auto accepted =
        settings::parse(text, "app.properties", environment_of(set), {.strict = strict});
  } catch (const startup_error& error) {
    EXPECT_EQ(error.exit_code(), 2);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << text;
  return {};
}
inline std::string refusal_of(const std::string& more,
                              const variables& set = {},
                              bool strict = false) {
  return refusal_of_text(base + more, set, strict);
}

inline std::string only_warning(const settings& from) {
  EXPECT_EQ(from.warnings().size(), 1U);
  return from.warnings().empty() ? "" : from.warnings().front().message;
}

}  // namespace tidewire::config::test
