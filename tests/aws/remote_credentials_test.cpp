#include "aws/remote_credentials.hpp"

#include "aws/command_output.hpp"
#include "aws/credential_providers.hpp"
#include "aws/remote_answer.hpp"
#include "aws/scripted_service.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <map>

namespace {

using namespace tidewire;
using namespace tidewire::aws;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using tidewire::testing::scripted_service;

const auto noon = std::chrono::system_clock::from_time_t(1'795'348'800);  // 2026-11-22T12:00:00Z

std::string keys_json(const std::string& id, const std::string& expires) {
  return R"({"Code":"Success","AccessKeyId":")" + id +
         R"(","SecretAccessKey":"s","Token":"t","Expiration":")" + expires + "\"}";
}

class RemoteCredentials : public ::testing::Test {
 protected:
  void SetUp() override {
    token_file_ = ::testing::TempDir() + "/tidewire-token-" + std::to_string(::getpid());
    std::ofstream(token_file_) << "a token/+\n";
    variables_["HOME"] = "/nonexistent";
  }
  void TearDown() override { ::unlink(token_file_.c_str()); }

  std::string here() const { return "http://127.0.0.1:" + std::to_string(service_.port()); }
  remote_options options() {
    remote_options how;
    how.executor = service_.io().get_executor();
    how.region = "eu-west-1";
    how.now = [this] { return now_; };
    how.env = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables_.find(std::string(name));
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
    return how;
  }
  outcome<credentials> get(const std::shared_ptr<credentials_provider>& from) {
    return service_.run(from->get());
  }

  scripted_service service_;
  std::map<std::string, std::string> variables_;
  std::chrono::system_clock::time_point now_ = noon;
  std::string token_file_;
};

TEST_F(RemoteCredentials, AWebIdentityIsExchangedForARole) {
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = token_file_;
  variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/r";
  variables_["AWS_ENDPOINT_URL_STS"] = here();
  service_.then(
      200,
      "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><"
      "AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
      "<SessionToken>t==</SessionToken><Expiration>2026-11-22T13:00:00.123Z</Expiration></"
      "Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>");
  const auto found = get(make_web_identity_provider(options()));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->access_key_id, "ASIA");
  EXPECT_EQ(found->session_token, "t==");
  EXPECT_EQ(found->expires, noon + 1h);
  EXPECT_EQ(service_.seen[0].body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%"
            "3Arole%2Fr&RoleSessionName=tidewire&WebIdentityToken=a%20token%2F%2B");
  EXPECT_EQ(service_.header(0, "authorization"), "");
}

class CredentialProcess : public RemoteCredentials {
 protected:
  void SetUp() override {
    RemoteCredentials::SetUp();
    variables_["AWS_CONFIG_FILE"] = config_;
  }
  void TearDown() override {
    ::unlink(config_.c_str());
    RemoteCredentials::TearDown();
  }
  outcome<credentials> run(const std::string& command) {
    std::ofstream(config_) << "[default]\ncredential_process = " << command << "\n";
    return get(make_process_provider(options()));
  }

  const std::string config_ =
      ::testing::TempDir() + "/tidewire-config-" + std::to_string(::getpid());
};

TEST_F(CredentialProcess, WritesCredentials) {
  const auto found = run(
      R"(echo '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s", "SessionToken": "t", )"
      R"("Expiration": "2026-11-22T13:00:00Z"}')");
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->access_key_id, "PROC");
  EXPECT_EQ(found->session_token, "t");
  EXPECT_EQ(found->expires, noon + 1h);
}

TEST_F(CredentialProcess, IsSaidToHaveFailedWithoutItsOutput) {
  const auto failed = run("echo secret; exit 3");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message,
            "credential_process of profile 'default': the command ended with 3");
  EXPECT_EQ(failed.error().what, remedy::retry);
}

TEST_F(CredentialProcess, OfAnotherVersionOrNoneIsRefused) {
  for (const auto* text :
       {"", "{}", R"({"Version": 2, "AccessKeyId": "a", "SecretAccessKey": "s"})"})
    EXPECT_THAT(describe(run("echo '" + std::string(text) + "'").error()), HasSubstr("Version"))
        << text;
}

TEST_F(CredentialProcess, ThatNeverStopsWritingIsEnded) {
  EXPECT_THAT(describe(run("yes").error()), HasSubstr("64 KiB"));
}

TEST_F(RemoteCredentials, ACommandThatTakesTooLongIsKilled) {
  auto running = command_output(service_.io().get_executor(), "sleep 60 & sleep 60", 100ms);
  const auto late = service_.run(std::move(running));
  ASSERT_FALSE(late);
  EXPECT_THAT(describe(late.error()), HasSubstr("in time"));
}

TEST_F(RemoteCredentials, AContainersAgentIsAskedWithItsToken) {
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = here() + "/v1/credentials?a=b";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = token_file_;
  service_.then(200, keys_json("AGENT", "2026-11-22T13:00:00Z"));
  const auto found = get(make_container_provider(options()));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->access_key_id, "AGENT");
  EXPECT_EQ(service_.seen[0].method, "GET");
  EXPECT_EQ(service_.seen[0].target, "/v1/credentials?a=b");
  EXPECT_EQ(service_.header(0, "authorization"), "a token/+");
}

TEST_F(RemoteCredentials, TheContainersTokenIsNotSentInTheClearToStrangers) {
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/";
  EXPECT_EQ(get(make_container_provider(options())).error().code, no_credentials_code);
  for (const auto* host : {"127.0.0.1",
                           "127.1.2.3",
                           "localhost",
                           "::1",
                           "169.254.170.2",
                           "169.254.170.23",
                           "fd00:ec2::23"})
    EXPECT_TRUE(is_container_host(host)) << host;
  for (const auto* host : {"example.com", "127.0.0.1.example.com", "169.254.170.200", "10.0.0.1"})
    EXPECT_FALSE(is_container_host(host)) << host;
}

TEST_F(RemoteCredentials, AnInstanceIsAskedBySessionToken) {
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = here() + "/";
  service_.then(200, "imds-token");
  service_.then(200, "role-name\n");
  service_.then(200, keys_json("INSTANCE", "2026-11-22T18:00:00Z"));
  const auto found = get(make_instance_provider(options()));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->access_key_id, "INSTANCE");
  EXPECT_EQ(service_.seen[0].method, "PUT");
  EXPECT_EQ(service_.header(0, "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(service_.seen[2].target, "/latest/meta-data/iam/security-credentials/role-name");
  EXPECT_EQ(service_.header(2, "x-aws-ec2-metadata-token"), "imds-token");
  variables_["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_EQ(get(make_instance_provider(options())).error().code, no_credentials_code);
}

TEST_F(RemoteCredentials, AreKeptUntilTenMinutesBeforeTheyExpire) {
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = here();
  service_.then(200, keys_json("FIRST", "2026-11-22T13:00:00Z"));
  service_.then(200, keys_json("SECOND", "2026-11-22T14:00:00Z"));
  const auto provider = make_container_provider(options());
  EXPECT_EQ(get(provider)->access_key_id, "FIRST");
  now_ = noon + 49min;
  EXPECT_EQ(get(provider)->access_key_id, "FIRST");
  EXPECT_EQ(service_.seen.size(), 1U);
  now_ = noon + 51min;
  EXPECT_EQ(get(provider)->access_key_id, "SECOND");
}

TEST_F(RemoteCredentials, TheOldServeWhileTheyAreValidAndNoNewerCanBeHad) {
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = here();
  service_.then(200, keys_json("FIRST", "2026-11-22T13:00:00Z"));
  service_.then(500, "");
  service_.then(500, "");
  const auto provider = make_container_provider(options());
  EXPECT_EQ(get(provider)->access_key_id, "FIRST");
  now_ = noon + 55min;
  EXPECT_EQ(get(provider)->access_key_id, "FIRST");
  now_ = noon + 61min;
  const auto gone = get(provider);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().what, remedy::retry);
}

TEST_F(RemoteCredentials, ManyWhoAskAtOnceMakeOneRequest) {
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = here();
  service_.then(200, keys_json("ONE", "2026-11-22T13:00:00Z"));
  const auto provider = make_container_provider(options());
  int served = 0;
  for (int i = 0; i < 5; ++i)
    asio::co_spawn(service_.io(), provider->get(), [&](std::exception_ptr, outcome<credentials> c) {
      served += c && c->access_key_id == "ONE" ? 1 : 0;
    });
  service_.io().restart();
  while (served < 5) service_.io().run_one();
  EXPECT_EQ(served, 5);
  EXPECT_EQ(service_.seen.size(), 1U);
}

TEST_F(RemoteCredentials, TheChainGoesFromTheEnvironmentToTheInstance) {
  variables_["AWS_EC2_METADATA_DISABLED"] = "true";
  const auto none = get(make_full_chain(options()));
  ASSERT_FALSE(none);
  for (const auto* link : {"AWS_ACCESS_KEY_ID",
                           "AWS_WEB_IDENTITY_TOKEN_FILE",
                           "profile 'default'",
                           "credential_process",
                           "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                           "AWS_EC2_METADATA_DISABLED"})
    EXPECT_THAT(describe(none.error()), HasSubstr(link));
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = here();
  service_.then(200, keys_json("AGENT", "2026-11-22T13:00:00Z"));
  EXPECT_EQ(get(make_full_chain(options()))->access_key_id, "AGENT");
  variables_["AWS_ACCESS_KEY_ID"] = "ENV";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  EXPECT_EQ(get(make_full_chain(options()))->access_key_id, "ENV");
}

TEST(RemoteAnswer, RefusesWhatHoldsNoCredentials) {
  for (const auto* body : {"",
                           "{}",
                           "not json",
                           R"({"AccessKeyId":"a"})",
                           R"({"AccessKeyId":"","SecretAccessKey":"s"})"})
    EXPECT_FALSE(read_credentials_json(body)) << body;
  EXPECT_EQ(read_credentials_json(R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"no"})")
                .error()
                .code,
            "AssumeRoleUnauthorizedAccess");
  EXPECT_FALSE(read_assumed_role("<AccessKeyId>a"));
  EXPECT_FALSE(parse_iso_time("yesterday"));
  EXPECT_FALSE(parse_iso_time("2026-11-22T12:00:00+01:00"));
  EXPECT_EQ(parse_iso_time("2026-11-22T12:00:00.5Z"), noon);
}

}  // namespace
