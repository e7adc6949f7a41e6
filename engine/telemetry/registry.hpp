#pragma once

#include "telemetry/counter.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::telemetry {

using labels = std::vector<std::pair<std::string, std::string>>;

/// All figures by name, and how to print them for Prometheus. Our names begin with `tidewire_`; the
/// ones that dashboards for Debezium look for (`debezium_metrics_MilliSecondsBehindSource`, …) are
/// registered beside them by whoever knows the figure. Figures live as long as the registry and
/// keep their address. Registering and printing may happen in any thread.
class registry {
 public:
  registry();
  ~registry();

  /// A new figure. The same name may be registered again with other labels; it then has the same
  /// kind and help.
  counter& add_counter(std::string name, std::string help, labels with = {});
  gauge& add_gauge(std::string name, std::string help, labels with = {});
  histogram& add_histogram(std::string name,
                           std::string help,
                           std::initializer_list<std::uint64_t> bounds,
                           labels with = {});

  /// A figure that goes up and down and is asked for when it is printed, in the printing thread;
  /// what `read` looks at outlives the registry.
  void add_computed(std::string name,
                    std::string help,
                    std::function<double()> read,
                    labels with = {});
  /// The same of one that only grows: what may be asked of a figure (`rate()`) depends on its kind.
  void add_computed_counter(std::string name,
                            std::string help,
                            std::function<double()> read,
                            labels with = {});
  /// One that lives elsewhere, and outlives the registry.
  void add_existing(std::string name, std::string help, const histogram& which, labels with = {});

  /// The text exposition format 0.0.4.
  std::string prometheus_text() const;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tidewire::telemetry
