#pragma once

#include "base/result.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace tidewire::http {

/// Parses one request from bytes as they come: no socket. Beast's parser does the work behind this
/// plain header.
class request_parser {
 public:
  /// A body beyond `body_bytes_max` is errc::body_too_large, before it is received where its length
  /// was told.
  explicit request_parser(std::size_t body_bytes_max);
  ~request_parser();
  request_parser(request_parser&&) noexcept;
  request_parser& operator=(request_parser&&) noexcept;

  /// Takes from the front of `bytes` what it can and answers how much that was; the rest must come
  /// again, with more behind it.
  result<std::size_t> put(std::string_view bytes);

  /// Room for what is missing of a long body whose length was told, to be received there and then
  /// told to fill(), instead of put(); empty: put() wants it. Valid until the next call of either.
  std::span<char> body_room();
  void fill(std::size_t size) noexcept;

  bool started() const noexcept;  // at least one byte was taken, or waits for its line to end
  bool head_done() const noexcept;
  bool done() const noexcept;
  bool expects_continue() const;  // the client waits for "100 Continue" before it sends the body
  bool keep_alive() const;
  bool http_1_0() const;
  /// The whole request, once done().
  request take();

 private:
  struct parser;
  std::unique_ptr<parser> parser_;
};

/// Parses one answer; interim ones (1xx) are stepped over.
class response_parser {
 public:
  response_parser(std::size_t body_bytes_max, bool to_head);
  ~response_parser();
  response_parser(response_parser&&) noexcept;
  response_parser& operator=(response_parser&&) noexcept;

  result<std::size_t> put(std::string_view bytes);
  /// The peer has closed: completes an answer whose end is the end of the connection.
  /// \errors errc::connection_closed if the answer was not complete.
  error_code put_end();

  bool done() const noexcept;
  bool keep_alive() const;
  response take();

 private:
  struct parser;
  std::unique_ptr<parser> parser_;
};

}  // namespace tidewire::http
