#include "sim/campaign/libpq.hpp"

#include <dlfcn.h>

#include <string>

#include "sim/campaign/postgres.hpp"

namespace mailquake::postgres {

namespace {

/// Stays loaded to the end of the program.
void* library() {
    void* const found = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (found == nullptr) throw Error(std::string("a database needs PostgreSQL's client library (Debian: libpq5): ") + dlerror(), "");
    return found;
}

template <class Function>
void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) throw Error(std::string("PostgreSQL's client library is too old: it has no ") + name, "");
}

Libpq load() {
    void* const from = library();
    Libpq all{};
    find(from, "PQclear", all.clear);
    find(from, "PQconnectdbParams", all.connectdbParams);
    find(from, "PQconninfoFree", all.conninfoFree);
    find(from, "PQconninfoParse", all.conninfoParse);
    find(from, "PQdb", all.db);
    find(from, "PQerrorMessage", all.errorMessage);
    find(from, "PQexec", all.exec);
    find(from, "PQexecPrepared", all.execPrepared);
    find(from, "PQfinish", all.finish);
    find(from, "PQgetisnull", all.getisnull);
    find(from, "PQgetlength", all.getlength);
    find(from, "PQgetResult", all.getResult);
    find(from, "PQgetvalue", all.getvalue);
    find(from, "PQhost", all.host);
    find(from, "PQntuples", all.ntuples);
    find(from, "PQport", all.port);
    find(from, "PQprepare", all.prepare);
    find(from, "PQputCopyData", all.putCopyData);
    find(from, "PQputCopyEnd", all.putCopyEnd);
    find(from, "PQresultErrorField", all.resultErrorField);
    find(from, "PQresultErrorMessage", all.resultErrorMessage);
    find(from, "PQresultStatus", all.resultStatus);
    find(from, "PQserverVersion", all.serverVersion);
    find(from, "PQsetNoticeProcessor", all.setNoticeProcessor);
    find(from, "PQstatus", all.status);
    find(from, "PQuser", all.user);
    return all;
}

}  // namespace

const Libpq& libpq() {
    static const Libpq all = load();
    return all;
}

}  // namespace mailquake::postgres
