#include "transform/step.hpp"

/// io.debezium.transforms.partitions.PartitionRouting: chooses a partition of Kafka's. A stream is
/// divided by the key, so nothing remains of it but that its options are checked.
namespace tidewire::transform {
namespace {

class partition_routing final : public step {
 public:
  explicit partition_routing(const step_options& options) {
    options.required("partition.payload.fields");
    options.required("partition.topic.num");
    options.choice("partition.hash.function", "java", {"java", "murmur"});
  }
  outcome apply(record& /*r*/) override { return outcome::kept; }
  bool needs_content() const noexcept override { return false; }
};

}  // namespace

std::unique_ptr<step> make_partition_routing(const step_options& options) {
  return std::make_unique<partition_routing>(options);
}

}  // namespace tidewire::transform
