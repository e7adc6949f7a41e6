#pragma once

#include <string>
#include <string_view>

/// Writing that survives a crash at any instant. All block; errors are errno values, 0 is success.
namespace tidewire {

/// Replaces the file's content as a whole: written beside it, synced, renamed over it, the folder
/// synced. Mode 0600.
int replace_file(const std::string& path, std::string_view content);

/// Adds one line (the newline is added here) and syncs; where a crash left half a line before, it
/// is ended first.
int append_line(const std::string& path, std::string_view line);

/// The text as part of a file's name: what is not a letter, a digit, `_`, `-` or `.` becomes %XX.
std::string file_safe(std::string_view text);

}  // namespace tidewire
