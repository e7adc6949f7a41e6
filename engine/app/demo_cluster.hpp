#pragma once

#include "app/child_process.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::app {

/// A PostgreSQL of its own in a temporary folder, set up for logical decoding and gone with this
/// object. When root starts it, it runs as the user postgres, since PostgreSQL refuses root.
class demo_cluster {
 public:
  /// Makes the cluster under `folder` (which must exist) and waits until it answers.
  /// \throws startup_error saying what is missing, with the end of PostgreSQL's own words.
  explicit demo_cluster(const std::string& folder);

  std::uint16_t port() const noexcept { return port_; }
  /// `psql -h … -p … -U postgres -d database`, as a person would type it.
  std::string psql_command(const std::string& database) const;
  /// Runs SQL by psql. \throws startup_error with psql's words when it fails.
  void run(const std::string& database, const std::string& sql) const;
  void stop();

 private:
  std::string folder_;
  std::string programs_;  // the folder of initdb, postgres and psql
  std::uint16_t port_;
  std::optional<child_process> server_;

  void make();
  void start();
  bool answers() const;
};

}  // namespace tidewire::app
