# The page that `report` writes, bundled into a C++ source: page_bundle.cpp in the build folder.
#
# With MAILQUAKE_PAGE=ON npm fetches esbuild and uPlot once (and again when package-lock.json changes), esbuild makes one
# script and one style sheet of src/. That needs nodejs, npm and, the first time, a network; where one is missing the build
# stops and says so. With OFF the program has no page, and `report` says that.
set(MAILQUAKE_PAGE_FOLDER "${PROJECT_SOURCE_DIR}/models/report/page")
set(page_build "${PROJECT_BINARY_DIR}/page")
set(page_source "${page_build}/page_bundle.cpp")

if(MAILQUAKE_PAGE)
    find_program(MAILQUAKE_NODE NAMES node nodejs)
    find_program(MAILQUAKE_NPM npm)
    mark_as_advanced(MAILQUAKE_NODE MAILQUAKE_NPM)
    if(NOT MAILQUAKE_NODE OR NOT MAILQUAKE_NPM)
        message(FATAL_ERROR "The page of `mailquake report` is bundled by nodejs and npm, and one of them is missing. "
            "Install both, or configure with -DMAILQUAKE_PAGE=OFF and do without `report`.")
    endif()
    file(GLOB_RECURSE page_files CONFIGURE_DEPENDS "${MAILQUAKE_PAGE_FOLDER}/src/*")
    add_custom_command(OUTPUT "${page_build}/.installed"
        COMMAND "${CMAKE_COMMAND}" -D "NPM=${MAILQUAKE_NPM}" -D "FROM=${MAILQUAKE_PAGE_FOLDER}" -D "TO=${page_build}"
            -P "${MAILQUAKE_PAGE_FOLDER}/install.cmake"
        DEPENDS "${MAILQUAKE_PAGE_FOLDER}/package.json" "${MAILQUAKE_PAGE_FOLDER}/package-lock.json"
            "${MAILQUAKE_PAGE_FOLDER}/install.cmake"
        COMMENT "Fetching esbuild and uPlot for the page of report" VERBATIM)
    add_custom_command(OUTPUT "${page_source}"
        COMMAND "${MAILQUAKE_NODE}" "${MAILQUAKE_PAGE_FOLDER}/bundle.mjs" "${page_build}/node_modules" "${page_source}"
        DEPENDS ${page_files} "${MAILQUAKE_PAGE_FOLDER}/bundle.mjs" "${page_build}/.installed"
        COMMENT "Bundling the page of report" VERBATIM)
else()
    file(CONFIGURE OUTPUT "${page_source}" CONTENT [=[
#include "models/report/page_bundle.hpp"
std::optional<mailquake::PageBundle> mailquake::page_bundle() { return std::nullopt; }
]=] @ONLY)
endif()

add_library(mailquake_page STATIC "${page_source}")
target_link_libraries(mailquake_page PRIVATE mailquake_flags)
