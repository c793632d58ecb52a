// A database of its own on the server that tests/postgres/with_server.sh started, dropped when it ends.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "sim/campaign/postgres.hpp"
#include "tests/catch.hpp"

namespace mailquake::testing {

class Database {
public:
    Database() : server_(server_url()), name_("mq_" + std::to_string(getpid()) + "_" + std::to_string(count()++)) {
        server_.execute("CREATE DATABASE " + name_);
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { server_.execute("DROP DATABASE " + name_ + " WITH (FORCE)"); }

    [[nodiscard]] std::string url() const {
        const std::string server = server_url();
        return server.substr(0, server.rfind('/') + 1) + name_;
    }

private:
    static std::string server_url() {
        const char* url = std::getenv("MAILQUAKE_POSTGRES");
        if (url == nullptr) throw std::runtime_error("run by tests/postgres/with_server.sh");
        return url;
    }
    static int& count() {
        static int n = 0;
        return n;
    }
    postgres::Connection server_;
    std::string name_;
};

}  // namespace mailquake::testing
