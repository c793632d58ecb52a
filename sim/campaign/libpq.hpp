// PostgreSQL's client library, loaded when the first database is opened: with what it needs itself (LDAP, Kerberos, TLS) it takes 10 ms to
// load, which is as long as all else of a start. Functions have the names of the library without PQ.
#pragma once

#include <libpq-fe.h>

namespace mailquake::postgres {

struct Libpq {
    decltype(&PQclear) clear;
    decltype(&PQconnectdbParams) connectdbParams;
    decltype(&PQconninfoFree) conninfoFree;
    decltype(&PQconninfoParse) conninfoParse;
    decltype(&PQdb) db;
    decltype(&PQerrorMessage) errorMessage;
    decltype(&PQexec) exec;
    decltype(&PQexecPrepared) execPrepared;
    decltype(&PQfinish) finish;
    decltype(&PQgetisnull) getisnull;
    decltype(&PQgetlength) getlength;
    decltype(&PQgetResult) getResult;
    decltype(&PQgetvalue) getvalue;
    decltype(&PQhost) host;
    decltype(&PQntuples) ntuples;
    decltype(&PQport) port;
    decltype(&PQprepare) prepare;
    decltype(&PQputCopyData) putCopyData;
    decltype(&PQputCopyEnd) putCopyEnd;
    decltype(&PQresultErrorField) resultErrorField;
    decltype(&PQresultErrorMessage) resultErrorMessage;
    decltype(&PQresultStatus) resultStatus;
    decltype(&PQserverVersion) serverVersion;
    decltype(&PQsetNoticeProcessor) setNoticeProcessor;
    decltype(&PQstatus) status;
    decltype(&PQuser) user;
};

/// Throws Error if it is not there.
const Libpq& libpq();

}  // namespace mailquake::postgres
