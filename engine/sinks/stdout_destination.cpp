#include "sinks/stdout_destination.hpp"

#include "base/json_text.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tidewire::sinks {
namespace {

void append_line(byte_buffer& out, const pipeline::record_state& r) {
  const auto document_or_null = [&out](std::string_view document) {
    out.append(document.empty() ? "null" : document);
  };
  out.append("{\"stream\":");
  append_json_string(out, r.record().destination->name);
  out.append(",\"key\":");
  document_or_null(r.record().has_key ? r.key() : std::string_view());
  out.append(",\"value\":");
  document_or_null(r.value());
  out.append("}\n");
}

/// 0, or the system's error number. Waits while a pipe is full: the lines are the only thing this
/// sink has to do.
int write_all(int descriptor, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EAGAIN) {
      pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&room, 1, -1);
    } else if (written < 0 && errno != EINTR) {
      return errno;
    }
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

asio::awaitable<void> stdout_destination::send(const pipeline::lanes::request& what, report& out) {
  lines_.clear();
  for (const pipeline::record_state* r : what.records) append_line(lines_, *r);
  if (const int error = write_all(descriptor_, lines_.view()); error != 0) {
    if (error == EPIPE)
      throw sink_gone("whoever read the standard output has closed it: Broken pipe");
    out.all(fate::again,
            what.records.size(),
            {.transport = error_code(error, boost::system::system_category()),
             .message = std::strerror(error)});
    co_return;
  }
  out.verdicts.assign(what.records.size(), {.what = fate::durable});
}

}  // namespace tidewire::sinks
