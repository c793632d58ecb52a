// The program. What its words mean stands in verbs.cpp and the files of the verbs.
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "sim/base/narrow.hpp"

int main(int argc, char** argv) {
    mailquake::ignore_broken_pipes();
    return mailquake::underlying(mailquake::command_line({argv + 1, argv + (argc > 0 ? argc : 1)}));
}
