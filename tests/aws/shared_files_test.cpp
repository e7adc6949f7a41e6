#include "aws/credential_providers.hpp"
#include "aws/ini_file.hpp"
#include "aws/queue_host.hpp"
#include "aws/resolve.hpp"
#include "http/run_task.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace {

using namespace tidewire;
using namespace tidewire::aws;
using ::testing::HasSubstr;
using tidewire::testing::run_task;

std::string value_in(const ini_file& file, std::string_view section, std::string_view key) {
  const auto* const s = file.find(section);
  const auto* const v = s == nullptr ? nullptr : s->find(key);
  return v == nullptr ? "(not set)" : *v;
}

TEST(IniFile, ReadsSectionsKeysAndComments) {
  const auto file = ini_file::parse(
      "lost = before any section\n# a comment\n[default]\nRegion=eu-west-1 # here\n  ; indented "
      "comment\naws_secret_access_key = a#b;c=d/e+f==  \r\nempty =\n"
      "[ profile   \"two words\" ] # why not\nregion = us-east-2\nregion = us-east-1\nno equals "
      "sign\n=no key\n[broken\nkey = x\n[default]\noutput=json");
  EXPECT_EQ(value_in(file, "default", "region"), "eu-west-1");
  EXPECT_EQ(value_in(file, "default", "aws_secret_access_key"), "a#b;c=d/e+f==");
  EXPECT_EQ(value_in(file, "default", "empty"), "");
  EXPECT_EQ(value_in(file, "default", "output"), "json");
  EXPECT_EQ(value_in(file, "profile two words", "region"), "us-east-1");
  EXPECT_EQ(value_in(file, "profile two words", "key"), "(not set)");
  EXPECT_EQ(file.sections().size(), 2U);
}

TEST(IniFile, ReadsNestedAndContinuedValues) {
  const auto file = ini_file::parse(
      "[services local]\nkinesis =\n  endpoint_url = http://k:1\n\n  other = 2\nsqs = "
      "\n\tENDPOINT_URL=http://q:2\n[default]\na = one\n  two = 2\nb = 3\n");
  EXPECT_EQ(value_in(file, "services local", "kinesis.endpoint_url"), "http://k:1");
  EXPECT_EQ(value_in(file, "services local", "kinesis.other"), "2");
  EXPECT_EQ(value_in(file, "services local", "sqs.endpoint_url"), "http://q:2");
  EXPECT_EQ(value_in(file, "default", "a"), "one\ntwo = 2");
  EXPECT_EQ(value_in(file, "default", "b"), "3");
}

/// A home directory for one test and the variables that it sees.
class SharedFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    home_ = std::filesystem::path(::testing::TempDir()) /
            ("tidewire-aws-" + std::to_string(::getpid()) +
             ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(home_ / ".aws");
    variables_["HOME"] = home_.string();
  }
  void TearDown() override { std::filesystem::remove_all(home_); }

  void write(const char* name, std::string_view text) const {
    std::ofstream(home_ / ".aws" / name) << text;
  }
  environment env() {
    return [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables_.find(std::string(name));
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
  }
  std::optional<std::string> endpoint(const service_names& service = kinesis_names) {
    return configured_endpoint(service, env(), read_shared_files(env()));
  }
  outcome<credentials> get(const std::shared_ptr<credentials_provider>& from) {
    return run_task(io_, from->get());
  }

  std::filesystem::path home_;
  std::map<std::string, std::string> variables_;
  asio::io_context io_{1};
};

TEST_F(SharedFiles, TheRegionComesFromTheEnvironmentThenTheProfile) {
  EXPECT_EQ(resolve_region(env(), read_shared_files(env())), std::nullopt);
  write("config", "[default]\nregion = eu-west-1\n[profile work]\nregion = eu-west-2\n");
  EXPECT_EQ(resolve_region(env(), read_shared_files(env())), "eu-west-1");
  variables_["AWS_PROFILE"] = "work";
  EXPECT_EQ(resolve_region(env(), read_shared_files(env())), "eu-west-2");
  variables_["AWS_DEFAULT_REGION"] = "us-east-1";
  EXPECT_EQ(resolve_region(env(), read_shared_files(env())), "us-east-1");
  variables_["AWS_REGION"] = "";
  EXPECT_EQ(resolve_region(env(), read_shared_files(env())), "us-east-1");
  variables_["AWS_REGION"] = "us-west-2";
  EXPECT_EQ(resolve_region(env(), read_shared_files(env())), "us-west-2");
}

TEST_F(SharedFiles, TheEndpointComesFromTheNarrowestPlaceThatNamesOne) {
  EXPECT_EQ(endpoint(), std::nullopt);
  write("config", "[default]\nendpoint_url = http://profile\n");
  EXPECT_EQ(endpoint(), "http://profile");
  write("config",
        "[default]\nendpoint_url = http://profile\nservices = mine\n[services mine]\nkinesis =\n  "
        "endpoint_url = http://section\neventbridge =\n  endpoint_url = http://bus\n");
  EXPECT_EQ(endpoint(), "http://section");
  EXPECT_EQ(endpoint(eventbridge_names), "http://bus");
  EXPECT_EQ(endpoint(sqs_names), "http://profile");
  variables_["AWS_ENDPOINT_URL"] = "http://all";
  EXPECT_EQ(endpoint(), "http://all");
  variables_["AWS_ENDPOINT_URL_KINESIS"] = "http://kinesis";
  variables_["AWS_ENDPOINT_URL_EVENTS"] = "http://not-its-name";
  EXPECT_EQ(endpoint(), "http://kinesis");
  EXPECT_EQ(endpoint(eventbridge_names), "http://all");
  variables_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "True";
  EXPECT_EQ(endpoint(), std::nullopt);
}

TEST_F(SharedFiles, TheVariantsComeFromTheEnvironmentThenTheProfile) {
  write("config", "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n");
  variables_["AWS_USE_FIPS_ENDPOINT"] = "false";
  const auto variant = wanted_variant(env(), read_shared_files(env()));
  EXPECT_FALSE(variant.fips);
  EXPECT_TRUE(variant.dualstack);
}

TEST(Endpoints, AreInTheDomainOfTheRegionsPartition) {
  EXPECT_EQ(default_endpoint(kinesis_names, "eu-west-1", {}),
            "https://kinesis.eu-west-1.amazonaws.com");
  EXPECT_EQ(default_endpoint(eventbridge_names, "us-east-1", {}),
            "https://events.us-east-1.amazonaws.com");
  EXPECT_EQ(default_endpoint(sqs_names, "cn-north-1", {}),
            "https://sqs.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(default_endpoint(kinesis_names, "us-east-1", {.fips = true}),
            "https://kinesis-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(default_endpoint(kinesis_names, "us-east-1", {.dualstack = true}),
            "https://kinesis.us-east-1.api.aws");
  EXPECT_EQ(default_endpoint(kinesis_names, "us-east-1", {.fips = true, .dualstack = true}),
            "https://kinesis-fips.us-east-1.api.aws");
  EXPECT_EQ(default_endpoint(kinesis_names, "cn-northwest-1", {.dualstack = true}),
            "https://kinesis.cn-northwest-1.api.amazonwebservices.com.cn");
  EXPECT_EQ(default_endpoint(sqs_names, "us-gov-west-1", {.fips = true}),
            "https://sqs.us-gov-west-1.amazonaws.com");
}

TEST(Endpoints, AQueuesHostTellsItsRegion) {
  EXPECT_EQ(region_of_queue_host("sqs.us-west-2.amazonaws.com"), "us-west-2");
  EXPECT_EQ(region_of_queue_host("us-west-2.queue.amazonaws.com"), "us-west-2");
  EXPECT_EQ(region_of_queue_host("sqs.cn-north-1.amazonaws.com.cn"), "cn-north-1");
  EXPECT_EQ(region_of_queue_host("sqs-fips.us-east-1.amazonaws.com"), "us-east-1");
  EXPECT_EQ(region_of_queue_host("sqs.eu-west-1.api.aws"), "eu-west-1");
  EXPECT_EQ(region_of_queue_host("localhost"), "");
  EXPECT_EQ(region_of_queue_host("kinesis.us-east-1.amazonaws.com"), "");
}

TEST_F(SharedFiles, CredentialsComeFromTheEnvironmentFirst) {
  write("credentials",
        "[default]\naws_access_key_id = FILE\naws_secret_access_key = file-secret\n");
  variables_["AWS_ACCESS_KEY_ID"] = "ENV";
  variables_["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  variables_["AWS_SESSION_TOKEN"] = "token";
  const auto found = get(make_default_chain(env()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key_id, "ENV");
  EXPECT_EQ(found->secret_access_key, "env-secret");
  EXPECT_EQ(found->session_token, "token");
  EXPECT_EQ(get(make_default_chain(env(), "default"))->access_key_id, "FILE");
}

TEST_F(SharedFiles, AProfileIsReadFromBothFilesAndTheCredentialsFileWins) {
  write("config",
        "[profile a]\naws_access_key_id = CONFIG\naws_secret_access_key = config\n[profile "
        "b]\naws_access_key_id = B\naws_secret_access_key = b\n");
  write("credentials",
        "[a]\naws_access_key_id = CREDENTIALS\naws_secret_access_key = secret\naws_session_token = "
        "t\n");
  EXPECT_EQ(get(make_default_chain(env(), "a"))->access_key_id, "CREDENTIALS");
  EXPECT_EQ(get(make_default_chain(env(), "b"))->access_key_id, "B");
  variables_["AWS_PROFILE"] = "b";
  EXPECT_EQ(get(make_default_chain(env()))->access_key_id, "B");
}

TEST_F(SharedFiles, FilesCanBeElsewhere) {
  write("other", "[default]\naws_access_key_id = OTHER\naws_secret_access_key = s\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = "~/.aws/other";
  EXPECT_EQ(get(make_default_chain(env()))->access_key_id, "OTHER");
}

TEST_F(SharedFiles, AProfileIsReadAgainWhenTheServiceRefusesItsKeys) {
  write("credentials", "[default]\naws_access_key_id = OLD\naws_secret_access_key = s\n");
  const auto chain = make_default_chain(env());
  EXPECT_EQ(get(chain)->access_key_id, "OLD");
  write("credentials", "[default]\naws_access_key_id = NEW\naws_secret_access_key = s\n");
  EXPECT_EQ(get(chain)->access_key_id, "OLD");
  chain->invalidate();
  EXPECT_EQ(get(chain)->access_key_id, "NEW");
}

TEST_F(SharedFiles, WhereNothingIsFoundItSaysWhatIsMissingAndLeaksNothing) {
  write("credentials", "[default]\naws_secret_access_key = very-secret\n");
  const auto missing = get(make_default_chain(env()));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, no_credentials_code);
  EXPECT_EQ(missing.error().what, remedy::retry);
  EXPECT_THAT(describe(missing.error()), HasSubstr("AWS_ACCESS_KEY_ID is not set"));
  EXPECT_THAT(describe(missing.error()), HasSubstr("profile 'default' has no aws_access_key_id"));
  EXPECT_THAT(describe(missing.error()), ::testing::Not(HasSubstr("very-secret")));
  EXPECT_THAT(describe(get(make_default_chain(env(), "nobody")).error()),
              HasSubstr("profile 'nobody' is not in the shared AWS files"));
}

}  // namespace
