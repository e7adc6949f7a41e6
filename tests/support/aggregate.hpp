#pragma once

#include "aws/kpl.hpp"

#include <span>
#include <string>

namespace tidewire::testing {

/// One aggregated Kinesis record of all of them.
inline std::string aggregate(std::span<const aws::user_record> records) {
  aws::kpl_writer writer;
  for (const auto& record : records) writer.add(record);
  return std::string(writer.finish());
}

}  // namespace tidewire::testing
