#pragma once

#include "base/byte_buffer.hpp"
#include "transform/record.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidewire::transform {

/// Reads `{"schema":…,"payload":…}`, the JSON converter's form with schemas. A schema's text is
/// read once: records of one table begin with the same one.
class document_reader {
 public:
  /// \param source whose records these are, such as the address of their stream: what the schemas
  /// are remembered by.
  /// \return false where the text is not of that form. The part's texts point into `text`.
  bool read(const void* source, std::string_view text, part& into);

 private:
  struct known {
    std::string text;
    schema_ptr shape;
  };
  schema_ptr shape_of(const void* source, std::string_view after_name, std::size_t& size);

  std::unordered_map<const void*, std::vector<known>> known_;
};

/// Reads a schema's JSON; null where it is not one.
schema_ptr read_schema(std::string_view json);

/// Reads a value of that schema. False where the text is not one.
bool read_value(const schema& shape, std::string_view json, value& into);

struct written_form {
  bool with_schema = true;
  bool nulls_as_default = true;  // a null becomes the schema's default where it has one
};

/// Writes the part as the JSON converter does.
void write(const part& from, written_form how, byte_buffer& out);

}  // namespace tidewire::transform
