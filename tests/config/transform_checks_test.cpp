#include "config/loader.hpp"
#include "config/transform_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tidewire::config {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

loaded checked(const std::string& text) {
  auto all = read_values(text, "app.properties", [](std::string_view) { return std::nullopt; });
  check_transforms(all);
  return all;
}
std::vector<std::string> warnings_of(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& one : checked(text).warnings) out.push_back(one.message);
  return out;
}

const std::string route =
    "debezium.transforms=r\ndebezium.transforms.r.type=org.apache.kafka.connect.transforms."
    "RegexRouter\n";

TEST(TransformChecks, AWholeChainIsFine) {
  const auto all = checked(route +
                           "debezium.transforms.r.regex=a\ndebezium.transforms.r.replacement="
                           "b\ndebezium.transforms.r.predicate=p\n"
                           "debezium.transforms.r.negate=true\ndebezium.predicates=p\n"
                           "debezium.predicates.p.type=org.apache.kafka.connect.transforms."
                           "predicates.TopicNameMatches\ndebezium.predicates.p.pattern=x\n");
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_THAT(all.warnings, IsEmpty());
}

TEST(TransformChecks, AClassThatIsNotKnownIsRefusedWithTheOnesThatAre) {
  EXPECT_THAT(
      checked("debezium.transforms=u\ndebezium.transforms.u.type=io.debezium.transforms."
              "ExtractNewRecordStat\n")
          .problems,
      ElementsAre(AllOf(HasSubstr("app.properties:2: "),
                        HasSubstr("did you mean io.debezium.transforms.ExtractNewRecordState?"),
                        HasSubstr("There are io.debezium.transforms.ExtractNewRecordState, "
                                  "io.debezium.transforms.ByLogicalTableRouter"))));
  EXPECT_THAT(checked("debezium.transforms=u\n").problems,
              ElementsAre(HasSubstr("debezium.transforms.u.type is not set")));
}

TEST(TransformChecks, ScriptsAreRefusedWithTheAlternative) {
  EXPECT_THAT(checked("debezium.transforms=f\ndebezium.transforms.f.type=io.debezium.transforms."
                      "Filter\ndebezium.transforms.f.condition=value.op == 'c'\n")
                  .problems,
              ElementsAre(AllOf(HasSubstr("is refused"),
                                HasSubstr("Groovy"),
                                HasSubstr("tidewire.filter.<name>.pattern"))));
  EXPECT_THAT(checked("debezium.transforms=f\ndebezium.transforms.f.type=org.apache.kafka.connect."
                      "transforms.Cast\n")
                  .problems,
              ElementsAre(HasSubstr("$Key or $Value")));
}

TEST(TransformChecks, OptionsThatMeanNothingAreWarnedAbout) {
  EXPECT_THAT(warnings_of(route + "debezium.transforms.r.replacment=b\n"),
              ElementsAre(HasSubstr("did you mean replacement?")));
  EXPECT_THAT(warnings_of(route + "debezium.transforms.s.regex=b\n"),
              ElementsAre(HasSubstr("debezium.transforms does not name it")));
  EXPECT_THAT(
      checked(route + "debezium.transforms.r.predicate=p\ndebezium.predicates=pp\n").problems,
      Contains(
          AllOf(HasSubstr("debezium.predicates does not name it"), HasSubstr("did you mean pp?"))));
}

TEST(TransformChecks, CloudEventsAreNeitherTransformedNorFiltered) {
  const auto problems_of = [](const std::string& text) {
    const auto env = [](std::string_view) { return std::nullopt; };
    auto all = read_values("debezium.format.value=cloudevents\n" + text, "app.properties", env);
    check_across(all, env);
    return all.problems;
  };
  EXPECT_THAT(problems_of(route), Contains(HasSubstr("neither transformed nor filtered")));
  EXPECT_THAT(problems_of("tidewire.filter.a.pattern={\"op\":[\"c\"]}\n"),
              Contains(HasSubstr("neither transformed nor filtered")));
}

}  // namespace
}  // namespace tidewire::config
