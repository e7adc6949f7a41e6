#include "base/sha256_many.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <random>
#include <string>
#include <vector>

namespace tidewire {
namespace {

std::string text_of(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random() >> 8U);
  return text;
}

sha256_digest by_openssl(std::string_view text) {
  sha256_digest digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

/// Each digest is what OpenSSL makes of its text, or none is touched.
void expect_digests(const std::vector<std::string_view>& texts) {
  std::vector<sha256_digest> digests(texts.size());
  const bool done = sha256_many(texts, digests);
  for (std::size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(digests[i], done ? by_openssl(texts[i]) : sha256_digest{})
        << texts[i].size() << " bytes, number " << i << " of " << texts.size();
}

void expect_digests(const std::vector<std::string>& texts) {
  expect_digests(std::vector<std::string_view>(texts.begin(), texts.end()));
}

TEST(Sha256Many, OfNoText) {
  expect_digests(std::vector<std::string>{});
}

TEST(Sha256Many, OfTextsOfAllSizesAroundABlock) {
  for (std::size_t size = 0; size <= 200; ++size)
    expect_digests(std::vector{text_of(size, 1), text_of((size * 7) % 201, 2), text_of(size, 3)});
}

TEST(Sha256Many, OfAnyNumberOfTextsOfOneSize) {
  for (std::size_t count = 1; count <= 18; ++count) {
    std::vector<std::string> texts;
    for (unsigned i = 0; i < count; ++i) texts.push_back(text_of(1000, i));
    expect_digests(texts);
  }
}

TEST(Sha256Many, OfAnyNumberOfTextsOfDifferentSizes) {
  std::minstd_rand random(7);
  for (std::size_t count = 2; count <= 33; ++count) {
    std::vector<std::string> texts;
    for (unsigned i = 0; i < count; ++i) texts.push_back(text_of(random() % 30'000, i));
    expect_digests(texts);
  }
}

TEST(Sha256Many, OfALargeTextBesideSmallOnes) {
  expect_digests(std::vector<std::string>{
      text_of(5'000'000, 1), text_of(64, 2), {}, text_of(300'000, 3), text_of(63, 4)});
}

TEST(Sha256Many, OfTextsAtOddPlaces) {
  const std::string whole = text_of(10'000, 9);
  std::vector<std::string_view> views;
  for (std::size_t at = 1; at < 17; ++at)
    views.push_back(std::string_view(whole).substr(at, 1000 + 61 * at));
  expect_digests(views);
}

}  // namespace
}  // namespace tidewire
