#include "app/offsets.hpp"

#include "base/durable_file.hpp"
#include "base/startup_error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace tidewire::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int version = 1;

/// Nothing where it cannot be read; errno says why.
std::optional<std::string> read_file(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    errno = EISDIR;
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace

std::string to_json(const offsets& o) {
  json::object object;
  object["version"] = version;
  object["system_id"] = std::to_string(o.system_id);  // beyond what JavaScript's numbers hold
  if (o.timeline != 0) object["timeline"] = o.timeline;
  object["slot"] = o.slot;
  object["snapshot_completed"] = o.snapshot_completed;
  object["durable"] = to_string(o.durable);
  if (o.within_after) object["within_after"] = to_string(o.within_after);
  if (!o.snapshot.empty()) object["snapshot"] = to_json(o.snapshot);
  if (!o.incremental_snapshot.empty()) object["incremental_snapshot"] = o.incremental_snapshot;
  return json::serialize(object) + "\n";
}

std::optional<offsets> offsets_from_json(const std::string& text) {
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  const json::object* const object = error ? nullptr : parsed.if_object();
  if (object == nullptr) return std::nullopt;
  const auto text_of = [object](const char* name) -> std::optional<std::string> {
    const json::value* const value = object->if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->as_string().c_str());
  };
  const json::value* const completed = object->if_contains("snapshot_completed");
  const auto system_id = text_of("system_id"), slot = text_of("slot"), durable = text_of("durable");
  if (!system_id || !slot || !durable || completed == nullptr || !completed->is_bool())
    return std::nullopt;
  const auto position = parse_lsn(*durable);
  std::uint64_t id = 0;
  const auto [end, wrong] =
      std::from_chars(system_id->data(), system_id->data() + system_id->size(), id);
  const auto within = text_of("within_after");
  const auto within_after = parse_lsn(within.value_or("0/0"));
  if (!position || !within_after || wrong != std::errc() ||
      end != system_id->data() + system_id->size())
    return std::nullopt;
  std::uint32_t timeline = 0;  // files of earlier versions have none
  if (const json::value* const value = object->if_contains("timeline")) {
    if (value->is_int64()) timeline = static_cast<std::uint32_t>(value->as_int64());
    if (timeline == 0) return std::nullopt;
  }
  std::optional<snapshot_ledger> snapshot{std::in_place};
  if (const json::value* const value = object->if_contains("snapshot"))
    snapshot = snapshot_ledger_from_json(*value);
  if (!snapshot) return std::nullopt;
  return offsets{.system_id = id,
                 .timeline = timeline,
                 .slot = *slot,
                 .snapshot_completed = completed->as_bool(),
                 .snapshot = *std::move(snapshot),
                 .durable = *position,
                 .within_after = *within_after,
                 .incremental_snapshot = text_of("incremental_snapshot").value_or("")};
}

std::optional<offsets> load_offsets(const std::string& path) {
  const auto text = read_file(path);
  if (!text) {
    const int why = errno;
    if (why == ENOENT || why == ENOTDIR) return std::nullopt;
    throw startup_error("the position file " + path + " cannot be read: " + std::strerror(why) +
                        "; without it the next start would take a new snapshot");
  }
  auto found = offsets_from_json(*text);
  if (!found)
    throw startup_error(
        "the position file " + path +
        " is damaged; remove it to begin anew with a snapshot, or put a copy in its place");
  return found;
}

std::string save_offsets(const std::string& path, const offsets& o) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) return "cannot make the folder " + folder.string() + ": " + error.message();
  const int failed = replace_file(path, to_json(o));
  return failed == 0 ? std::string() : "cannot write " + path + ": " + std::strerror(failed);
}

}  // namespace tidewire::app
