// Programmer mistakes: CHECK and stop. A failed check throws EngineError, which the program turns into exit code 1
// with the text below; it is never caught to go on. User mistakes are no matter for CHECK: they are collected as
// diagnostics (models/spec/diagnostic.hpp).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace mailquake {

/// An invariant of the engine or of a model does not hold; the run is void.
class EngineError : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line, std::string_view why);

}  // namespace mailquake

/// Holds in every build. `why` says which invariant is broken, in the words of the model.
#define MQ_CHECK(condition, why) \
    ((condition) ? void(0) : ::mailquake::check_failed(#condition, __FILE__, __LINE__, (why)))

/// As MQ_CHECK, but in debug builds only: for the message path.
#ifdef NDEBUG
#define MQ_DCHECK(condition, why) void(0)
#else
#define MQ_DCHECK(condition, why) MQ_CHECK(condition, why)
#endif
