#include "postgres/plugin_parameters.hpp"

#include "postgres/connection.hpp"

#include <algorithm>

namespace tidewire::postgres {
namespace {

constexpr int messages_version_min = 140000;  // older ones do not know them

}  // namespace

plugin_parameters pgoutput_parameters(std::string_view publication,
                                      int server_version,
                                      bool streaming,
                                      const plugin_parameters& given) {
  plugin_parameters all{{"proto_version", streaming ? "2" : "1"},
                        {"publication_names", quote_identifier(publication)}};
  if (streaming) all.emplace_back("streaming", "on");
  if (server_version >= messages_version_min) all.emplace_back("messages", "true");
  for (const auto& [name, value] : given) {
    const auto same = std::ranges::find(all, name, &plugin_parameters::value_type::first);
    if (same != all.end()) {
      same->second = value;
    } else {
      all.emplace_back(name, value);
    }
  }
  return all;
}

}  // namespace tidewire::postgres
