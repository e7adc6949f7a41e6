#include "transform/added_field.hpp"

namespace tidewire::transform {
namespace {

/// Where a name without a struct before it is looked for.
std::string_view home_of(std::string_view name) noexcept {
  if (name == "op" || name == "ts_ms" || name == "ts_us" || name == "ts_ns") return {};
  if (name == "id" || name == "data_collection_order" || name == "total_order")
    return "transaction";
  return "source";
}

/// Debezium copies what is set, not the default that is written in its place. In `source` a default
/// stands for nothing else (`snapshot` has one); a row may well hold what its column has by
/// default.
bool is_unset(std::string_view parent, const schema& shape, const value& v) noexcept {
  return parent == "source" && v.leaf() && !shape.initial.empty() && v.text == shape.initial;
}

}  // namespace

added_field::added_field(std::string_view prefix, std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view path = text.substr(0, colon);
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) {
    source_ = path;
    parent_ = home_of(path);
    name_ = source_;
  } else {
    parent_ = path.substr(0, dot);
    source_ = path.substr(dot + 1);
    source_ = source_.substr(0, source_.find('.'));
    name_ = parent_ + "_" + source_;
  }
  if (colon != std::string_view::npos) name_ = text.substr(colon + 1);
  name_.insert(0, prefix);
}

const schema* added_field::found(const schema& envelope) const {
  const schema* parent = &envelope;
  if (!parent_.empty()) {
    const auto at = envelope.find(parent_);
    if (!at) return nullptr;
    parent = envelope.fields[*at].shape.get();
  }
  auto at = parent->find(source_);
  if (!at) {
    // Something that another transform put into the envelope.
    parent = &envelope;
    at = envelope.find(source_);
  }
  return at ? parent->fields[*at].shape.get() : nullptr;
}

bool added_field::fits(const schema& envelope) const {
  if (!parent_.empty()) {
    const auto at = envelope.find(parent_);
    if (!at || envelope.fields[*at].shape->kind != type::structure) return false;
  }
  const schema* const what = found(envelope);
  return what == nullptr || what->kind != type::structure;
}

schema_ptr added_field::shape(const schema& envelope) const {
  const schema* const what = found(envelope);
  if (what == nullptr) return nullptr;
  schema made = basics_of(*what);
  made.optional = true;
  return shared(std::move(made));
}

value added_field::read(const part& envelope) const {
  if (parent_.empty()) {
    const value* const own = envelope.member(source_);
    return own != nullptr ? *own : value{};
  }
  const auto at = envelope.shape->find(parent_);
  const value& parent = envelope.content.members[*at];
  if (!parent.structure()) return {};
  const schema& shape = *envelope.shape->fields[*at].shape;
  if (const auto inside = shape.find(source_)) {
    const value& found = parent.members[*inside];
    return is_unset(parent_, *shape.fields[*inside].shape, found) ? value{} : found;
  }
  const value* const own = envelope.member(source_);
  return own != nullptr ? *own : value{};
}

std::vector<added_field> added_fields(const step_options& options,
                                      std::string_view list,
                                      std::string_view prefix) {
  const std::string before = options.text(prefix, "__");
  std::vector<added_field> out;
  for (const auto& one : options.list(list)) {
    const auto colon = one.find(':');
    if (colon != std::string::npos &&
        (colon == 0 || colon + 1 == one.size() || one.find(':', colon + 1) != std::string::npos))
      options.refuse(list, "a list of names such as op,source.ts_ms or op:operation");
    out.emplace_back(before, one);
  }
  return out;
}

}  // namespace tidewire::transform
