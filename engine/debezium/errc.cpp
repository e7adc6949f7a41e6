#include "debezium/errc.hpp"

#include <string>

namespace tidewire::debezium {
namespace {

class category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "debezium"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::not_java:
        return "it does not begin as Java's serialisation does";
      case errc::not_a_map:
        return "it holds another Java object than a HashMap";
      case errc::not_bytes:
        return "its map holds something else than arrays of bytes";
      case errc::truncated:
        return "it ends too early";
      case errc::trailing_bytes:
        return "something follows its map";
      case errc::not_a_position:
        return "a value in it is not the JSON object of a PostgreSQL connector's position";
    }
    return "unknown error";
  }
};

}  // namespace

error_code make_error_code(errc e) noexcept {
  static const category instance;
  return {static_cast<int>(e), instance};
}

}  // namespace tidewire::debezium
