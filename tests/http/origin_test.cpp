#include "http/errc.hpp"
#include "http/pool.hpp"

#include <gtest/gtest.h>

namespace {

using namespace tidewire;

TEST(Origin, ReadsSchemeHostPortAndPath) {
  std::string path;
  const auto to = http::parse_origin("https://Kinesis.eu-west-1.amazonaws.com/a/b?c=d", &path);
  ASSERT_TRUE(to);
  EXPECT_EQ(*to, (http::origin{true, "kinesis.eu-west-1.amazonaws.com", 443}));
  EXPECT_EQ(to->authority(), "kinesis.eu-west-1.amazonaws.com");
  EXPECT_EQ(path, "/a/b?c=d");
}

TEST(Origin, KnowsTheDefaultPortsAndKeepsOthers) {
  EXPECT_EQ(http::parse_origin("http://localhost:4566")->authority(), "localhost:4566");
  EXPECT_EQ(http::parse_origin("http://localhost")->port, 80);
  EXPECT_EQ(http::parse_origin("HTTP://localhost:80/")->authority(), "localhost");
  EXPECT_EQ(http::parse_origin("https://h:80")->authority(), "h:80");
  std::string path;
  ASSERT_TRUE(http::parse_origin("http://h", &path));
  EXPECT_EQ(path, "/");
}

TEST(Origin, PutsAnIpv6AddressIntoBrackets) {
  const auto to = http::parse_origin("http://[::1]:8080/");
  ASSERT_TRUE(to);
  EXPECT_EQ(to->host, "::1");
  EXPECT_EQ(to->authority(), "[::1]:8080");
}

TEST(Origin, RefusesEverythingElse) {
  for (const auto* url : {"",
                          "localhost",
                          "localhost:4566",
                          "ftp://h",
                          "http://",
                          "http://:80",
                          "http://h:0",
                          "http://h:65536",
                          "http://h:",
                          "http://h:8x",
                          "http://user@h",
                          "http://a b",
                          "http://[::1",
                          "http://[]",
                          "http://[::1]x80",
                          "//h"})
    EXPECT_EQ(http::parse_origin(url).error(), http::errc::malformed_url) << url;
}

}  // namespace
