/// A getter asks only for names that are in the table; this looks through the engine's sources for
/// names that are not.

#include "config/property_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace tidewire::config {
namespace {

bool begins_a_known_name(const std::string& text) {
  for (const auto& family : property_families())
    for (const auto& row : family.properties)
      if (row.name.starts_with(text)) return true;
  return false;
}

TEST(UsedNames, EveryPropertyInTheSourcesIsInTheTable) {
  namespace fs = std::filesystem;
  const std::regex quoted("\"((debezium|tidewire|quarkus)\\.[A-Za-z0-9.-]*)\"");
  int found = 0;
  for (const auto& file :
       fs::recursive_directory_iterator(fs::path(TIDEWIRE_TESTS_DIR) / ".." / "engine")) {
    if (file.path().extension() != ".cpp" && file.path().extension() != ".hpp") continue;
    std::ostringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const auto source = text.str();
    for (std::sregex_iterator i(source.begin(), source.end(), quoted), end; i != end; ++i) {
      const std::string name = (*i)[1];
      ++found;
      const bool known =
          name.ends_with('.') ? begins_a_known_name(name) : find_property(name) != nullptr;
      EXPECT_TRUE(known) << name << " in " << file.path();
    }
  }
  EXPECT_GT(found, 300);
}

}  // namespace
}  // namespace tidewire::config
