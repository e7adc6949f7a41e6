#pragma once

#include "event/record_output.hpp"
#include "event/streams.hpp"
#include "transform/chain.hpp"
#include "transform/document.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::transform {

/// Stands before the real output: encoders write into it, with schemas where the chain needs the
/// content, and pass() sends what the chain makes of it on. For one thread.
class transformed_output final : public event::record_output {
 public:
  struct options {
    bool key_schemas = true;  // whether what goes out has schemas
    bool value_schemas = true;
    bool key_nulls_as_default = true;  // whether a null becomes its schema's default
    bool value_nulls_as_default = true;
  };

  /// All must outlive this.
  transformed_output(const chain& steps,
                     options how,
                     event::streams& names,
                     event::record_output& out);

  event::record_buffer& for_key(std::uint64_t /*key_hash*/) override { return written_; }

  /// After each change. False: a record cannot be transformed; it and those after it were not
  /// passed on, and trouble() says why.
  bool pass();
  const std::string& trouble() const noexcept { return trouble_; }

 private:
  bool pass_one(const event::record& from);
  bool read(const event::record& from, record& into);
  void send(const event::record& from, const record& made);
  void set_headers(const event::record& from, record& to) const;

  const chain* steps_;
  options how_;
  event::streams* names_;
  event::record_output* out_;
  bool needs_content_;
  event::record_buffer written_;
  byte_buffer key_;
  text_store texts_;
  document_reader reader_;
  bool key_changed_ = false;  // the records at hand are a delete and a create, made of one update
  std::string trouble_;
};

}  // namespace tidewire::transform
