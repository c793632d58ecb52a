// The draw register of one process of a run where the build keeps one, and nothing at all where it does not: for those who
// own such a register, so that they need not ask which build this is.
#pragma once

#ifdef MAILQUAKE_DRAW_REGISTER
#include "sim/base/draw_register.hpp"
#endif

namespace mailquake {

#ifdef MAILQUAKE_DRAW_REGISTER
using DrawLog = DrawRegister;
#else
class DrawLog {
public:
    class Scope {
    public:
        explicit Scope(DrawLog&) {}
    };
    void absorb(const DrawLog&) {}
};
#endif

}  // namespace mailquake
