#include "aws/document.hpp"

#include "aws/cbor.hpp"
#include "base/base64.hpp"

#include <simdjson.h>

#include <cmath>
#include <limits>

namespace tidewire::aws {

namespace {

constexpr int depth_max = 64;

std::int64_t to_integer(double number) noexcept {
  constexpr double limit = 9.2e18;
  if (!(number > -limit && number < limit)) return 0;
  return static_cast<std::int64_t>(number);
}

}  // namespace

struct document::json {
  simdjson::dom::parser parser;
};

/// Appends nodes and strings siblings together.
struct document::builder {
  document& d;

  std::uint32_t add(std::string_view name, kind what) {
    const auto index = static_cast<std::uint32_t>(d.nodes_.size());
    d.nodes_.push_back({.name = name, .what = what});
    return index;
  }
  /// Counts a child of `parent` that begins at `child`, behind its sibling `last`.
  void adopt(std::uint32_t parent, std::uint32_t& last, std::uint32_t child) {
    ++d.nodes_[parent].integer;
    if (last != none) d.nodes_[last].next = child;
    last = child;
  }

  bool json(std::string_view name, simdjson::dom::element e, int depth);
  bool cbor(std::string_view& in, std::string_view name, int depth);
  bool cbor_text(std::string_view& in, const cbor::head& h, std::string_view& text);
  bool cbor_children(std::string_view& in, const cbor::head& h, std::uint32_t self, int depth);
  bool cbor_simple(const cbor::head& h, node& self);
};

document::document() = default;
document::~document() = default;

bool document::builder::json(std::string_view name, simdjson::dom::element e, int depth) {
  using simdjson::dom::element_type;
  if (depth > depth_max) return false;
  const std::uint32_t self = add(name, kind::null);
  const auto set = [&](kind what) -> node& {
    d.nodes_[self].what = what;
    return d.nodes_[self];
  };
  std::uint32_t last = none;
  switch (e.type()) {
    case element_type::OBJECT:
      set(kind::map);
      for (const auto member : simdjson::dom::object(e)) {
        const auto child = static_cast<std::uint32_t>(d.nodes_.size());
        if (!json(member.key, member.value, depth + 1)) return false;
        adopt(self, last, child);
      }
      return true;
    case element_type::ARRAY:
      set(kind::array);
      for (const auto element : simdjson::dom::array(e)) {
        const auto child = static_cast<std::uint32_t>(d.nodes_.size());
        if (!json({}, element, depth + 1)) return false;
        adopt(self, last, child);
      }
      return true;
    case element_type::STRING:
      set(kind::text).text = std::string_view(e);
      return true;
    case element_type::INT64:
      set(kind::integer).integer = std::int64_t(e);
      return true;
    case element_type::UINT64:
      set(kind::real).real = static_cast<double>(std::uint64_t(e));
      return true;
    case element_type::DOUBLE:
      set(kind::real).real = double(e);
      return true;
    case element_type::BOOL:
      set(kind::boolean).integer = bool(e) ? 1 : 0;
      return true;
    case element_type::NULL_VALUE:
      return true;
  }
  return false;
}

bool document::parse_json(std::string_view body) {
  nodes_.clear();
  joined_.clear();
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    nodes_.push_back({.what = kind::map});
    return true;
  }
  if (json_ == nullptr) json_ = std::make_unique<json>();
  simdjson::dom::element root;
  if (json_->parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return false;
  if (builder{*this}.json({}, root, 0)) return true;
  nodes_.clear();
  return false;
}

bool document::builder::cbor_text(std::string_view& in,
                                  const cbor::head& h,
                                  std::string_view& text) {
  if (!h.indefinite) {
    if (h.value > in.size()) return false;
    text = in.substr(0, h.value);
    in.remove_prefix(h.value);
    return true;
  }
  std::string& whole = d.joined_.emplace_back();
  for (;;) {
    cbor::head chunk;
    if (!cbor::read_head(in, chunk)) return false;
    if (chunk.type == cbor::major::simple && chunk.indefinite) break;
    if (chunk.type != h.type || chunk.indefinite || chunk.value > in.size()) return false;
    whole.append(in.substr(0, chunk.value));
    in.remove_prefix(chunk.value);
  }
  text = whole;
  return true;
}

bool document::builder::cbor_children(std::string_view& in,
                                      const cbor::head& h,
                                      std::uint32_t self,
                                      int depth) {
  const bool is_map = h.type == cbor::major::map;
  std::uint32_t last = none;
  for (std::uint64_t i = 0; h.indefinite || i < h.value; ++i) {
    if (h.indefinite && !in.empty() && in.front() == '\xFF') {
      in.remove_prefix(1);
      return true;
    }
    std::string_view name;
    if (is_map) {
      cbor::head key;
      if (!cbor::read_head(in, key) ||
          (key.type != cbor::major::text && key.type != cbor::major::bytes))
        return false;
      if (!cbor_text(in, key, name)) return false;
    }
    const auto child = static_cast<std::uint32_t>(d.nodes_.size());
    if (!cbor(in, name, depth + 1)) return false;
    adopt(self, last, child);
  }
  return true;
}

bool document::builder::cbor_simple(const cbor::head& h, node& self) {
  if (h.indefinite) return false;  // a break outside of anything that it could end
  if (cbor::float_of(h, self.real)) {
    self.what = kind::real;
  } else if (h.value == 20 || h.value == 21) {
    self.what = kind::boolean;
    self.integer = h.value == 21 ? 1 : 0;
  }  // null, undefined and what nobody has defined yet: null
  return true;
}

bool document::builder::cbor(std::string_view& in, std::string_view name, int depth) {
  if (depth > depth_max) return false;
  const std::uint32_t self = add(name, kind::null);
  cbor::head h;
  // A tag, such as the timestamps' 1, says nothing that the place of the value does not.
  do {
    if (!cbor::read_head(in, h)) return false;
  } while (h.type == cbor::major::tag);
  node& n = d.nodes_[self];
  switch (h.type) {
    case cbor::major::unsigned_integer:
      n.what = h.value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? kind::integer
                   : kind::real;
      n.integer = static_cast<std::int64_t>(h.value);
      n.real = static_cast<double>(h.value);
      return true;
    case cbor::major::negative_integer:
      n.what = h.value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? kind::integer
                   : kind::real;
      n.integer = static_cast<std::int64_t>(~h.value);
      n.real = -1.0 - static_cast<double>(h.value);
      return true;
    case cbor::major::bytes:
      n.what = kind::bytes;
      return cbor_text(in, h, n.text);
    case cbor::major::text:
      n.what = kind::text;
      return cbor_text(in, h, n.text);
    case cbor::major::array:
      n.what = kind::array;
      return cbor_children(in, h, self, depth);
    case cbor::major::map:
      n.what = kind::map;
      return cbor_children(in, h, self, depth);
    case cbor::major::simple:
      return cbor_simple(h, n);
    case cbor::major::tag:
      break;
  }
  return false;
}

bool document::parse_cbor(std::string_view body) {
  nodes_.clear();
  joined_.clear();
  if (body.empty()) {
    nodes_.push_back({.what = kind::map});
    return true;
  }
  if (builder{*this}.cbor(body, {}, 0) && body.empty()) return true;
  nodes_.clear();
  return false;
}

const document::node* document::at(const value& v) const noexcept {
  return &nodes_[v.index_];
}

document::kind document::value::what() const noexcept {
  return owner_ == nullptr ? kind::missing : owner_->at(*this)->what;
}

document::value document::value::first() const noexcept {
  if (what() != kind::map && what() != kind::array) return {};
  return owner_->at(*this)->integer > 0 ? value(owner_, index_ + 1) : value();
}

document::value document::value::next() const noexcept {
  if (owner_ == nullptr) return {};
  const std::uint32_t sibling = owner_->at(*this)->next;
  return sibling == none ? value() : value(owner_, sibling);
}

document::value document::value::operator[](std::string_view wanted) const noexcept {
  if (what() != kind::map) return {};
  for (value v = first(); v.owner_ != nullptr; v = v.next())
    if (v.name() == wanted) return v;
  return {};
}

std::string_view document::value::name() const noexcept {
  return owner_ == nullptr ? std::string_view() : owner_->at(*this)->name;
}

std::size_t document::value::size() const noexcept {
  const bool counted = what() == kind::map || what() == kind::array;
  return counted ? static_cast<std::size_t>(owner_->at(*this)->integer) : 0;
}

std::string_view document::value::text() const noexcept {
  return what() == kind::text || what() == kind::bytes ? owner_->at(*this)->text
                                                       : std::string_view();
}

std::int64_t document::value::integer(std::int64_t otherwise) const noexcept {
  if (what() == kind::integer) return owner_->at(*this)->integer;
  return what() == kind::real ? to_integer(owner_->at(*this)->real) : otherwise;
}

bool document::value::boolean() const noexcept {
  return what() == kind::boolean && owner_->at(*this)->integer != 0;
}

std::string document::value::blob() const {
  if (what() == kind::bytes) return std::string(text());
  return what() == kind::text ? from_base64(text()).value_or(std::string()) : std::string();
}

std::int64_t document::value::time_ms() const noexcept {
  constexpr double seconds_max = 1e11;
  double number = 0;
  if (what() == kind::integer) {
    number = static_cast<double>(owner_->at(*this)->integer);
  } else if (what() == kind::real) {
    number = owner_->at(*this)->real;
  }
  return to_integer(std::round(std::abs(number) < seconds_max ? number * 1000 : number));
}

}  // namespace tidewire::aws
