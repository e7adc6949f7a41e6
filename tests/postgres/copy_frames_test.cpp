#include "postgres/copy_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::postgres {
namespace {

using kind = copy_frames::kind;

std::string message(char type, std::string_view body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 4);
  std::string bytes(1, type);
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(size >> shift));
  return bytes.append(body);
}

void arrive(copy_frames& frames, std::string_view bytes) {
  char* const room = frames.prepare(bytes.size());
  ASSERT_GE(frames.room(), bytes.size());
  std::ranges::copy(bytes, room);
  frames.commit(bytes.size());
}

using found = std::pair<kind, std::string>;

std::vector<found> all_of(copy_frames& frames) {
  std::vector<found> out;
  for (;;) {
    std::string_view body;
    const kind what = frames.next(body);
    if (what == kind::incomplete) return out;
    const bool has_body = what == kind::data || what == kind::error || what == kind::notice;
    out.emplace_back(what, has_body ? std::string(body) : std::string());
    if (what == kind::malformed) return out;
  }
}

TEST(CopyFrames, NamesEveryMessageOfAStream) {
  copy_frames frames;
  arrive(frames,
         message('W', std::string("\0\0\0", 3)) + message('d', "one") + message('d', "") +
             message('c', "") + message('C', std::string("COPY 0\0", 7)) + message('Z', "I"));
  EXPECT_EQ(all_of(frames),
            (std::vector<found>{{kind::begun, ""},
                                {kind::data, "one"},
                                {kind::data, ""},
                                {kind::done, ""},
                                {kind::completed, ""},
                                {kind::ready, ""}}));
}

TEST(CopyFrames, AStatementsCopyBeginsLikeAStreams) {
  copy_frames frames;
  arrive(frames, message('H', std::string("\1\0\2\0\1\0\1", 7)) + message('d', "row"));
  EXPECT_EQ(all_of(frames), (std::vector<found>{{kind::begun, ""}, {kind::data, "row"}}));
}

TEST(CopyFrames, LeavesOutWhatSaysNothingOfTheStream) {
  copy_frames frames;
  arrive(frames,
         message('S', "parameter") + message('A', "notification") + message('N', "notice") +
             message('E', "error"));
  EXPECT_EQ(all_of(frames), (std::vector<found>{{kind::notice, "notice"}, {kind::error, "error"}}));
}

TEST(CopyFrames, TellsWhetherDataIsNextAndLeavesItThere) {
  copy_frames frames;
  const std::string second = message('d', "two");
  arrive(frames, message('d', "one") + message('S', "a parameter") + second.substr(0, 6));
  std::string_view first;
  std::string_view next;
  ASSERT_EQ(frames.next(first), kind::data);
  EXPECT_FALSE(frames.peek_data(next)) << "a part of it has not come yet";
  EXPECT_EQ(first, "one");
  arrive(frames, second.substr(6) + message('c', ""));
  ASSERT_TRUE(frames.peek_data(next));
  EXPECT_EQ(next, "two");
  EXPECT_EQ(frames.next(first), kind::data);
  EXPECT_EQ(first, "two");
  EXPECT_FALSE(frames.peek_data(next)) << "the data has ended";
  EXPECT_EQ(frames.next(next), kind::done);
}

TEST(CopyFrames, WaitsForTheRestAtEveryByte) {
  const std::string whole =
      message('d', "first") + message('d', std::string(300, 'x')) + message('c', "");
  const std::vector<found> expected{
      {kind::data, "first"}, {kind::data, std::string(300, 'x')}, {kind::done, ""}};
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    copy_frames frames;
    arrive(frames, std::string_view(whole).substr(0, cut));
    auto got = all_of(frames);
    arrive(frames, std::string_view(whole).substr(cut));
    for (auto& one : all_of(frames)) got.push_back(std::move(one));
    EXPECT_EQ(got, expected) << cut;
  }
}

TEST(CopyFrames, MakesRoomForAMessageLargerThanItsMemory) {
  const std::string large = message('d', std::string(1'000'000, 'y'));
  copy_frames frames;
  arrive(frames, std::string_view(large).substr(0, 10));
  EXPECT_TRUE(all_of(frames).empty());
  frames.prepare(1);
  EXPECT_GE(frames.room(), large.size() - 10);  // one read may then take all of it
  arrive(frames, std::string_view(large).substr(10));
  EXPECT_EQ(all_of(frames), (std::vector<found>{{kind::data, std::string(1'000'000, 'y')}}));
}

TEST(CopyFrames, RefusesWhatIsNotTheProtocol) {
  for (const std::string& bytes :
       {message('?', "body"), std::string("d\0\0\0\3", 5), std::string("d\x7F\xFF\xFF\xFF", 5)}) {
    copy_frames frames;
    arrive(frames, bytes);
    EXPECT_EQ(all_of(frames), (std::vector<found>{{kind::malformed, ""}}));
  }
}

TEST(CopyFrames, GivesBackTheMemoryOfALargeMessage) {
  const std::string large = message('d', std::string(4'000'000, 'y'));
  copy_frames frames;
  arrive(frames, large + message('d', "behind it"));
  std::string_view body;
  ASSERT_EQ(frames.next(body), kind::data);
  frames.trim();
  frames.prepare(1);
  EXPECT_LT(frames.room(), 1'000'000U);
  EXPECT_EQ(all_of(frames), (std::vector<found>{{kind::data, "behind it"}}));
}

TEST(CopyFrames, AlsoWithTheNextRead) {
  copy_frames frames;
  arrive(frames, message('d', std::string(4'000'000, 'y')));
  EXPECT_EQ(all_of(frames).size(), 1U);
  frames.prepare(1);
  EXPECT_LT(frames.room(), 1'000'000U);
}

TEST(CopyFrames, KeepsTheRoomForALargeMessageThatIsComing) {
  const std::string large = message('d', std::string(4'000'000, 'y'));
  copy_frames frames;
  arrive(frames, message('d', "before it") + large.substr(0, 2'000'000));
  EXPECT_EQ(all_of(frames), (std::vector<found>{{kind::data, "before it"}}));
  frames.trim();
  frames.prepare(1);
  EXPECT_GE(frames.room(), 2'000'000U);
  arrive(frames, std::string_view(large).substr(2'000'000));
  EXPECT_EQ(all_of(frames), (std::vector<found>{{kind::data, std::string(4'000'000, 'y')}}));
}

}  // namespace
}  // namespace tidewire::postgres
