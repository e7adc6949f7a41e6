#pragma once

#include "event/change_context.hpp"
#include "event/options.hpp"
#include "event/record_output.hpp"
#include "event/streams.hpp"
#include "event/transaction_encoder.hpp"

#include <string>
#include <string_view>

namespace tidewire::event {

/// pg_logical_emit_message(): records on `<prefix>.message`, op m. Prefixes that the lists leave out give none.
class message_encoder {
 public:
  /// All must outlive the encoder. `transactions` is null where transaction metadata is off.
  message_encoder(const options& how, streams& names, record_output& out, transaction_encoder* transactions = nullptr);

  /// Of a message outside a transaction, `context` has neither xid nor commit time of one.
  void message(std::string_view prefix, std::string_view content, bool transactional, change_context& context);

 private:
  const options* how_;
  const stream* destination_;
  record_output* out_;
  transaction_encoder* transactions_;
  std::string key_before_;     // rendered once: all before the key's value
  std::string value_schema_;
  std::string source_before_;
  byte_buffer key_;
};

}  // namespace tidewire::event
