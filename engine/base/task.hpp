#pragma once

#include "base/result.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tidewire {

namespace asio = boost::asio;

/// A coroutine that may wait and may fail: `co_await` it for a result<T>. Parameters are taken by
/// value, or by reference to something that outlives the whole run.
template <class T>
using task = asio::awaitable<result<T>>;

/// The one completion token: `auto [error, …] = co_await thing.async_…(…, as_result);` never
/// throws.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace tidewire
