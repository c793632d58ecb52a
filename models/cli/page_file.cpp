#include "models/cli/page_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "models/cli/options.hpp"
#include "models/cli/terminal.hpp"

namespace mailquake {

PageBundle page_bundle_or_refuse() {
    const auto bundle = page_bundle();
    if (!bundle)
        throw UsageError("this mailquake was built without the page (MAILQUAKE_PAGE=OFF); `./mailquake report` builds it with, and so does\n"
                         "  cmake -DMAILQUAKE_PAGE=ON, which needs nodejs and npm");
    return *bundle;
}

PageFile::PageFile(std::string path) : path_(std::move(path)), part_(path_ + ".part") {
    if (path_ == "-") return;
    out_.open(part_, std::ios::binary | std::ios::trunc);
    if (!out_) throw UsageError(fmt::format("{} cannot be written", path_));
}

PageFile::~PageFile() {
    std::error_code none;
    if (path_ != "-" && !done_) std::filesystem::remove(part_, none);
}

bool PageFile::write(const std::string& page, bool quiet) {
    if (path_ == "-") return print_data(page);
    out_ << page;
    out_.close();
    std::error_code failed;
    if (out_) std::filesystem::rename(part_, path_, failed);
    done_ = out_ && !failed;
    if (!done_) print_note(fmt::format("mailquake: {} could not be written\n", path_));
    else if (!quiet) print_note(fmt::format("mailquake: {} written, {} kB\n", path_, page.size() / 1000));
    return done_;
}

}  // namespace mailquake
