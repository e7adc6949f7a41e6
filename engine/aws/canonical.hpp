#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::aws {

/// The pieces of a canonical request (SigV4, step 1): each in the one spelling that both sides
/// compute.

/// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX in capitals; `/` stays where asked.
void append_uri_encoded(std::string& out, std::string_view text, bool keep_slash);

/// The path as sent, encoded once more; with `normalize` also without `.`, `..` and doubled
/// slashes.
std::string canonical_path(std::string_view path, bool normalize);

/// The parameters in one encoding, sorted by name and then value.
std::string canonical_query(std::string_view query);

struct canonical_headers {
  std::string lines;         // `name:value\n` each, sorted by name
  std::string signed_names;  // `a;b;c`
};

/// Names in lower case, values trimmed and their inner runs of white space folded to one blank,
/// equal names joined with commas in their order. Left out is what proxies change: Authorization,
/// Expect, Transfer-Encoding, User-Agent, X-Amzn-Trace-Id.
canonical_headers canonicalize(const std::vector<http::header>& headers, std::string_view host);

}  // namespace tidewire::aws
