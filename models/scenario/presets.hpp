// Presets: the documented defaults of a real mail system as the lowest layer of an entry, by `preset: NAME` at a tier or a
// population of senders. They stand in presets.yaml beside the bundled scenarios, under the name of the entry's list.
//
// Laid last, under all that was said: a preset fills in what no file, variant or --set says of that entry, so `preset` may
// itself come from any of them. Where the entry chooses another alternative (`retry: exim`), the preset's goes whole.
// Left out: taking away a preset's value with `~`, presets of one's own (`extends` does that).
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "models/scenario/merge.hpp"

namespace mailquake {

/// How a layer that is a preset is labelled, in front of its name.
inline constexpr std::string_view kPresetLabel = "preset ";

/// Fills in the presets that entries of the shaped `tree` ask for; an unknown name is an error at the place that asks.
/// `sources` is the table of `context`, to which the file is added once it is read; `parsed` as in yaml_tree.hpp.
void lay_presets(YamlNode& tree, const std::vector<std::filesystem::path>& search, SourceTable& sources, const MergeContext& context,
                 ParsedTexts* parsed = nullptr);

}  // namespace mailquake
