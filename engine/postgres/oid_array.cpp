#include "postgres/oid_array.hpp"

#include <string>

namespace tidewire::postgres {

query_parameters oid_array(const std::vector<oid>& ids) {
  std::string array = "{";
  for (const oid id : ids) {
    if (array.size() > 1) array += ',';
    array += std::to_string(id.value);
  }
  query_parameters parameters;
  parameters.emplace_back(array + '}');
  return parameters;
}

}  // namespace tidewire::postgres
