#include "base/checksum.hpp"

#include <boost/crc.hpp>

namespace tidewire {

std::uint32_t checksum(std::initializer_list<std::string_view> pieces) {
  boost::crc_32_type sum;
  for (const std::string_view piece : pieces) sum.process_bytes(piece.data(), piece.size());
  return sum.checksum();
}

}  // namespace tidewire
