#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::config {

/// How many letters must be put in, taken out, replaced, or swapped with their neighbour to turn
/// one text into the other (Damerau-Levenshtein, optimal string alignment). `pattern` may hold
/// placeholders as property names do, which stand for any text at no cost. What is further apart
/// than `at_most` is `at_most + 1`, found with less work.
std::size_t spelling_distance(std::string_view pattern,
                              std::string_view name,
                              std::size_t at_most = 1000);

/// Known names that the user may have meant, the most likely first, three at most; empty where
/// nothing is near. All names within two letters are among them; a name without `debezium.source.`
/// before it is found too.
std::vector<std::string> suggest_names(std::string_view unknown);

/// The same, but only names of the table's own that are at most three letters away: for names that
/// fit a broad pattern such as `quarkus.<option>` and may be a misspelling nevertheless.
std::vector<std::string> suggest_near_names(std::string_view name);

}  // namespace tidewire::config
