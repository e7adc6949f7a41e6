#pragma once

#include "aws/scripted_service.hpp"
#include "sinks/destination.hpp"
#include "sinks/encoded_request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::sinks {

/// Destinations over a service that answers what a test wrote down.
class scripted_destination : public ::testing::Test {
 protected:
  report send(destination& to, const encoded_request& what) {
    report out;
    service_.run(sent(to, what.get(), out));
    return out;
  }

  static std::vector<fate> fates(const report& of) {
    std::vector<fate> all;
    for (const verdict& v : of.verdicts) all.push_back(v.what);
    return all;
  }

  testing::scripted_service service_;

 private:
  static asio::awaitable<bool> sent(destination& to,
                                    const pipeline::lanes::request& what,
                                    report& out) {
    co_await to.send(what, out);
    co_return true;
  }
};

}  // namespace tidewire::sinks
