#include "local/store/state_file.hpp"

#include "base/startup_error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace tidewire::local {
namespace {

bool write_whole(const std::filesystem::path& file, const std::string& text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return false;
  std::size_t done = 0;
  while (done < text.size()) {
    const auto written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    done += static_cast<std::size_t>(written);
  }
  const bool kept = done == text.size() && ::fdatasync(descriptor) == 0;
  return ::close(descriptor) == 0 && kept;
}

}  // namespace

std::optional<boost::json::object> state_file::read() const {
  std::ifstream in(file_, std::ios::binary);
  if (!in) return std::nullopt;
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  boost::system::error_code error;
  auto document = boost::json::parse(text, error);
  if (error || !document.is_object())
    throw startup_error("cannot read " + file_.string() + " as JSON");
  return std::move(document.get_object());
}

void state_file::write(const boost::json::object& state) {
  const std::filesystem::path fresh(file_.string() + ".new");
  std::error_code error;
  healthy_ = write_whole(fresh, boost::json::serialize(state));
  if (healthy_) std::filesystem::rename(fresh, file_, error);
  if (error) healthy_ = false;
}

}  // namespace tidewire::local
