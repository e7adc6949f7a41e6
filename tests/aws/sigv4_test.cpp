#include "aws/sigv4.hpp"

#include "aws/canonical.hpp"
#include "base/base64.hpp"
#include "http/pool.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace tidewire;
namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path vectors = fs::path(TIDEWIRE_TESTS_DIR) / "vectors" / "sigv4";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in.good()) << file;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::chrono::system_clock::time_point time_of(const std::string& text, const char* format) {
  std::tm parts{};
  std::istringstream in(text);
  in >> std::get_time(&parts, format);
  EXPECT_FALSE(in.fail()) << text;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

/// The raw request of a case: request line, `Name:value` lines with continuations, and what follows
/// the blank line.
http::request parse_request(const std::string& text) {
  http::request r;
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  const auto method_end = line.find(' ');
  const auto target_end = line.rfind(" HTTP/");
  r.method = line.substr(0, method_end);
  r.target = line.substr(method_end + 1, target_end - method_end - 1);
  while (std::getline(in, line) && !line.empty()) {
    if (line.front() == ' ') {
      r.headers.back().value += "\n" + line;
      continue;
    }
    const auto colon = line.find(':');
    r.headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
  }
  std::ostringstream rest;
  rest << in.rdbuf();
  r.body = rest.str();
  return r;
}

struct suite_case {
  fs::path folder;
  http::request request;
  std::string key_id, secret, token, host;
  std::chrono::system_clock::time_point now;
  std::chrono::seconds expires;
  aws::signing_options how;
  aws::signer signer;

  aws::signing_keys keys() const { return {key_id, secret, token}; }
};

suite_case load_case(const std::string& name) {
  const fs::path folder = vectors / "aws-c-auth-v4" / name;
  const auto context = json::parse(text_of(folder / "context.json")).as_object();
  const auto& who = context.at("credentials").as_object();
  const auto text = [](const json::object& o, const char* key) {
    return o.contains(key) ? std::string(o.at(key).as_string()) : std::string();
  };
  suite_case c{folder,
               parse_request(text_of(folder / "request.txt")),
               text(who, "access_key_id"),
               text(who, "secret_access_key"),
               text(who, "token"),
               {},
               time_of(text(context, "timestamp"), "%Y-%m-%dT%H:%M:%SZ"),
               std::chrono::seconds(context.at("expiration_in_seconds").as_int64()),
               {.normalize_path = context.at("normalize").as_bool(),
                .sign_body = context.at("sign_body").as_bool(),
                .omit_session_token = context.contains("omit_session_token") &&
                                      context.at("omit_session_token").as_bool()},
               {text(context, "region"), text(context, "service")}};
  c.host = http::find_header(c.request.headers, "host");
  return c;
}

std::vector<std::string> suite_cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(vectors / "aws-c-auth-v4"))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string with_underscores(std::string name) {
  std::replace_if(
      name.begin(),
      name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; },
      '_');
  return name;
}

class Sigv4Suite : public ::testing::TestWithParam<std::string> {};

TEST_P(Sigv4Suite, SignsInTheHeader) {
  suite_case c = load_case(GetParam());
  const auto s = c.signer.sign(c.request, c.host, c.keys(), c.now, c.how);
  EXPECT_EQ(s.canonical_request, text_of(c.folder / "header-canonical-request.txt"));
  EXPECT_EQ(s.string_to_sign, text_of(c.folder / "header-string-to-sign.txt"));
  EXPECT_EQ(s.hex, text_of(c.folder / "header-signature.txt"));
  const http::request expected = parse_request(text_of(c.folder / "header-signed-request.txt"));
  EXPECT_EQ(c.request.target, expected.target);
  EXPECT_EQ(c.request.headers.size(), expected.headers.size());
  for (const auto& [name, value] : expected.headers)
    EXPECT_EQ(http::find_header(c.request.headers, name), http::find_header(expected.headers, name))
        << name;
}

TEST_P(Sigv4Suite, SignsInTheQuery) {
  suite_case c = load_case(GetParam());
  const auto s = c.signer.presign(c.request, c.host, c.keys(), c.now, c.expires, c.how);
  EXPECT_EQ(s.canonical_request, text_of(c.folder / "query-canonical-request.txt"));
  EXPECT_EQ(s.string_to_sign, text_of(c.folder / "query-string-to-sign.txt"));
  EXPECT_EQ(s.hex, text_of(c.folder / "query-signature.txt"));
  const http::request expected = parse_request(text_of(c.folder / "query-signed-request.txt"));
  EXPECT_EQ(aws::canonical_query(c.request.target.substr(c.request.target.find('?') + 1)),
            aws::canonical_query(expected.target.substr(expected.target.find('?') + 1)));
  EXPECT_EQ(c.request.headers.size(), expected.headers.size());
}

INSTANTIATE_TEST_SUITE_P(Published,
                         Sigv4Suite,
                         ::testing::ValuesIn(suite_cases()),
                         [](const auto& about) { return with_underscores(about.param); });

std::vector<std::string> service_lines() {
  std::vector<std::string> lines;
  std::ifstream in(vectors / "services.jsonl");
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

class Sigv4Services : public ::testing::TestWithParam<std::string> {};

TEST_P(Sigv4Services, SignsAsBotocoreDoes) {
  const auto c = json::parse(GetParam()).as_object();
  const auto text = [&](const char* key) {
    return c.contains(key) && c.at(key).is_string() ? std::string(c.at(key).as_string())
                                                    : std::string();
  };
  http::request r;
  const auto to = http::parse_origin(text("url"), &r.target);
  ASSERT_TRUE(to);
  r.method = text("method");
  r.body = from_base64(text("body_base64")).value();
  for (const auto& [name, value] : c.at("request_headers").as_object())
    r.headers.push_back({std::string(name), std::string(value.as_string())});
  aws::signer signer(text("region"), text("service"));
  const std::string key_id = text("access_key"), secret = text("secret_key"),
                    token = text("session_token");
  const auto s = signer.sign(
      r, to->authority(), {key_id, secret, token}, time_of(text("timestamp"), "%Y%m%dT%H%M%SZ"));
  EXPECT_EQ(s.canonical_request, text("canonical_request"));
  EXPECT_EQ(s.string_to_sign, text("string_to_sign"));
  EXPECT_EQ(s.authorization, text("authorization"));
  EXPECT_EQ(http::find_header(r.headers, "authorization"), s.authorization);
}

INSTANTIATE_TEST_SUITE_P(
    Published, Sigv4Services, ::testing::ValuesIn(service_lines()), [](const auto& about) {
      return with_underscores(
          std::string(json::parse(about.param).as_object().at("id").as_string()));
    });

TEST(Sigv4, RenewsTheKeptKeyWhenTheDayOrTheSecretChanges) {
  const auto at = [](const char* time) { return time_of(time, "%Y%m%dT%H%M%SZ"); };
  const auto sign =
      [](aws::signer& s, std::string_view secret, std::chrono::system_clock::time_point now) {
        http::request r;
        return s.sign(r, "h", {"id", secret, {}}, now).hex;
      };
  aws::signer kept("eu-west-1", "kinesis");
  for (const auto& [secret, time] : {std::pair("one", "20260101T235959Z"),
                                     {"one", "20260102T000000Z"},
                                     {"two", "20260102T000000Z"},
                                     {"one", "20260101T235959Z"}}) {
    aws::signer fresh("eu-west-1", "kinesis");
    EXPECT_EQ(sign(kept, secret, at(time)), sign(fresh, secret, at(time))) << secret << time;
  }
}

TEST(Sigv4, CanonicalPathsFollowBothRules) {
  EXPECT_EQ(aws::canonical_path("", true), "/");
  EXPECT_EQ(aws::canonical_path("//", true), "/");
  EXPECT_EQ(aws::canonical_path("//", false), "//");
  EXPECT_EQ(aws::canonical_path("/..", true), "/");
  EXPECT_EQ(aws::canonical_path("/../../a", true), "/a");
  EXPECT_EQ(aws::canonical_path("/a/./b/.", true), "/a/b");
  EXPECT_EQ(aws::canonical_path("/a/b/..", true), "/a");
  EXPECT_EQ(aws::canonical_path("//a//b//", true), "/a/b/");
  EXPECT_EQ(aws::canonical_path("//a//b//", false), "//a//b//");
  EXPECT_EQ(aws::canonical_path("/a b/", false), "/a%20b/");
  EXPECT_EQ(aws::canonical_path("/%7E~", true), "/%257E~");
}

TEST(Sigv4, CanonicalQueriesAreSortedByNameThenValueInOneEncoding) {
  EXPECT_EQ(aws::canonical_query(""), "");
  EXPECT_EQ(aws::canonical_query("&&"), "");
  EXPECT_EQ(aws::canonical_query("b&a=2&a=1&A=0"), "A=0&a=1&a=2&b=");
  EXPECT_EQ(aws::canonical_query("Param-3=x&Param=y"), "Param=y&Param-3=x");
  EXPECT_EQ(aws::canonical_query("a=b=c"), "a=b%3Dc");
  EXPECT_EQ(aws::canonical_query("a=%e1%88%b4+%2B&b=%zz%4"), "a=%E1%88%B4%2B%2B&b=%25zz%254");
}

TEST(Sigv4, HashesAndCodesAgreeWithPublishedExamples) {
  EXPECT_EQ(aws::to_hex(aws::sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(aws::to_hex(aws::sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test cases 2 and 6.
  EXPECT_EQ(aws::to_hex(aws::hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(aws::to_hex(aws::hmac_sha256(std::string(131, '\xaa'),
                                         "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(aws::md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

}  // namespace
