#pragma once

#include "app/child_process.hpp"
#include "app/demo_cluster.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::app {

/// A folder under the system's temporary one, removed with everything in it when this object goes.
class temporary_folder {
 public:
  temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder();
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// The seed's docker compose as one process tree: PostgreSQL with the inventory schema, the local
/// AWS, provisioning, the engine, the relay and the consumer, each a process of this same program,
/// each with its log in the folder.
class demo_road {
 public:
  /// Starts everything in order. \throws startup_error with the log of the part that failed.
  explicit demo_road(const std::string& folder);
  ~demo_road();
  demo_road(const demo_road&) = delete;
  demo_road& operator=(const demo_road&) = delete;

  static constexpr const char* database = "inventory_db";

  demo_cluster& postgres() noexcept { return postgres_; }
  /// The consumer's standard output: one JSON line per event.
  int events_fd() const noexcept { return consumer_->output_fd(); }
  /// The parts that ended although nobody asked them to, with the ends of their logs; empty while
  /// all is well.
  std::string casualties();
  std::string endpoint() const;
  std::string health_url() const;
  /// Ends the parts from the consumer back to the database, so that none sees its neighbour vanish.
  void stop();

 private:
  std::string folder_;
  demo_cluster postgres_;
  std::uint16_t aws_port_;
  std::uint16_t health_port_;
  std::optional<child_process> aws_, engine_, relay_, consumer_;

  void write_configuration() const;
  child_process part(const std::string& subcommand, bool pipe_output = false) const;
  void await_local_aws();
  void provision() const;
  std::string log_of(const std::string& subcommand) const;
};

}  // namespace tidewire::app
