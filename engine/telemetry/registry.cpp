#include "telemetry/registry.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cassert>
#include <deque>
#include <limits>
#include <mutex>
#include <sstream>
#include <variant>

namespace tidewire::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct figure {
  labels with;
  std::variant<const counter*, const gauge*, const histogram*, std::function<double()>> source;
};

void read_into(ClientMetric& out, MetricType, const counter* from) {
  out.counter.value = static_cast<double>(from->value());
}
void read_into(ClientMetric& out, MetricType, const gauge* from) {
  out.gauge.value = static_cast<double>(from->value());
}
void read_into(ClientMetric& out, MetricType type, const std::function<double()>& from) {
  (type == MetricType::Counter ? out.counter.value : out.gauge.value) = from();
}
void read_into(ClientMetric& out, MetricType, const histogram* from) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i <= from->bound_count(); ++i) {
    so_far += from->count_at(i);
    const bool last = i == from->bound_count();
    const double bound =
        last ? std::numeric_limits<double>::infinity() : static_cast<double>(from->bound(i));
    out.histogram.bucket.push_back({so_far, bound});
  }
  out.histogram.sample_count = so_far;
  out.histogram.sample_sum = static_cast<double>(from->sum());
}

struct family {
  std::string name;
  std::string help;
  MetricType type = MetricType::Untyped;
  std::vector<figure> figures;
};

MetricFamily read(const family& from) {
  MetricFamily out{from.name, from.help, from.type, {}};
  for (const auto& one : from.figures) {
    ClientMetric metric;
    for (const auto& [name, value] : one.with) metric.label.push_back({name, value});
    std::visit([&](const auto& source) { read_into(metric, from.type, source); }, one.source);
    out.metric.push_back(std::move(metric));
  }
  return out;
}

}  // namespace

struct registry::state {
  mutable std::mutex mutex;
  std::vector<family> families;
  std::deque<counter> counters;  // deques: a figure never moves
  std::deque<gauge> gauges;
  std::deque<histogram> histograms;

  void add(std::string name, std::string help, MetricType type, figure one) {
    const auto known = std::find_if(
        families.begin(), families.end(), [&](const family& f) { return f.name == name; });
    if (known == families.end()) {
      families.push_back({std::move(name), std::move(help), type, {}});
      families.back().figures.push_back(std::move(one));
      return;
    }
    assert(known->type == type && "one name, one kind of figure");
    known->figures.push_back(std::move(one));
  }
};

registry::registry() : state_(std::make_unique<state>()) {}
registry::~registry() = default;

counter& registry::add_counter(std::string name, std::string help, labels with) {
  const std::lock_guard lock(state_->mutex);
  auto& made = state_->counters.emplace_back();
  state_->add(std::move(name), std::move(help), MetricType::Counter, {std::move(with), &made});
  return made;
}

gauge& registry::add_gauge(std::string name, std::string help, labels with) {
  const std::lock_guard lock(state_->mutex);
  auto& made = state_->gauges.emplace_back();
  state_->add(std::move(name), std::move(help), MetricType::Gauge, {std::move(with), &made});
  return made;
}

histogram& registry::add_histogram(std::string name,
                                   std::string help,
                                   std::initializer_list<std::uint64_t> bounds,
                                   labels with) {
  const std::lock_guard lock(state_->mutex);
  auto& made = state_->histograms.emplace_back(bounds);
  state_->add(std::move(name), std::move(help), MetricType::Histogram, {std::move(with), &made});
  return made;
}

void registry::add_computed(std::string name,
                            std::string help,
                            std::function<double()> read,
                            labels with) {
  const std::lock_guard lock(state_->mutex);
  state_->add(
      std::move(name), std::move(help), MetricType::Gauge, {std::move(with), std::move(read)});
}

void registry::add_computed_counter(std::string name,
                                    std::string help,
                                    std::function<double()> read,
                                    labels with) {
  const std::lock_guard lock(state_->mutex);
  state_->add(
      std::move(name), std::move(help), MetricType::Counter, {std::move(with), std::move(read)});
}

void registry::add_existing(std::string name,
                            std::string help,
                            const histogram& which,
                            labels with) {
  const std::lock_guard lock(state_->mutex);
  state_->add(std::move(name), std::move(help), MetricType::Histogram, {std::move(with), &which});
}

std::string registry::prometheus_text() const {
  std::vector<MetricFamily> all;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& one : state_->families) all.push_back(read(one));
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, all);
  return std::move(out).str();
}

}  // namespace tidewire::telemetry
