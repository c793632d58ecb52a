// Where a page goes: a file that is tried before anything runs for minutes, written beside its name and then given it, so that
// nobody finds half a page. `-` is stdout.
#pragma once

#include <fstream>
#include <string>

#include "models/report/page_bundle.hpp"

namespace mailquake {

/// The page's program; a mailquake that was built without is a mistake of usage, which says the way out.
[[nodiscard]] PageBundle page_bundle_or_refuse();

class PageFile {
public:
    /// Throws UsageError if it cannot be written.
    explicit PageFile(std::string path);
    /// What was not finished is gone.
    ~PageFile();
    PageFile(const PageFile&) = delete;
    PageFile& operator=(const PageFile&) = delete;

    /// False: it could not be written, which has been said. `quiet`: a success is not said.
    [[nodiscard]] bool write(const std::string& page, bool quiet);

private:
    std::string path_, part_;
    std::ofstream out_;
    bool done_ = false;
};

}  // namespace mailquake
