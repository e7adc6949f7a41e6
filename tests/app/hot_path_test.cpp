#include "app/translator.hpp"
#include "event/change_encoder.hpp"
#include "event/every_type.hpp"
#include "pipeline/batch_pool.hpp"
#include "pipeline/lanes.hpp"
#include "pipeline/outlet.hpp"
#include "postgres/copy_frames.hpp"
#include "postgres/message_bytes.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/replication_message.hpp"
#include "support/allocations.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace tidewire::app {
namespace {

using tidewire::testing::allocations;
using tidewire::testing::message_bytes;

constexpr std::size_t rows_per_transaction = 100;
constexpr std::uint32_t int4 = 23;
constexpr std::uint32_t varchar = 1043;

/// A road of one table without sockets, threads and AWS: stream bytes → frames → rows → events →
/// batches → lanes → requests.
class HotPath : public ::testing::Test {
 protected:
  HotPath() {
    how_.topic_prefix = "bench";
    how_.database = "inventory_db";
    postgres::type_catalog types;
    types.add({.id = oid{int4}, .name = "int4"});
    types.add({.id = oid{varchar}, .name = "varchar"});
    postgres::table table;
    table.schema = "inventory";
    table.name = "products";
    table.key = {0};
    for (const auto& [name, type] : {std::pair{"id", int4}, std::pair{"name", varchar}}) {
      postgres::column column;
      column.name = name;
      column.type = oid{type};
      table.columns.push_back(column);
    }
    translator_.set_plan(oid{16385},
                         event::make_plan(table, types, how_, names_, event::origin::stream));
  }

  static void frame(std::string& out, const std::string& change) {
    const std::string piece = message_bytes('w').i64(1).i64(2).i64(3).raw(change).str();
    out += message_bytes('d').i32(static_cast<std::int64_t>(piece.size() + 4)).raw(piece).str();
  }

  /// One transaction, as the walsender sends it.
  std::string transaction() {
    std::string bytes;
    ++commit_;
    frame(bytes, message_bytes('B').i64(commit_).i64(1).i32(7).str());
    for (std::size_t i = 0; i < rows_per_transaction; ++i)
      frame(bytes,
            message_bytes('I')
                .i32(16385)
                .raw("N")
                .i16(2)
                .text_column(std::to_string(++id_))
                .text_column("a scooter, small and \"light\"")
                .str());
    frame(bytes, message_bytes('C').i8(0).i64(commit_).i64(commit_).i64(1).str());
    return bytes;
  }

  /// What the reader does with what it has received.
  void read(std::string_view bytes) {
    std::memcpy(frames_.prepare(bytes.size()), bytes.data(), bytes.size());
    frames_.commit(bytes.size());
    std::string_view body;
    while (frames_.next(body) == postgres::copy_frames::kind::data) {
      const auto message = postgres::decode_replication_message(body);
      const auto& piece = std::get<postgres::xlog_data>(*message);
      const auto change = decoder_.decode(piece.payload);
      const auto commit = translator_.apply(*change, piece);
      if (*commit) out_.committed(**commit);
    }
  }

  /// Five transactions: a full batch.
  void round() {
    ASSERT_TRUE(out_.has_room());
    for (const std::string& bytes : received_) read(bytes);
    counted_reading_ = allocations();
    out_.seal();
    pipeline::batch* const b = between_.take_filled();
    ASSERT_NE(b, nullptr);
    const std::uint64_t before = allocations();
    lanes_.add(*b);
    while (lanes_.take({}, {}, request_)) {
      published_ += request_.records.size();
      for (pipeline::record_state* r : request_.records) lanes_.durable(*r);
      lanes_.request_done(*request_.destination, {});
    }
    publishing_ = allocations() - before;
    between_.give_back(*b);
    out_.collect();
  }

  void receive() {
    received_.clear();
    for (int i = 0; i < 5; ++i) received_.push_back(transaction());
  }

  boost::asio::io_context io_;
  event::options how_;
  event::streams names_;
  pipeline::doorbell bell_{io_.get_executor()};
  pipeline::batch_pool pool_{{}};
  pipeline::exchange between_{256, io_.get_executor(), bell_};
  pipeline::outlet out_{{}, pool_, {&between_}};
  pipeline::lanes lanes_{{}};
  pipeline::lanes::request request_;
  translator translator_{how_,
                         [](auto, auto) { return true; },
                         names_,
                         out_,
                         [] { return std::chrono::system_clock::time_point(); }};
  postgres::pgoutput_decoder decoder_;
  postgres::copy_frames frames_;
  std::vector<std::string> received_;
  std::uint64_t commit_ = 100;
  std::uint64_t id_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t counted_reading_ = 0;
  std::uint64_t publishing_ = 0;
};

TEST_F(HotPath, OnceWarmNeitherReadingNorPublishingARowAllocates) {
  for (int i = 0; i < 20; ++i) {
    receive();
    round();
  }
  ASSERT_GT(allocations(), 0U) << "nothing is counted";
  for (int i = 0; i < 20; ++i) {
    receive();
    const std::uint64_t before = allocations();
    round();
    EXPECT_EQ(counted_reading_ - before, 0U);
    EXPECT_EQ(publishing_, 0U);
  }
  EXPECT_EQ(published_, 40 * 5 * rows_per_transaction);
}

TEST(HotRow, OfEveryTypeInEveryModeAllocatesNothingOnceWarm) {
  using event::test::modes;
  const auto& columns = event::test::every_type();
  const auto row = event::test::row_of(columns);
  for (const modes chosen : {modes::usual, modes::text, modes::other})
    for (const event::origin from : {event::origin::stream, event::origin::snapshot}) {
      const event::options how = event::test::options_of(chosen);
      event::streams names;
      event::record_buffer buffer;
      event::single_output out{buffer};
      event::change_encoder encoder{how, out};
      const auto plan = event::make_plan(
          event::test::table_of(columns), event::test::catalogue_of(columns), how, names, from);
      event::change_context context;
      const auto change = [&] {
        buffer.clear();
        encoder.insert(*plan, row, context);
        encoder.update(*plan, event::old_row::full, row, row, context);
        encoder.remove(*plan, event::old_row::full, row, context);
      };
      change();
      EXPECT_EQ(encoder.unrepresentable_count(), 0U);
      const std::uint64_t before = allocations();
      for (int i = 0; i < 10; ++i) change();
      EXPECT_EQ(allocations(), before);
      EXPECT_EQ(buffer.records.size(), 4U);
    }
}

}  // namespace
}  // namespace tidewire::app
