// The logical transitions of a copy or a sign-in: what the fingerprint hashes and what `run --follow` tells. How the engine
// batches or orders them inside does not matter to either.
#pragma once

#include <cstdint>

#include "models/spec/enum_text.hpp"

namespace mailquake {

enum class Transition : std::uint8_t {
    accepted, attempt, queued, started, call, call_answered, call_failed, call_timed_out, held_by_flaw, served, refused,
    deferred, notice, requeued, crashed, delivered, bounced, expired, dropped, discarded, duplicated,
    sign_in, signed_in, sign_in_failed, gave_up, session_ended, session_lost,
    overflowed, repeated
};

template <>
struct EnumText<Transition> {
    static constexpr EnumTable<Transition, 29> table{{{Transition::accepted, "accepted"},
                                                      {Transition::attempt, "attempt to"},
                                                      {Transition::queued, "waits in the queue of"},
                                                      {Transition::started, "gets a worker of"},
                                                      {Transition::call, "its worker calls"},
                                                      {Transition::call_answered, "answered, back at"},
                                                      {Transition::call_failed, "call failed, at"},
                                                      {Transition::call_timed_out, "call timed out, at"},
                                                      {Transition::held_by_flaw, "time-out ignored, worker held, at"},
                                                      {Transition::served, "served by"},
                                                      {Transition::refused, "refused by"},
                                                      {Transition::deferred, "deferred by"},
                                                      {Transition::notice, "delay notice sent by"},
                                                      {Transition::requeued, "back to the head of the queue of"},
                                                      {Transition::crashed, "its server crashes, at"},
                                                      {Transition::delivered, "delivered at"},
                                                      {Transition::bounced, "bounced by"},
                                                      {Transition::expired, "given up by"},
                                                      {Transition::dropped, "dropped by"},
                                                      {Transition::discarded, "discarded by"},
                                                      {Transition::duplicated, "a duplicate stays at"},
                                                      {Transition::sign_in, "sign-in tried at"},
                                                      {Transition::signed_in, "signed in at"},
                                                      {Transition::sign_in_failed, "sign-in failed at"},
                                                      {Transition::gave_up, "sign-in given up at"},
                                                      {Transition::session_ended, "session ended at"},
                                                      {Transition::session_lost, "session lost at"},
                                                      {Transition::overflowed, "finds the ready queue full at"},
                                                      {Transition::repeated, "accepted after a time-out by"}}};
};

}  // namespace mailquake
