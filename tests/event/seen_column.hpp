#pragma once

#include "event/table_plan.hpp"
#include "event/table_plan_inside.hpp"
#include "tables.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace tidewire::event::test {

inline options plain_options() {
  options how;
  how.topic_prefix = "dbserver1";
  return how;
}

/// The schema of the first column besides `id`, as it stands in the row's schema, and its value for
/// a NULL.
struct seen_column {
  std::string schema;
  std::string null;
  std::string unavailable;
};

inline seen_column see(postgres::column of,
                       const options& how = plain_options(),
                       origin from = origin::stream) {
  streams names;
  const std::string name = of.name;
  const postgres::table two =
      table("public", "t", {not_null(column("id", type_oid::int4)), std::move(of)});
  const table_plan_ptr plan = make_plan(two, catalog(), how, names, from);
  seen_column out;
  if (plan->row.size() < 2) return out;
  const std::string id = R"({"type":"int32","optional":false,"field":"id"},)";
  const auto begin = plan->value_before.find(id) + id.size();
  out.schema = plan->value_before.substr(
      begin, plan->value_before.find("],\"optional\":true,\"name\":\"dbserver1", begin) - begin);
  out.null = plan->row[1].null;
  out.unavailable = plan->row[1].unavailable;
  return out;
}

inline std::string schema_of(std::uint32_t type,
                             std::int32_t modifier = -1,
                             const options& how = plain_options()) {
  return see(column("c", type, modifier), how).schema;
}

inline std::string filler_of(std::uint32_t type,
                             std::int32_t modifier = -1,
                             const options& how = plain_options()) {
  return see(not_null(column("c", type, modifier)), how).null;
}

inline std::string default_of(std::uint32_t type,
                              std::string expression,
                              std::int32_t modifier = -1,
                              const options& how = plain_options()) {
  return see(with_default(column("c", type, modifier), std::move(expression)), how).null;
}

}  // namespace tidewire::event::test
