#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace tidewire {

using boost::system::error_code;

/// A value, or the reason why there is none. Used for everything that the outside world may do to
/// us; wrong configuration is an exception (startup_error.hpp), a broken belief of ours an assert.
template <class T>
using result = boost::system::result<T>;

}  // namespace tidewire
