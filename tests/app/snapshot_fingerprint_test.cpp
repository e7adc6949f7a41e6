#include "app/snapshot_fingerprint.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::app {
namespace {

std::uint32_t fingerprint(const std::string& more,
                          const std::string& host = "db",
                          const std::string& name = "shop") {
  const auto none = [](std::string_view) { return std::optional<std::string>(); };
  const std::string needed =
      "debezium.sink.type=stdout\ndebezium.source.database.user=me\n"
      "debezium.source.topic.prefix=shop\ndebezium.source.database.hostname=" +
      host + "\ndebezium.source.database.dbname=" + name + '\n';
  return snapshot_fingerprint(config::settings::parse(needed + more, "test", none, {}));
}

TEST(SnapshotFingerprint, IsOfWhatTheFileSaysNotOfTheOrderInWhichItDoes) {
  const std::string one = "debezium.source.decimal.handling.mode=string\n",
                    other = "debezium.format.schemas.enable=false\n";
  EXPECT_EQ(fingerprint(one + other), fingerprint(other + one));
}

TEST(SnapshotFingerprint, ChangesWithWhatEventsAreAndWhereTheyGo) {
  for (const char* more : {"debezium.source.decimal.handling.mode=string\n",
                           "debezium.source.table.exclude.list=public.t\n",
                           "debezium.format.schemas.enable=false\n",
                           "debezium.sink.kinesis.null.key=none\n",
                           "debezium.transforms=x\ndebezium.transforms.x.type=org.apache.kafka."
                           "connect.transforms.RegexRouter\ndebezium.transforms.x.regex=a\n"
                           "debezium.transforms.x.replacement=b\n"})
    EXPECT_NE(fingerprint(more), fingerprint("")) << more;
  EXPECT_NE(fingerprint("", "db", "other"), fingerprint(""));
}

TEST(SnapshotFingerprint, StaysWithHowRowsAreReadAndKept) {
  for (const char* more : {"debezium.source.database.password=secret\n",
                           "debezium.source.snapshot.max.threads=4\n",
                           "debezium.source.offset.flush.interval.ms=5\n",
                           "tidewire.memory.budget=32MiB\n",
                           "tidewire.snapshot.piece=1MiB\n"})
    EXPECT_EQ(fingerprint(more), fingerprint("")) << more;
  EXPECT_EQ(fingerprint("", "standby"), fingerprint(""));
}

}  // namespace
}  // namespace tidewire::app
