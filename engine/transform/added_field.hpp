#pragma once

#include "transform/record.hpp"
#include "transform/step.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::transform {

/// A part of an envelope that ExtractNewRecordState adds to the row: `op`, `table`, `source.ts_ms`,
/// `transaction.id`, each with
/// `:other` for a name of one's own.
class added_field {
 public:
  /// \param text one element of add.fields.
  added_field(std::string_view prefix, std::string_view text);

  const std::string& name() const noexcept { return name_; }
  const std::string& source() const noexcept { return source_; }

  /// Whether the envelope has the struct that it names, and what it names is no struct itself.
  bool fits(const schema& envelope) const;
  /// The schema it gets: optional, without a default. Null where the envelope does not have it; it
  /// is then left out.
  schema_ptr shape(const schema& envelope) const;
  /// Null as well where the struct is null, as `transaction` is in a snapshot.
  value read(const part& envelope) const;

 private:
  const schema* found(const schema& envelope) const;

  std::string parent_;  // empty: the envelope itself
  std::string source_;
  std::string name_;
};

std::vector<added_field> added_fields(const step_options& options,
                                      std::string_view list,
                                      std::string_view prefix);

}  // namespace tidewire::transform
