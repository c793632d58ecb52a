// The program and the styles of the page `report` writes, as one text each: TypeScript and CSS of models/report/page/ with
// uPlot, bundled when mailquake is built (page/bundle.cmake writes page_bundle.cpp). Built without, there is nothing.
#pragma once

#include <optional>
#include <string_view>

namespace mailquake {

struct PageBundle {
    std::string_view script, style;
};

/// Nothing when mailquake was built with MAILQUAKE_PAGE=OFF.
[[nodiscard]] std::optional<PageBundle> page_bundle();

}  // namespace mailquake
