#include "local/call/fault_source.hpp"

#include <charconv>

namespace tidewire::local {
namespace {

bool parse_share(std::string_view text, double& share) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  return error == std::errc{} && end == text.data() + text.size() && share >= 0 && share <= 1;
}

/// `250`, `250ms` or `2s`.
bool parse_latency(std::string_view text, std::chrono::milliseconds& latency) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0 || count > 3'600'000) return false;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "s") {
    latency = std::chrono::seconds(count);
    return true;
  }
  latency = std::chrono::milliseconds(count);
  return unit.empty() || unit == "ms";
}

bool parse_one(std::string_view name, std::string_view value, fault_rates& rates, bool& known) {
  known = true;
  if (name == "throttle") return parse_share(value, rates.throttle);
  if (name == "partial") return parse_share(value, rates.partial);
  if (name == "reset") return parse_share(value, rates.reset);
  if (name == "error500") return parse_share(value, rates.error500);
  if (name == "expired") return parse_share(value, rates.expired);
  if (name == "cut") return parse_share(value, rates.cut);
  if (name == "shard") return parse_share(value, rates.shard);
  if (name == "md5") return parse_share(value, rates.md5);
  if (name == "latency") return parse_latency(value, rates.latency);
  known = false;
  return false;
}

}  // namespace

bool fault_rates::any() const noexcept {
  return throttle > 0 || partial > 0 || reset > 0 || error500 > 0 || expired > 0 || cut > 0 ||
         shard > 0 || md5 > 0 || latency.count() > 0;
}

bool parse_fault_rates(std::string_view text, fault_rates& rates, std::string& problem) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    const auto equals = item.find('=');
    const auto name = item.substr(0, equals);
    const auto value =
        equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1);
    bool known = false;
    if (parse_one(name, value, rates, known)) continue;
    if (!known)
      problem =
          "unknown fault `" + std::string(name) +
          "`: allowed are throttle, partial, reset, error500, expired, cut, shard, md5 and latency";
    else if (name == "latency")
      problem = "latency must be a time such as 10ms or 2s, not `" + std::string(value) + "`";
    else
      problem =
          std::string(name) + " must be a share from 0 to 1, not `" + std::string(value) + "`";
    return false;
  }
  if (rates.throttle + rates.reset + rates.error500 + rates.expired + rates.cut > 1) {
    problem = "throttle, reset, error500, expired and cut together are more than all requests";
    return false;
  }
  return true;
}

fault_source::fault_source(fault_rates rates, std::uint64_t seed) noexcept
    : rates_(rates),
      requests_(seed * 2 + 1),
      entries_(~seed * 2 + 1),
      shards_(requests_ + 0x1000),
      digests_(entries_ + 0x1000) {}

/// One step of SplitMix64 (Steele, Lea, Flood 2014), as a number in [0, 1). Written here because
/// the standard's distributions may differ between libraries, and a seed must mean the same
/// everywhere.
double fault_source::draw(std::uint64_t& state) noexcept {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t bits = state;
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  bits ^= bits >> 31U;
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

request_fault fault_source::next_request() noexcept {
  const double choice = draw(requests_);
  double below = rates_.throttle;
  if (choice < below) return request_fault::throttle;
  below += rates_.reset;
  if (choice < below)
    return choice < below - rates_.reset / 2 ? request_fault::reset_before
                                             : request_fault::reset_after;
  below += rates_.error500;
  if (choice < below)
    return choice < below - rates_.error500 / 2 ? request_fault::error_before
                                                : request_fault::error_after;
  below += rates_.expired;
  if (choice < below) return request_fault::expired;
  below += rates_.cut;
  if (choice < below) return request_fault::cut;
  return request_fault::none;
}

bool fault_source::entry_fails() noexcept {
  return rates_.partial > 0 && draw(entries_) < rates_.partial;
}

bool fault_source::shard_refuses(std::size_t shard) noexcept {
  return shard == 0 && rates_.shard > 0 && draw(shards_) < rates_.shard;
}

bool fault_source::md5_lies() noexcept {
  return rates_.md5 > 0 && draw(digests_) < rates_.md5;
}

}  // namespace tidewire::local
