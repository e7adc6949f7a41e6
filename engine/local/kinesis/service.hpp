#pragma once

#include "local/call/id_source.hpp"
#include "local/call/service.hpp"
#include "local/kinesis/members.hpp"
#include "local/kinesis/put_request.hpp"
#include "local/kinesis/stream.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::local {

class input_reader;
class journal;

/// Kinesis Data Streams in memory. PutRecords and GetRecords, which carry the weight, go from body
/// to body; everything else is a call with named members.
class kinesis_service : public service {
 public:
  struct options {
    identity who;
    std::size_t bytes_max = 0;  // of stored records; beyond, the oldest go. 0: no bound
    std::function<void(const std::string&)> warn = {};  // a sentence for whoever watches
  };
  struct body_call {
    std::string_view operation;
    body_format format = body_format::json;
    std::string_view body;
    std::chrono::system_clock::time_point now;
    fault_source* faults = nullptr;
    bool quotas = false;
    std::string* owner = nullptr;  // of the body, if it may be taken from there, and the view ends
  };
  struct body_answer {
    std::string bytes;  // in the format of the call
  };
  using body_reply = boost::system::result<body_answer, api_error>;

  explicit kinesis_service(options how);
  ~kinesis_service() override;

  reply handle(const operation_call& call) override;
  member_types members() const noexcept override { return kinesis_members; }
  void tick(std::chrono::system_clock::time_point now) override;

  static bool speaks_body(std::string_view operation) noexcept;  // PutRecords and GetRecords
  body_reply handle_body(const body_call& call);

  /// Takes one entry of an earlier run's journal; all of them before the first call.
  void replay(char kind, std::string_view payload);
  /// Writes what there is into the journal in its shortest form, and everything that follows behind
  /// it.
  void keep_in(journal& file);

 private:
  using time_point = std::chrono::system_clock::time_point;
  template <class T>
  using or_error = boost::system::result<T, api_error>;

  // service.cpp
  std::string arn_of(const std::string& name) const;
  or_error<kinesis_stream*> find_stream(std::optional<std::string_view> name,
                                        std::optional<std::string_view> arn);
  /// Reads StreamName and StreamARN; whatever is wrong with any member read before it comes first.
  or_error<kinesis_stream*> named_stream(input_reader& in);
  or_error<shard*> named_shard(kinesis_stream& stream, std::string_view id) const;
  api_error no_such_stream(std::string_view name) const;

  // control.cpp
  reply create_stream(const operation_call& call);
  reply delete_stream(const operation_call& call);
  reply describe_stream(const operation_call& call);
  reply describe_stream_summary(const operation_call& call);
  reply list_streams(const operation_call& call);
  boost::json::object summary_of(const kinesis_stream& stream) const;

  // list_shards.cpp
  static boost::json::object describe(const shard& one);
  reply list_shards(const operation_call& call);

  // settings.cpp
  /// Whether the stream is to be in the mode ON_DEMAND; nothing: the call does not say.
  static std::optional<bool> read_on_demand(input_reader& in, bool required);
  reply change_retention(const operation_call& call, bool up);
  reply update_record_size(const operation_call& call);
  reply update_stream_mode(const operation_call& call);
  reply describe_limits(const operation_call& call);

  // tags.cpp
  static std::map<std::string, std::string> read_tags(input_reader& in, bool required);
  /// Reads ResourceARN; whatever is wrong with any member read before it comes first.
  or_error<kinesis_stream*> named_resource(input_reader& in);
  reply add_tags(const operation_call& call, bool by_arn);
  reply remove_tags(const operation_call& call, bool by_arn);
  reply list_tags(const operation_call& call);
  reply list_tags_by_arn(const operation_call& call);

  // reshard.cpp
  reply split_shard(const operation_call& call);
  reply merge_shards(const operation_call& call);
  reply update_shard_count(const operation_call& call);
  void split(kinesis_stream& stream, shard& parent, hash_key second_first, std::int64_t now_ms);
  void merge(kinesis_stream& stream, shard& lower, shard& upper, std::int64_t now_ms);

  // put.cpp
  reply put_record(const operation_call& call);
  body_reply put_records(const body_call& call);
  std::optional<api_error> check_entries(const kinesis_stream& stream,
                                         const put_request& request) const;
  /// The shard for the entry, and why it does not take it now (empty: it does).
  std::string_view refusal(shard& home, std::size_t bytes, const body_call& call);
  std::uint64_t store(kinesis_stream& stream,
                      shard& home,
                      const put_entry& entry,
                      std::int64_t now_ms);
  /// Stores all records by keeping the body that they are in, where that costs little more memory.
  /// \return the index of the first, and where they all are; nothing: they are to be stored singly.
  std::optional<std::uint64_t> store_whole(kinesis_stream& stream,
                                           const put_request& request,
                                           std::string* owner,
                                           std::int64_t now_ms);
  /// Drops the oldest segments of all streams until the bound is kept; never the one just written
  /// to.
  void make_room(const record_log& written);
  record_log* log_with_the_oldest(const record_log& but_the_last_of);

  // get_iterator.cpp
  reply get_shard_iterator(const operation_call& call);

  // get.cpp
  body_reply get_records(const body_call& call);

  // journal.cpp
  void write_record(const kinesis_stream& stream, const shard& home, const record_view& record);
  void streams_changed();
  boost::json::object streams_as_json() const;
  void streams_from_json(const boost::json::object& all);
  void record_from_journal(std::string_view payload);
  void rewrite_journal();

  options how_;
  id_source ids_;
  std::map<std::string, std::unique_ptr<kinesis_stream>, std::less<>> streams_;
  std::size_t stored_bytes_ = 0;
  std::uint64_t failed_entries_ = 0;  // turns the kind of the next injected failure
  bool warned_ = false;
  journal* journal_ = nullptr;
  std::string journal_entry_;
};

}  // namespace tidewire::local
