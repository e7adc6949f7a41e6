#include "aws/body_writer.hpp"

#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::aws {
namespace {

std::string bytes_of(std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<char>(bytes.size() * 31 % 251));
  return bytes;
}

TEST(BodyWriter, EncodesALargeBlobAsInOnePiece) {
  for (const std::size_t size : {0U, 1U, 49'151U, 49'152U, 49'153U, 100'000U, 147'456U}) {
    const std::string bytes = bytes_of(size);
    std::string body;
    body_writer(body, body_format::json).blob(bytes);
    EXPECT_EQ(body, '"' + to_base64(bytes) + '"') << size;
  }
}

TEST(BodyWriter, EscapesALargeTextAsInOnePiece) {
  std::string text, expected = "\"";
  for (int i = 0; i < 60'000; ++i) {
    text += i % 3 == 0 ? "\"" : "ä";
    expected += i % 3 == 0 ? "\\\"" : "ä";
  }
  std::string body;
  body_writer(body, body_format::json).text(text);
  EXPECT_EQ(body, expected + '"');
}

}  // namespace
}  // namespace tidewire::aws
