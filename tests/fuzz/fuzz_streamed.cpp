#include "postgres/streamed_transactions.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// A server that says anything at all, message after message (each behind one byte with its size).
// Whatever it says, what is handed out of a transaction is what was kept of it, in its order, and
// memory and disk are free at the end.

namespace {

using namespace tidewire::postgres;

constexpr std::size_t block_bytes = 64;

/// The plain way to do the same: everything in memory.
struct model {
  struct kept {
    std::uint32_t xid;
    std::string payload;
  };
  struct transaction {
    std::vector<kept> messages;
    std::set<std::uint32_t> rolled_back;  // also of what comes later: no server uses an id again
  };
  std::map<std::uint32_t, transaction> open;
  std::uint32_t in_piece = 0;

  void follow(std::string_view payload) {
    if (!is_stream_message(payload)) {
      const auto change = split_streamed_change(payload).value();
      if (change.type != 'O')
        open[in_piece].messages.push_back({change.xid, change.type + std::string(change.rest)});
      return;
    }
    const auto message = decode_stream_message(payload).value();
    if (const auto* const start = std::get_if<stream_start_message>(&message)) {
      in_piece = start->xid;
      open[in_piece];
    }
    const auto* const abort_of = std::get_if<stream_abort_message>(&message);
    if (abort_of == nullptr || !open.contains(abort_of->xid)) return;
    if (abort_of->subxid == abort_of->xid)
      open.erase(abort_of->xid);
    else
      open[abort_of->xid].rolled_back.insert(abort_of->subxid);
  }

  std::vector<kept> committed(std::uint32_t xid) {
    auto& [messages, rolled_back] = open[xid];
    std::erase_if(messages, [&](const kept& one) { return rolled_back.contains(one.xid); });
    return messages;
  }
};

void must(bool belief) {
  if (!belief) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  streamed_transactions::options how;
  how.memory_max = 4 * block_bytes;
  how.spill = {.folder = std::filesystem::temp_directory_path().string(),
               .block_bytes = block_bytes,
               .bytes_max = std::uint64_t{1} << 20U};
  streamed_transactions streamed(std::move(how));
  model plain;
  while (!rest.empty()) {
    const std::size_t length = static_cast<unsigned char>(rest.front());
    const std::string_view payload = rest.substr(1, length);
    rest.remove_prefix(1 + payload.size());
    const auto taken = streamed.take(payload, tidewire::lsn{1});
    if (!taken) break;
    if (*taken == streamed_transactions::fate::kept) plain.follow(payload);
    if (*taken != streamed_transactions::fate::committed) continue;
    const auto expected = plain.committed(streamed.commit().xid);
    std::size_t count = 0;
    while (const auto one = streamed.next().value()) {
      must(count < expected.size() && one->payload == expected[count].payload);
      ++count;
    }
    must(count == expected.size());
    streamed.finish();
    plain.open.erase(streamed.commit().xid);
  }
  streamed.reset();
  must(streamed.memory_bytes() == 0 && streamed.spilled_bytes() == 0 && streamed.open_count() == 0);
  return 0;
}
