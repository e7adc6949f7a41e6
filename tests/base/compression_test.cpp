#include "base/compression.hpp"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tidewire {
namespace {

/// As an event with its schema is: much that comes again, and a little that does not.
std::string event_of(int number) {
  std::string text = R"({"schema":{"type":"struct","fields":[)";
  for (int i = 0; i < 20; ++i)
    text += R"({"type":"string","optional":true,"field":"column_)" + std::to_string(i) + "\"},";
  return text + R"(]},"payload":{"id":)" + std::to_string(number) + R"(,"op":"c"}})";
}

std::string noise(std::size_t size, std::uint_fast32_t seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// A member or frame whose head does not tell its size, of as many zeros.
std::string zeros_in_gzip(std::size_t size) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY);
  std::string zeros(size, '\0'), out(deflateBound(&stream, size), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string zeros_in_zstd(std::size_t size, bool tells_size) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, tells_size ? 1 : 0);
  const std::string zeros(size, '\0');
  std::string out(ZSTD_compressBound(size), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), zeros.data(), size));
  ZSTD_freeCCtx(context);
  return out;
}

unpack_error error_of(unpacker& reader, std::string_view data) {
  const auto read = reader.unpack(data);
  return read ? unpack_error{} : read.error();
}

class Compression : public ::testing::TestWithParam<compression> {
 protected:
  std::string packed(std::string_view plain) { return std::string(writer_.pack(plain)); }

  compressor writer_{GetParam()};
  unpacker reader_;
};

TEST_P(Compression, GivesBackEveryValueAndIsShorter) {
  for (int number = 0; number < 300; ++number) {
    const std::string plain = event_of(number);
    const std::string data = packed(plain);
    ASSERT_LT(data.size(), plain.size() / 2);
    ASSERT_EQ(reader_.unpack(data).value(), plain);
  }
}

TEST_P(Compression, GivesBackValuesOfEverySizeWhateverCameBefore) {
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    std::string plain = noise(random() % 3000, random());
    plain.append(random() % 5000, 'x');
    plain.insert(0, "{");
    const std::string data = packed(plain);
    ASSERT_LE(data.size(), plain.size());
    ASSERT_EQ(reader_.unpack(data).value(), plain) << plain.size();
  }
}

TEST_P(Compression, LeavesWhatWouldNotBecomeShorterAsItIs) {
  for (const std::string& plain : {std::string(), std::string("{}"), "{" + noise(2000, 1)})
    EXPECT_EQ(packed(plain), plain);
}

TEST_P(Compression, LeavesWhatNoReaderWouldTakeBackAsItIs) {
  const std::string largest(unpacked_bytes_max, 'x');
  EXPECT_LT(packed(largest).size(), largest.size());
  EXPECT_EQ(reader_.unpack(packed(largest)).value(), largest);
  const std::string larger(unpacked_bytes_max + 1, 'x');
  EXPECT_EQ(packed(larger).size(), larger.size());
}

TEST_P(Compression, ReportsTheMissingEndAtEveryByte) {
  const std::string data = packed(event_of(1));
  for (std::size_t size = 4; size < data.size(); ++size)
    EXPECT_EQ(error_of(reader_, data.substr(0, size)), unpack_error::cut_off) << size;
  EXPECT_EQ(reader_.unpack(data).value(), event_of(1)) << "and goes on afterwards";
}

TEST_P(Compression, RefusesMoreBehindTheEnd) {
  const std::string data = packed(event_of(1));
  EXPECT_EQ(error_of(reader_, data + "x"), unpack_error::followed);
  EXPECT_EQ(error_of(reader_, data + data), unpack_error::followed);
}

TEST_P(Compression, TakesBackWhatIsAllowedToTheByte) {
  for (const std::size_t size : {1000U, 100'000U, 3'000'000U}) {
    const std::string data = packed(std::string(size, 'x'));
    unpacker enough(size), scarce(size - 1);
    EXPECT_EQ(enough.unpack(data).value().size(), size);
    EXPECT_EQ(error_of(scarce, data), unpack_error::too_large);
  }
}

TEST_P(Compression, OutlivesAnythingThatBeginsAsItDoes) {
  std::mt19937 random(7);
  const std::string whole = packed(event_of(1));
  for (int i = 0; i < 5000; ++i) {
    std::string data = whole;
    for (auto changes = 1 + random() % 3; changes > 0; --changes)
      data[4 + random() % (data.size() - 4)] = static_cast<char>(random());
    const auto read = reader_.unpack(data);
    if (read) {
      ASSERT_LE(read->size(), unpacked_bytes_max);
    }
    const std::string any = whole.substr(0, 4) + noise(random() % 200, random());
    reader_.unpack(any);
  }
  EXPECT_EQ(reader_.unpack(whole).value(), event_of(1));
}

INSTANTIATE_TEST_SUITE_P(Both,
                         Compression,
                         ::testing::Values(compression::gzip, compression::zstd),
                         [](const auto& of) {
                           return of.param == compression::gzip ? "gzip" : "zstd";
                         });

TEST(CompressionNone, LeavesEverythingAsItIs) {
  compressor writer(compression::none);
  EXPECT_EQ(writer.pack(event_of(1)), event_of(1));
}

TEST(Unpacker, ReturnsWhatIsNotCompressedUntouched) {
  unpacker reader;
  for (const std::string_view data : {std::string_view(),
                                      std::string_view("{}"),
                                      std::string_view("\x1F"),
                                      std::string_view("\x28\xB5\x2F"),
                                      std::string_view("\xF3\x89\x9A\xC2", 4)})
    EXPECT_EQ(reader.unpack(data).value().data(), data.data());
}

TEST(Unpacker, RefusesBombsWhateverTheirHeadsClaim) {
  constexpr std::size_t size = 40'000'000;
  unpacker reader;
  for (const std::string& bomb :
       {zeros_in_gzip(size), zeros_in_zstd(size, true), zeros_in_zstd(size, false)}) {
    EXPECT_LT(bomb.size(), 50'000U);
    EXPECT_EQ(error_of(reader, bomb), unpack_error::too_large);
  }
}

TEST(Unpacker, RefusesAWindowThatWouldTakeMoreMemoryThanTheValueMay) {
  // No size, no checksum, a window of 2^(10 + 21) or 2^10 bytes; then an empty last block.
  const std::string large("\x28\xB5\x2F\xFD\x00\xA8\x01\x00\x00", 9);
  const std::string small("\x28\xB5\x2F\xFD\x00\x00\x01\x00\x00", 9);
  unpacker reader;
  EXPECT_EQ(error_of(reader, large), unpack_error::damaged);
  EXPECT_EQ(reader.unpack(small).value(), "");
}

TEST(Unpacker, ReadsTheFramesOfOtherWriters) {
  unpacker reader;
  for (const std::string& data :
       {zeros_in_gzip(70'000), zeros_in_zstd(70'000, true), zeros_in_zstd(70'000, false)})
    EXPECT_EQ(reader.unpack(data).value(), std::string(70'000, '\0'));
}

TEST(Unpacker, FindsADamagedGzipByItsChecksum) {
  compressor writer(compression::gzip);
  std::string data(writer.pack(event_of(1)));
  data[data.size() - 8] = static_cast<char>(data[data.size() - 8] ^ 1);  // of the CRC-32
  unpacker reader;
  EXPECT_EQ(error_of(reader, data), unpack_error::damaged);
}

}  // namespace
}  // namespace tidewire
