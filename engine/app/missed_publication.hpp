#pragma once

#include "base/lsn.hpp"

#include <string>
#include <string_view>

namespace tidewire::app {

/// A place of the log that was written while the publication was missing: it was dropped and made
/// anew, or made after the slot. The server decodes each change with the catalogue of its time, so
/// the stream ends there whenever it comes there, although the publication exists by now.
class missed_publication {
 public:
  /// The stream ended for want of the publication; `read_to` is the end of the last transaction
  /// that it brought.
  void ended(lsn read_to) noexcept;

  /// Times in a row, at one place.
  unsigned count() const noexcept { return count_; }
  /// Not the moment between a drop and the making anew, of which nothing was written.
  bool sure() const noexcept { return count_ >= sure_after; }

 private:
  static constexpr unsigned sure_after = 3;

  lsn read_to_;
  unsigned count_ = 0;
};

/// What it means, and what there is to choose from, as the end of a message.
std::string meaning_of_missed_publication(std::string_view slot, lsn read_to);

}  // namespace tidewire::app
