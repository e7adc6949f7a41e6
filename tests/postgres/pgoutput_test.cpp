#include "postgres/pgoutput.hpp"

#include "postgres/message_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::postgres {
namespace {

using testing::message_bytes;

template <class Message>
Message decoded(pgoutput_decoder& decoder, const std::string& bytes) {
  const auto message = decoder.decode(bytes);
  EXPECT_TRUE(message.has_value()) << message.error().message();
  const auto* found = message ? std::get_if<Message>(&*message) : nullptr;
  EXPECT_NE(found, nullptr);
  return found != nullptr ? *found : Message{};
}

error_code refused(const std::string& bytes) {
  pgoutput_decoder decoder;
  const auto message = decoder.decode(bytes);
  return message ? error_code() : message.error();
}

std::string begin_bytes() {
  return message_bytes('B').i64(9).i64(77).i32(7).str();
}
std::string commit_bytes() {
  return message_bytes('C').i8(0).i64(9).i64(12).i64(77).str();
}
std::string origin_bytes() {
  return message_bytes('O').i64(5).c_string("node_a").str();
}
std::string relation_bytes() {
  return message_bytes('R')
      .i32(16385)
      .c_string("public")
      .c_string("t")
      .raw("d")
      .i16(2)
      .i8(1)
      .c_string("id")
      .i32(23)
      .i32(-1)
      .i8(0)
      .c_string("name")
      .i32(1043)
      .i32(259)
      .str();
}
std::string type_bytes() {
  return message_bytes('Y').i32(16390).c_string("public").c_string("mood").str();
}
std::string insert_bytes() {
  return message_bytes('I')
      .i32(16385)
      .raw("N")
      .i16(4)
      .text_column("1")
      .raw("n")
      .raw("u")
      .raw("b")
      .i32(2)
      .raw("\x01\x02")
      .str();
}
std::string update_bytes() {
  return message_bytes('U')
      .i32(16385)
      .raw("K")
      .i16(2)
      .text_column("1")
      .raw("n")
      .raw("N")
      .i16(2)
      .text_column("2")
      .text_column("")
      .str();
}
std::string delete_bytes() {
  return message_bytes('D').i32(16385).raw("O").i16(2).text_column("1").text_column("x").str();
}
std::string truncate_bytes() {
  return message_bytes('T').i32(2).i8(3).i32(16385).i32(16386).str();
}
std::string message_of_bytes() {
  return message_bytes('M')
      .i8(1)
      .i64(44)
      .c_string("audit")
      .i32(3)
      .raw(std::string_view("a\0b", 3))
      .str();
}

std::vector<std::string> all_messages() {
  return {begin_bytes(),
          commit_bytes(),
          origin_bytes(),
          relation_bytes(),
          type_bytes(),
          insert_bytes(),
          update_bytes(),
          delete_bytes(),
          truncate_bytes(),
          message_of_bytes()};
}

TEST(PgoutputDecoder, ReadsABegin) {
  pgoutput_decoder decoder;
  const auto m = decoded<begin_message>(decoder, begin_bytes());
  EXPECT_EQ(m.final_lsn, lsn{9});
  EXPECT_EQ(m.commit_time_us, 77);
  EXPECT_EQ(m.xid, 7U);
}

TEST(PgoutputDecoder, ReadsACommitWithItsEnd) {
  pgoutput_decoder decoder;
  const auto m = decoded<commit_message>(decoder, commit_bytes());
  EXPECT_EQ(m.commit_lsn, lsn{9});
  EXPECT_EQ(m.end_lsn, lsn{12});
  EXPECT_EQ(m.commit_time_us, 77);
}

TEST(PgoutputDecoder, ReadsAnOrigin) {
  pgoutput_decoder decoder;
  const auto bytes = origin_bytes();
  const auto m = decoded<origin_message>(decoder, bytes);
  EXPECT_EQ(m.commit_lsn, lsn{5});
  EXPECT_EQ(m.name, "node_a");
}

TEST(PgoutputDecoder, ReadsARelationWithItsColumnsTypesAndIdentity) {
  pgoutput_decoder decoder;
  const auto bytes = relation_bytes();
  const auto m = decoded<relation_message>(decoder, bytes);
  EXPECT_EQ(m.id, oid{16385});
  EXPECT_EQ(m.schema, "public");
  EXPECT_EQ(m.name, "t");
  EXPECT_EQ(m.identity, replica_identity::by_default);
  ASSERT_EQ(m.columns.size(), 2U);
  EXPECT_TRUE(m.columns[0].key);
  EXPECT_EQ(m.columns[0].name, "id");
  EXPECT_EQ(m.columns[0].type, oid{23});
  EXPECT_EQ(m.columns[0].modifier, -1);
  EXPECT_FALSE(m.columns[1].key);
  EXPECT_EQ(m.columns[1].name, "name");
  EXPECT_EQ(m.columns[1].modifier, 259);
}

TEST(PgoutputDecoder, ReadsATypeOfPgCatalogWithAnEmptySchema) {
  pgoutput_decoder decoder;
  const auto bytes = message_bytes('Y').i32(600).c_string("").c_string("point").str();
  const auto m = decoded<type_message>(decoder, bytes);
  EXPECT_EQ(m.id, oid{600});
  EXPECT_EQ(m.schema, "");
  EXPECT_EQ(m.name, "point");
}

TEST(PgoutputDecoder, ReadsAnInsertWithEachKindOfColumn) {
  pgoutput_decoder decoder;
  const auto bytes = insert_bytes();
  const auto m = decoded<insert_message>(decoder, bytes);
  EXPECT_EQ(m.relation, oid{16385});
  ASSERT_EQ(m.new_row.size(), 4U);
  EXPECT_EQ(m.new_row[0].kind, value_kind::text);
  EXPECT_EQ(m.new_row[0].bytes, "1");
  EXPECT_EQ(m.new_row[1].kind, value_kind::null);
  EXPECT_EQ(m.new_row[2].kind, value_kind::unchanged_toast);
  EXPECT_EQ(m.new_row[3].kind, value_kind::binary);
  EXPECT_EQ(m.new_row[3].bytes, "\x01\x02");
}

TEST(PgoutputDecoder, ValuesAreViewsIntoTheMessage) {
  pgoutput_decoder decoder;
  const auto bytes = insert_bytes();
  const auto m = decoded<insert_message>(decoder, bytes);
  const char* const at = m.new_row[0].bytes.data();
  EXPECT_TRUE(at >= bytes.data() && at < bytes.data() + bytes.size());
}

TEST(PgoutputDecoder, ReadsAnUpdateWithoutAnOldRow) {
  pgoutput_decoder decoder;
  const auto bytes = message_bytes('U').i32(1).raw("N").i16(1).text_column("x").str();
  const auto m = decoded<update_message>(decoder, bytes);
  EXPECT_EQ(m.old_kind, old_row_kind::none);
  EXPECT_TRUE(m.old_row.empty());
  ASSERT_EQ(m.new_row.size(), 1U);
  EXPECT_EQ(m.new_row[0].bytes, "x");
}

TEST(PgoutputDecoder, ReadsAnUpdateWithTheOldKey) {
  pgoutput_decoder decoder;
  const auto bytes = update_bytes();
  const auto m = decoded<update_message>(decoder, bytes);
  EXPECT_EQ(m.old_kind, old_row_kind::key);
  ASSERT_EQ(m.old_row.size(), 2U);
  EXPECT_EQ(m.old_row[0].bytes, "1");
  EXPECT_EQ(m.old_row[1].kind, value_kind::null);
  EXPECT_EQ(m.new_row[0].bytes, "2");
  EXPECT_EQ(m.new_row[1].kind, value_kind::text);
  EXPECT_EQ(m.new_row[1].bytes, "");
}

TEST(PgoutputDecoder, ReadsADeleteWithTheWholeOldRow) {
  pgoutput_decoder decoder;
  const auto bytes = delete_bytes();
  const auto m = decoded<delete_message>(decoder, bytes);
  EXPECT_EQ(m.old_kind, old_row_kind::full);
  ASSERT_EQ(m.old_row.size(), 2U);
  EXPECT_EQ(m.old_row[1].bytes, "x");
}

TEST(PgoutputDecoder, ReadsATruncateOfSeveralTables) {
  pgoutput_decoder decoder;
  const auto m = decoded<truncate_message>(decoder, truncate_bytes());
  EXPECT_TRUE(m.cascade);
  EXPECT_TRUE(m.restart_identity);
  ASSERT_EQ(m.relations.size(), 2U);
  EXPECT_EQ(m.relations[1], oid{16386});
}

TEST(PgoutputDecoder, ReadsALogicalMessageWithZeroBytes) {
  pgoutput_decoder decoder;
  const auto bytes = message_of_bytes();
  const auto m = decoded<logical_message>(decoder, bytes);
  EXPECT_TRUE(m.transactional);
  EXPECT_EQ(m.position, lsn{44});
  EXPECT_EQ(m.prefix, "audit");
  EXPECT_EQ(m.content, std::string_view("a\0b", 3));
}

TEST(PgoutputDecoder, ReportsTruncationAtEveryByteOfEveryMessage) {
  for (const std::string& whole : all_messages())
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(refused(whole.substr(0, size)), errc::truncated_message)
          << whole.front() << " at " << size;
}

TEST(PgoutputDecoder, RefusesBytesAfterEveryMessage) {
  for (const std::string& whole : all_messages())
    EXPECT_EQ(refused(whole + '\0'), errc::malformed_message) << whole.front();
}

TEST(PgoutputDecoder, RefusesTypesThatTheProtocolDoesNotHaveAndThoseOfLaterVersions) {
  for (const char type : {'X', '\0', 'S', 'E', 'c', 'A'})
    EXPECT_EQ(refused(std::string(1, type)), errc::unknown_message_type);
}

TEST(PgoutputDecoder, RefusesAnUnknownKindOfColumnTupleOrIdentity) {
  EXPECT_EQ(refused(message_bytes('I').i32(1).raw("N").i16(1).raw("q").str()),
            errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('I').i32(1).raw("X").i16(0).str()), errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('D').i32(1).raw("N").i16(0).str()), errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('U').i32(1).raw("K").i16(0).raw("K").i16(0).str()),
            errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('R').i32(1).c_string("").c_string("t").raw("z").i16(0).str()),
            errc::malformed_message);
}

TEST(PgoutputDecoder, RefusesNegativeCountsAndSizes) {
  EXPECT_EQ(refused(message_bytes('I').i32(1).raw("N").i16(-1).str()), errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('I').i32(1).raw("N").i16(1).raw("t").i32(-1).str()),
            errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('T').i32(-1).i8(0).str()), errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('M').i8(0).i64(1).c_string("p").i32(-1).str()),
            errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('R').i32(1).c_string("").c_string("t").raw("d").i16(-1).str()),
            errc::malformed_message);
}

TEST(PgoutputDecoder, DoesNotAskForMemoryThatAWrongCountClaims) {
  EXPECT_EQ(refused(message_bytes('T').i32(2147483647).i8(0).i32(1).str()),
            errc::truncated_message);
  EXPECT_EQ(refused(message_bytes('I').i32(1).raw("N").i16(32767).raw("n").str()),
            errc::truncated_message);
}

TEST(PgoutputDecoder, CanBeUsedOnAfterAnError) {
  pgoutput_decoder decoder;
  EXPECT_FALSE(decoder.decode("I").has_value());
  const auto bytes = insert_bytes();
  EXPECT_EQ(decoded<insert_message>(decoder, bytes).new_row.size(), 4U);
}

TEST(PgoutputDecoder, UsesTheSameMemoryForTheNextRow) {
  pgoutput_decoder decoder;
  const auto bytes = insert_bytes();
  const auto* const first = decoded<insert_message>(decoder, bytes).new_row.data();
  const auto narrow = message_bytes('I').i32(1).raw("N").i16(1).raw("n").str();
  const auto second = decoded<insert_message>(decoder, narrow).new_row;
  EXPECT_EQ(second.data(), first);
  EXPECT_EQ(second.size(), 1U);
}

}  // namespace
}  // namespace tidewire::postgres
