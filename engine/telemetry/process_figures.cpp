#include "telemetry/process_figures.hpp"

#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

namespace tidewire::telemetry {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return words;
}

bool read_number(std::string_view word, std::uint64_t& out) {
  return std::from_chars(word.data(), word.data() + word.size(), out).ec == std::errc();
}

std::optional<process_times> own_times() {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_process_stat(text);
}

double seconds_of(std::uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// The system's start, Unix time.
double boot_seconds() {
  timespec up{};
  clock_gettime(CLOCK_BOOTTIME, &up);
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return now.count() - static_cast<double>(up.tv_sec) - static_cast<double>(up.tv_nsec) * 1e-9;
}

double open_files() {
  std::error_code ec;
  double count = -1;  // the one that reads the folder
  for (std::filesystem::directory_iterator entry("/proc/self/fd", ec), end; !ec && entry != end;
       entry.increment(ec))
    ++count;
  return count;
}

}  // namespace

std::optional<process_times> parse_process_stat(std::string_view text) {
  // pid (name) state ppid …: fields 14, 15, 22 and 24 of proc(5), counted from 1; the state is 3.
  constexpr std::size_t state = 3, user = 14, system = 15, start = 22, pages = 24;
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto words = words_of(text.substr(name_end + 1));
  if (words.size() <= pages - state) return std::nullopt;
  process_times times;
  std::uint64_t in_kernel = 0;
  if (!read_number(words[user - state], times.cpu_ticks) ||
      !read_number(words[system - state], in_kernel) ||
      !read_number(words[start - state], times.start_ticks) ||
      !read_number(words[pages - state], times.resident_pages))
    return std::nullopt;
  times.cpu_ticks += in_kernel;
  return times;
}

void add_process_figures(registry& to) {
  to.add_computed("process_resident_memory_bytes", "Memory of the process.", [] {
    const auto times = own_times();
    return times ? static_cast<double>(times->resident_pages) *
                       static_cast<double>(sysconf(_SC_PAGESIZE))
                 : -1.0;
  });
  to.add_computed_counter("process_cpu_seconds_total", "Processor time of the process.", [] {
    const auto times = own_times();
    return times ? seconds_of(times->cpu_ticks) : -1.0;
  });
  to.add_computed(
      "process_start_time_seconds", "When the process began, Unix time.", [boot = boot_seconds()] {
        const auto times = own_times();
        return times ? boot + seconds_of(times->start_ticks) : -1.0;
      });
  to.add_computed("process_open_fds", "Open files and sockets.", [] { return open_files(); });
}

}  // namespace tidewire::telemetry
