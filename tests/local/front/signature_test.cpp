#include "local/front/signature.hpp"

#include "base/base64.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tidewire::local {
namespace {

namespace json = boost::json;
using std::chrono::system_clock;
using testing::HasSubstr;

const std::filesystem::path vectors =
    std::filesystem::path(TIDEWIRE_TESTS_DIR) / "vectors" / "sigv4";

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

system_clock::time_point time_of(const std::string& text, const char* format) {
  std::tm parts{};
  EXPECT_NE(strptime(text.c_str(), format, &parts), nullptr) << text;
  return system_clock::from_time_t(timegm(&parts));
}

/// Reads the suite's `Name:value` requests; a line that begins with a space goes on the one before.
http::request parse_request(const std::string& text) {
  http::request out;
  out.headers.clear();
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  out.method = line.substr(0, line.find(' '));
  out.target = line.substr(line.find(' ') + 1, line.rfind(" HTTP/") - line.find(' ') - 1);
  while (std::getline(in, line) && !line.empty()) {
    if (line.front() == ' ') {
      out.headers.back().value += "\n" + line;
      continue;
    }
    out.headers.push_back({line.substr(0, line.find(':')), line.substr(line.find(':') + 1)});
  }
  out.body.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  return out;
}

struct signed_request {
  std::string name;
  http::request message;
  std::string secret;
  std::string service;
  std::string canonical;
  system_clock::time_point now;
};

std::vector<signed_request> public_suite() {
  std::vector<signed_request> out;
  for (const auto& folder : std::filesystem::directory_iterator(vectors / "aws-c-auth-v4")) {
    const auto context = json::parse(read(folder.path() / "context.json"));
    if (!context.at("normalize").as_bool()) continue;  // only S3 signs paths as they are
    out.push_back(
        {.name = folder.path().filename(),
         .message = parse_request(read(folder.path() / "header-signed-request.txt")),
         .secret = std::string(context.at("credentials").at("secret_access_key").as_string()),
         .service = std::string(context.at("service").as_string()),
         .canonical = read(folder.path() / "header-canonical-request.txt"),
         .now = time_of(std::string(context.at("timestamp").as_string()), "%Y-%m-%dT%H:%M:%SZ")});
  }
  return out;
}

std::vector<signed_request> service_requests() {
  std::vector<signed_request> out;
  std::istringstream lines(read(vectors / "services.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const auto one = json::parse(line);
    const auto text = [&](const char* name) {
      const auto& value = one.at(name);
      return value.is_string() ? std::string(value.get_string()) : std::string();
    };
    signed_request request{.name = text("id"),
                           .message = {},
                           .secret = text("secret_key"),
                           .service = text("service"),
                           .canonical = text("canonical_request"),
                           .now = time_of(text("timestamp"), "%Y%m%dT%H%M%SZ")};
    const std::string url = text("url");
    const auto host = url.find("://") + 3;
    const auto path = url.find('/', host);
    std::string authority = url.substr(host, path - host);
    if (authority.ends_with(":443") && url.starts_with("https"))
      authority.resize(authority.size() - 4);
    request.message.method = text("method");
    request.message.target = path == std::string::npos ? "/" : url.substr(path);
    request.message.headers = {{"Host", authority},
                               {"X-Amz-Date", text("timestamp")},
                               {"Authorization", text("authorization")}};
    if (!text("session_token").empty())
      request.message.headers.push_back({"X-Amz-Security-Token", text("session_token")});
    for (const auto& [name, value] : one.at("request_headers").as_object())
      request.message.headers.push_back({std::string(name), std::string(value.as_string())});
    request.message.body = from_base64(text("body_base64")).value();
    out.push_back(std::move(request));
  }
  return out;
}

class SignatureVectors : public testing::TestWithParam<signed_request> {};

TEST_P(SignatureVectors, TheCanonicalRequestIsTheirs) {
  const auto& given = GetParam();
  const auto claim = parse_authorization(http::find_header(given.message.headers, "Authorization"));
  ASSERT_TRUE(claim.has_value());
  EXPECT_EQ(canonical_request(given.message, claim->signed_headers, sha256(given.message.body)),
            given.canonical);
}

TEST_P(SignatureVectors, TheSignatureHolds) {
  const auto& given = GetParam();
  signature_verifier verifier(given.secret);
  const auto refused =
      verifier.verify(given.message, sha256(given.message.body), given.service, given.now);
  EXPECT_FALSE(refused.has_value()) << refused->message;
}

TEST_P(SignatureVectors, AnotherBodyBreaksIt) {
  auto given = GetParam();
  given.message.body += ' ';
  signature_verifier verifier(given.secret);
  const auto refused =
      verifier.verify(given.message, sha256(given.message.body), given.service, given.now);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, "InvalidSignatureException");
}

std::string name_of(const testing::TestParamInfo<signed_request>& info) {
  std::string name;
  for (const char c : info.param.name) name += c == '-' ? '_' : c;
  return name;
}
INSTANTIATE_TEST_SUITE_P(PublicSuite, SignatureVectors, testing::ValuesIn(public_suite()), name_of);
INSTANTIATE_TEST_SUITE_P(Services,
                         SignatureVectors,
                         testing::ValuesIn(service_requests()),
                         name_of);

class Signature : public testing::Test {
 protected:
  signed_request good = public_suite().front();
  signature_verifier verifier{good.secret};

  std::string refusal(const std::string& service, system_clock::time_point now) {
    const auto refused = verifier.verify(good.message, sha256(good.message.body), service, now);
    return refused ? refused->code + ": " + refused->message : "accepted";
  }
};

TEST_F(Signature, FiveMinutesOfSkewAreForgivenAndNoMore) {
  EXPECT_EQ(refusal("service", good.now + std::chrono::minutes(5)), "accepted");
  EXPECT_EQ(refusal("service", good.now - std::chrono::minutes(5)), "accepted");
  EXPECT_THAT(refusal("service", good.now + std::chrono::seconds(301)),
              HasSubstr("Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
                        "(20150830T124101Z - 5 min.)"));
  EXPECT_THAT(refusal("service", good.now - std::chrono::seconds(301)),
              HasSubstr("Signature not yet current: 20150830T123600Z"));
}

TEST_F(Signature, AnotherSecretOrServiceIsRefused) {
  EXPECT_THAT(refusal("kinesis", good.now),
              HasSubstr("Credential should be scoped to correct service: 'kinesis'."));
  verifier = signature_verifier("another");
  EXPECT_THAT(
      refusal("service", good.now),
      HasSubstr("InvalidSignatureException: The request signature we calculated does not match"));
}

TEST_F(Signature, WhatIsMissingIsSaid) {
  std::erase_if(good.message.headers, [](const auto& h) { return h.name == "X-Amz-Date"; });
  EXPECT_THAT(refusal("service", good.now), HasSubstr("IncompleteSignatureException"));
  std::erase_if(good.message.headers, [](const auto& h) { return h.name == "Authorization"; });
  EXPECT_THAT(refusal("service", good.now), HasSubstr("MissingAuthenticationTokenException"));
}

TEST_F(Signature, ATimeBeyondTheClockIsRefused) {
  for (const auto& date : {"02270115T080000Z", "99990115T080000Z"}) {
    for (auto& header : good.message.headers)
      if (header.name == "X-Amz-Date") header.value = date;
    EXPECT_THAT(refusal("service", good.now), HasSubstr("IncompleteSignatureException"));
  }
}

TEST_F(Signature, AnAuthorizationWithoutItsPartsIsIncomplete) {
  for (const auto* const header :
       {"",
        "Basic dXNlcg==",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=x",
        "AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature="}) {
    const auto claim = parse_authorization(header);
    ASSERT_TRUE(claim.has_error()) << header;
    EXPECT_EQ(claim.error().code, "IncompleteSignatureException");
  }
}

}  // namespace
}  // namespace tidewire::local
