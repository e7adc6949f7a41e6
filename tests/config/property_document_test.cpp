#include "config/property_document.hpp"

#include "config/property_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace tidewire::config {
namespace {

TEST(PropertyDocument, HasARowForEveryProperty) {
  const auto document = render_property_document();
  for (const auto& family : property_families())
    for (const auto& row : family.properties)
      EXPECT_THAT(document, ::testing::HasSubstr("\n| `" + std::string(row.name) + "` | "));
}

TEST(PropertyDocument, EveryRowHasFiveCells) {
  std::istringstream in(render_property_document());
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) continue;
    int bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    EXPECT_EQ(bars, 6) << line;
  }
}

/// The file is written anew where the environment has TIDEWIRE_WRITE_DOCS.
TEST(PropertyDocument, IsTheFileInTheTree) {
  const std::string path = std::string(TIDEWIRE_TESTS_DIR) + "/../docs/configuration.md";
  if (std::getenv("TIDEWIRE_WRITE_DOCS") != nullptr)
    std::ofstream(path) << render_property_document();
  std::ostringstream file;
  file << std::ifstream(path).rdbuf();
  EXPECT_EQ(file.str(), render_property_document())
      << "run build/release/tidewire check --properties-markdown > docs/configuration.md";
}

}  // namespace
}  // namespace tidewire::config
