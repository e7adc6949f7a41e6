#include "consumer/transaction_groups.hpp"

#include "consumer/transaction_events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::begin_of;
using testing::change_of;
using testing::end_of;
using testing::message_of;
using part = transaction_mark::part;
using state = transaction_run::state;
using reason = transaction_run::reason;

transaction_groups::time_point at(milliseconds time) {
  return transaction_groups::time_point(time);
}

/// `B`, the orders of the changes, `E`.
std::string shape(const transaction_run& run) {
  std::string text = run.id + ":";
  for (const auto& held : run.events) {
    const auto& mark = *held.event.transaction;
    text += mark.what == part::begin ? " B"
            : mark.what == part::end ? " E"
                                     : " " + std::to_string(mark.order);
  }
  return text;
}

std::vector<std::string> shapes(const std::vector<transaction_run>& runs) {
  std::vector<std::string> all;
  for (const auto& run : runs) all.push_back(shape(run));
  return all;
}

using texts = std::vector<std::string>;

class TransactionGroups : public ::testing::Test {
 protected:
  transaction_groups::taken take(received_event event) {
    return groups_.take(message_of("m" + std::to_string(next_++)), std::move(event), now_);
  }
  texts runs_of(received_event event) { return shapes(take(std::move(event)).runs); }

  transaction_groups groups_{{.age_max = seconds(300),
                              .messages_max = 100,
                              .bytes_max = 1'000'000,
                              .remembered_max = 1000}};
  transaction_groups::time_point now_ = at(seconds(1));
  int next_ = 0;
};

TEST_F(TransactionGroups, AreCompleteWhenTheEndAndAsManyChangesHaveCome) {
  EXPECT_TRUE(take(begin_of("7")).runs.empty());
  EXPECT_TRUE(take(change_of("7", 2)).runs.empty());
  EXPECT_TRUE(take(end_of("7", 2)).runs.empty());
  EXPECT_EQ(groups_.messages(), 3U);
  const auto runs = take(change_of("7", 1)).runs;
  ASSERT_EQ(shapes(runs), texts{"7: B 1 2 E"});
  EXPECT_EQ(runs[0].how, state::complete);
  EXPECT_EQ(runs[0].changes, 2U);
  EXPECT_EQ(runs[0].event_count, 2U);
  EXPECT_EQ(groups_.messages(), 0U);
  EXPECT_EQ(groups_.bytes(), 0U);
  EXPECT_FALSE(groups_.next_expiry());
}

TEST_F(TransactionGroups, ComeInTheOrderInWhichTheyBecomeComplete) {
  for (const auto* xid : {"7", "8"}) {
    take(begin_of(xid));
    take(change_of(xid, 1));
  }
  EXPECT_EQ(runs_of(end_of("8", 1)), texts{"8: B 1 E"});
  EXPECT_EQ(runs_of(end_of("7", 1)), texts{"7: B 1 E"});
}

TEST_F(TransactionGroups, WithoutAChangeAreCompleteWithTheirEnd) {
  take(begin_of("7"));
  EXPECT_EQ(runs_of(end_of("7", 0)), texts{"7: B E"});
}

TEST_F(TransactionGroups, OfOneIdAndOtherTimesOfCommitAreOthers) {
  take(change_of("7", 1));
  auto other = end_of("7", 1);
  other.transaction->commit_ms += 1;
  EXPECT_TRUE(take(other).runs.empty());
  EXPECT_EQ(runs_of(end_of("7", 1)), texts{"7: 1 E"});
}

TEST_F(TransactionGroups, KeepARepeatThatComesInAnotherMessageForTheirDeletion) {
  take(change_of("7", 1));
  take(change_of("7", 1));
  EXPECT_EQ(groups_.messages(), 2U);
  const auto runs = take(end_of("7", 1)).runs;
  ASSERT_EQ(shapes(runs), texts{"7: 1 E"});
  ASSERT_EQ(runs[0].events[0].receipts.size(), 2U);
  EXPECT_EQ(runs[0].events[0].receipts[1].message_id, "m1");
  EXPECT_EQ(groups_.bytes(), 0U);
}

TEST_F(TransactionGroups, TakeTheNewerHandleOfAMessageThatComesAgain) {
  groups_.take(message_of("m", 1), change_of("7", 1), now_);
  EXPECT_EQ(groups_.take(message_of("m", 2), change_of("7", 1), now_).expired, "m#1");
  EXPECT_EQ(groups_.messages(), 1U);
  const auto runs = take(end_of("7", 1)).runs;
  ASSERT_EQ(runs.size(), 1U);
  ASSERT_EQ(runs[0].events[0].receipts.size(), 1U);
  EXPECT_EQ(runs[0].events[0].receipts[0].handle, "m#2");
}

TEST_F(TransactionGroups, LetRepeatsOfWhatWasPrintedBeDeleted) {
  take(begin_of("7"));
  take(change_of("7", 1));
  take(end_of("7", 1));
  for (auto event : {begin_of("7"), change_of("7", 1), end_of("7", 1)}) {
    const auto what = take(std::move(event));
    EXPECT_TRUE(what.runs.empty());
    EXPECT_TRUE(what.repeat);
  }
  EXPECT_EQ(groups_.messages(), 0U);
}

TEST_F(TransactionGroups, PrintABeginThatWasOvertakenAlone) {
  take(change_of("7", 1));
  take(end_of("7", 1));
  const auto runs = take(begin_of("7")).runs;
  ASSERT_EQ(shapes(runs), texts{"7: B"});
  EXPECT_EQ(runs[0].how, state::late);
  EXPECT_TRUE(take(begin_of("7")).repeat);
}

TEST_F(TransactionGroups, AreGivenUpAfterATimeAndTheirStragglersPrintedAlone) {
  take(change_of("7", 1));
  now_ += seconds(10);
  take(change_of("8", 1));
  take(end_of("7", 3));
  EXPECT_EQ(groups_.next_expiry(), at(seconds(301)));
  EXPECT_TRUE(groups_.take_expired(at(milliseconds(300'999))).empty());
  const auto runs = groups_.take_expired(at(seconds(301)));
  ASSERT_EQ(shapes(runs), texts{"7: 1 E"});
  EXPECT_EQ(runs[0].how, state::incomplete);
  EXPECT_EQ(runs[0].why, reason::time);
  EXPECT_EQ(runs[0].event_count, 3U);
  EXPECT_EQ(groups_.next_expiry(), at(seconds(311)));

  const auto late = take(change_of("7", 2)).runs;
  ASSERT_EQ(shapes(late), texts{"7: 2"});
  EXPECT_EQ(late[0].how, state::late);
  EXPECT_TRUE(take(change_of("7", 1)).repeat);
  EXPECT_TRUE(take(change_of("7", 2)).repeat);
}

TEST_F(TransactionGroups, GiveUpTheOldestWhenTooManyMessagesAreHeld) {
  for (std::uint64_t order = 1; order <= 60; ++order) take(change_of("7", order));
  for (std::uint64_t order = 1; order <= 40; ++order) take(change_of("8", order));
  EXPECT_EQ(groups_.messages(), 100U);
  const auto runs = take(change_of("9", 1)).runs;
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].id, "7");
  EXPECT_EQ(runs[0].events.size(), 60U);
  EXPECT_EQ(runs[0].how, state::incomplete);
  EXPECT_EQ(runs[0].why, reason::room);
  EXPECT_EQ(groups_.messages(), 41U);
}

TEST_F(TransactionGroups, GiveUpTheOldestWhenTooManyBytesAreHeld) {
  auto large = change_of("7", 1);
  large.event = std::string(600'000, 'x');
  take(large);
  auto larger = change_of("8", 1);
  larger.event = std::string(600'000, 'x');
  EXPECT_EQ(runs_of(larger), texts{"7: 1"});
  auto largest = change_of("9", 1);
  largest.event = std::string(1'100'000, 'x');
  EXPECT_EQ(runs_of(largest), (texts{"8: 1", "9: 1"}));
  EXPECT_EQ(groups_.bytes(), 0U);
}

TEST_F(TransactionGroups, GiveBackAllThatIsHeld) {
  take(change_of("7", 1));
  take(change_of("7", 1));
  take(change_of("8", 1));
  auto handles = groups_.give_back();
  std::sort(handles.begin(), handles.end());
  EXPECT_EQ(handles, (texts{"m0#1", "m1#1", "m2#1"}));
  EXPECT_EQ(groups_.messages(), 0U);
  EXPECT_FALSE(groups_.next_expiry());
  take(change_of("7", 1));
  EXPECT_EQ(runs_of(end_of("7", 1)), texts{"7: 1 E"}) << "what was given back was not printed";
}

TEST_F(TransactionGroups, ForgetTheOldestOfThosePrintedAndPrintThemAnew) {
  take(change_of("0", 1));
  take(end_of("0", 1));
  for (int i = 1; i < 100; ++i) {
    take(change_of(std::to_string(i), 1));
    take(end_of(std::to_string(i), 1));
  }
  EXPECT_TRUE(take(change_of("99", 1)).repeat);
  EXPECT_FALSE(take(change_of("0", 1)).repeat);
  EXPECT_EQ(runs_of(end_of("0", 1)), texts{"0: 1 E"});
}

/// A change that an engine counted anew after its filters were changed is no repeat.
TEST_F(TransactionGroups, TakeAnotherEventInAPrintedPlaceForAnEventOfItsOwn) {
  take(change_of("7", 1));
  take(end_of("7", 1));
  auto other = change_of("7", 1);
  other.transaction->lsn += 5;
  EXPECT_EQ(runs_of(other), texts{"7: 1"});
}

TEST_F(TransactionGroups, CountAPlaceThatTwoEventsClaimOnce) {
  take(change_of("7", 1));
  auto other = change_of("7", 1);
  other.transaction->lsn += 5;
  take(other);
  EXPECT_TRUE(take(end_of("7", 2)).runs.empty());
  EXPECT_EQ(runs_of(change_of("7", 2)), texts{"7: 1 1 2 E"});
}

/// Transactions in random order, some events twice, some never, under small limits: what came is
/// printed or held, once, in its place.
class RandomTraffic {
 public:
  explicit RandomTraffic(unsigned seed) : random_(seed) {
    limits_.age_max = seconds(20);
    limits_.messages_max = draw(1) ? 60 : 400;
    limits_.bytes_max = draw(1) ? 60'000 : 1'000'000;
    groups_ = std::make_unique<transaction_groups>(limits_);
  }

  void run() {
    auto traffic = make_traffic();
    for (auto& [event, id] : traffic) {
      now_ += milliseconds(draw(400));
      const auto expired = groups_->take_expired(now_);
      look_at(expired);
      const auto which = name_of(event);
      came_.insert(which);
      auto what = groups_->take(message_of(id, next_handle_++), std::move(event), now_);
      live_.insert(id);
      look_at(what.runs);
      if (what.repeat) {
        EXPECT_TRUE(printed_.contains(which)) << "deleted, and never printed";
        live_.erase(what.repeat->message_id);
      }
      EXPECT_LE(groups_->messages(), limits_.messages_max);
      EXPECT_LE(groups_->bytes(), limits_.bytes_max);
    }
    const auto rest = groups_->take_expired(now_ + limits_.age_max);
    look_at(rest);
    EXPECT_EQ(printed_, came_) << "lost";
    EXPECT_TRUE(live_.empty()) << live_.size() << " messages are never deleted";
    EXPECT_EQ(groups_->messages(), 0U);
    EXPECT_EQ(groups_->bytes(), 0U);
  }

 private:
  using name = std::tuple<std::string, int, std::uint64_t>;

  static name name_of(const received_event& event) {
    const auto& mark = *event.transaction;
    return {mark.id, static_cast<int>(mark.what), mark.order};
  }
  unsigned draw(unsigned most) { return std::uniform_int_distribution<unsigned>(0, most)(random_); }

  /// Events with the ids of their messages, shuffled over a window as a standard queue does.
  std::vector<std::pair<received_event, std::string>> make_traffic() {
    std::vector<std::pair<received_event, std::string>> all;
    int messages = 0;
    const auto send = [&](const received_event& event) {
      if (draw(40) == 0) return;  // filtered on its way
      const std::string id = "m" + std::to_string(messages++);
      all.emplace_back(event, id);
      if (draw(15) == 0) all.emplace_back(event, id);  // received again
      if (draw(15) == 0) all.emplace_back(event, "m" + std::to_string(messages++));  // sent again
    };
    for (int xid = 0; xid < 60; ++xid) {
      const std::string id = std::to_string(xid);
      const unsigned count = draw(9) == 0 ? 80 : draw(8);
      counts_[id] = count;
      send(begin_of(id));
      for (unsigned order = 1; order <= count; ++order) send(change_of(id, order));
      send(end_of(id, count));
    }
    const std::size_t window = 1 + draw(200);
    for (std::size_t i = 0; i < all.size(); i += window / 2 + 1)
      std::shuffle(all.begin() + static_cast<std::ptrdiff_t>(i),
                   all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), i + window)),
                   random_);
    return all;
  }

  void look_at(const std::vector<transaction_run>& runs) {
    for (const auto& run : runs) {
      ASSERT_FALSE(run.events.empty());
      std::set<std::uint64_t> orders;
      std::uint64_t last = 0;
      for (const auto& held : run.events) {
        const auto& mark = *held.event.transaction;
        EXPECT_EQ(mark.id, run.id) << "another transaction's event is among them";
        const std::uint64_t place =
            mark.what == part::end ? std::numeric_limits<std::uint64_t>::max() : mark.order;
        EXPECT_GE(place, last) << "out of order";
        last = place;
        if (mark.what == part::change) orders.insert(mark.order);
        EXPECT_TRUE(printed_.insert(name_of(held.event)).second) << "printed twice";
        for (const auto& message : held.receipts) live_.erase(message.message_id);
      }
      EXPECT_EQ(orders.size(), run.changes);
      EXPECT_EQ(run.how == state::complete,
                run.event_count && run.changes == counts_[run.id] && run.how != state::late);
    }
  }

  std::mt19937 random_;
  transaction_groups::limits limits_;
  std::unique_ptr<transaction_groups> groups_;
  transaction_groups::time_point now_ = at(seconds(1));
  std::map<std::string, std::size_t> counts_;
  std::set<name> came_, printed_;
  std::set<std::string> live_;  // received, and not to be deleted yet
  int next_handle_ = 0;
};

TEST(TransactionGroupsUnderRandomTraffic, LoseNothingAndPrintNothingTwice) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    RandomTraffic(seed).run();
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace tidewire::consumer
