#include "relay/packer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tidewire::relay {

/// The entries of one partition key, oldest first. The first one is under way, ready or delayed;
/// the others wait for it.
struct packer::lane {
  std::deque<relay_entry> entries;  // a deque, so that an entry under way stays where it is
};

packer::packer(limits how, std::uint64_t seed) : limits_(how), random_(seed) {}
packer::~packer() = default;
packer::packer(packer&&) noexcept = default;
packer& packer::operator=(packer&&) noexcept = default;

void packer::add(relay_entry entry) {
  ++entries_;
  bytes_ += entry.size;
  auto& place = lanes_[entry.key];
  if (!place) {
    place = std::make_unique<lane>();
    ready_.push_back(place.get());
  }
  place->entries.push_back(std::move(entry));
}

std::vector<relay_entry*> packer::take(clock::time_point now) {
  release_due(now);
  std::vector<relay_entry*> request;
  std::size_t bytes = 0;
  while (!ready_.empty() && request.size() < limits_.entries_max) {
    relay_entry& entry = ready_.front()->entries.front();
    const bool goes_alone = entry.alone || entry.size > limits_.bytes_max;
    if (!request.empty() && (goes_alone || bytes + entry.size > limits_.bytes_max)) break;
    ready_.pop_front();
    request.push_back(&entry);
    bytes += entry.size;
    if (goes_alone) break;
  }
  return request;
}

void packer::finished(const relay_entry* entry) {
  const auto place = lanes_.find(entry->key);
  assert(place != lanes_.end() && &place->second->entries.front() == entry);
  --entries_;
  bytes_ -= entry->size;
  place->second->entries.pop_front();
  if (place->second->entries.empty())
    lanes_.erase(place);
  else
    ready_.push_back(place->second.get());
}

void packer::failed(relay_entry* entry, clock::time_point now, std::chrono::milliseconds at_least) {
  const auto place = lanes_.find(entry->key);
  assert(place != lanes_.end() && &place->second->entries.front() == entry);
  ++entry->attempts;
  delayed_.push(
      {now + std::max(backoff(entry->attempts), at_least), delays_++, place->second.get()});
}

void packer::returned(std::span<relay_entry* const> request) {
  for (auto entry = request.rbegin(); entry != request.rend(); ++entry) {
    const auto place = lanes_.find((*entry)->key);
    assert(place != lanes_.end() && &place->second->entries.front() == *entry);
    ready_.push_front(place->second.get());
  }
}

std::optional<packer::clock::time_point> packer::next_due() const {
  if (delayed_.empty()) return std::nullopt;
  return delayed_.top().due;
}

std::chrono::milliseconds packer::backoff(int attempts) {
  constexpr int doublings_max = 20;
  const auto ceiling =
      std::min(limits_.backoff_max,
               limits_.backoff_first * (std::int64_t{1} << std::min(attempts - 1, doublings_max)));
  return std::chrono::milliseconds(
      std::uniform_int_distribution<std::int64_t>(0, ceiling.count())(random_));
}

void packer::release_due(clock::time_point now) {
  while (!delayed_.empty() && delayed_.top().due <= now) {
    // What was delayed is the oldest of all: to the front, so that its key does not fall further
    // behind.
    ready_.push_front(delayed_.top().who);
    delayed_.pop();
  }
}

}  // namespace tidewire::relay
