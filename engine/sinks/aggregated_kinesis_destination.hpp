#pragma once

#include "aws/kinesis.hpp"
#include "sinks/aggregator.hpp"
#include "sinks/destination.hpp"
#include "sinks/kinesis_destination.hpp"
#include "sinks/shard_map.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tidewire::sinks {

/// Many records travel in one Kinesis record, in the form of Amazon's producer library, so that the
/// limit of 1,000 records a second and shard is one of aggregates. The records of an aggregate
/// arrive together or not at all. Which shard has a key is asked once per stream, and again when a
/// record has arrived elsewhere: the stream was resharded, and the aggregate goes again.
class aggregated_kinesis_destination final : public destination {
 public:
  aggregated_kinesis_destination(aws::kinesis_client client, kinesis_destination::options how);

  const pipeline::lanes::limits& limits() const noexcept override { return limits_; }
  std::string_view kind() const noexcept override { return "Kinesis stream"; }
  asio::awaitable<void> send(const pipeline::lanes::request& what, report& out) override;

 private:
  using shards = std::shared_ptr<const shard_map>;
  std::unique_ptr<aggregator> idle_aggregator();
  void keep(std::unique_ptr<aggregator> done);
  aws::call<shards> shards_of(std::string stream);
  aws::outcome<aws::nothing> put_together(const pipeline::lanes::request& what,
                                          const shard_map& map,
                                          aggregator& into) const;
  std::string_view compressed(aggregator::group& group, std::string_view data);
  asio::awaitable<void> put(const pipeline::lanes::request& what,
                            const shard_map& map,
                            std::span<aggregator::group> groups,
                            report& out);

  aws::kinesis_client client_;
  kinesis_destination::options how_;
  compressor compressor_;
  pipeline::lanes::limits limits_;
  std::map<std::string, shards, std::less<>> known_;  // by stream
  std::vector<std::unique_ptr<aggregator>> idle_;     // the one used last at the end
  std::size_t idle_bytes_ = 0;                        // their memory
};

}  // namespace tidewire::sinks
