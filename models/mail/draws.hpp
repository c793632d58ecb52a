// Everything that a run draws at random, and everything that has an identity of its own: the one list of both. A key is
// (replication seed, place, purpose), an identity is chained from its parent's (sim/base/random_stream.hpp); what place,
// identity and attempt are stands beside each purpose.
//
// Texts are hashed into the keys: they stay as they are. `recomputed` purposes are at most twelve (tests/models/mail); each says
// why its word is not stored.
#pragma once

#include <array>
#include <cstdint>

#include "sim/base/random_stream.hpp"

namespace mailquake::draws {

inline constexpr bool kRecomputed = true;
inline constexpr bool kNamedAgain = true;  // of an identity: made again where it is needed again

// --- Identities: derived(parent, step, n) -------------------------------------------------------------------------------

inline constexpr DrawPurpose message{"message"};              // of a source: its k-th arrival
inline constexpr DrawPurpose copy{"copy"};                    // of a message to several: its c-th copy, from 1
inline constexpr DrawPurpose report{"report"};                // of a copy: kind << 32 | n; a bounce, a notice
inline constexpr DrawPurpose replay{"replay", kNamedAgain};   // of a copy: the copy that a Safety Net sends again; looked up by it
inline constexpr DrawPurpose duplicate{"duplicate"};          // of a copy: by the flaw (hash of its name path), in this pass
inline constexpr DrawPurpose backlog{"backlog"};              // of a backlog entry: its n-th copy
inline constexpr DrawPurpose call{"call", kNamedAgain};       // of a job: its call at a place (draws::at of the station, number of the call)
inline constexpr DrawPurpose request{"request"};              // of a call: pass << 33 | attempt << 1 | whether it is the second one of a hedge
inline constexpr DrawPurpose client{"client", kNamedAgain};   // of a population of clients: the k-th; named at each of its steps
inline constexpr DrawPurpose sign_in{"sign-in", kNamedAgain}; // of a client: the k-th; named at each of its steps
inline constexpr DrawPurpose incident{"incident", kNamedAgain};  // of a dashboard: the k-th
inline constexpr DrawPurpose need{"need", kNamedAgain};       // of an incident: what its notice needs, the k-th
inline constexpr DrawPurpose advisory{"advisory", kNamedAgain};  // of a channel's incident: by the tenant's identity; looked up by it
inline constexpr DrawPurpose member{"member", kNamedAgain};   // of a class: the tenant of that rank
inline constexpr DrawPurpose at{"at", kNamedAgain};           // of a fault, flaw, cache or doubled copy: what it is at one station or server
inline constexpr DrawPurpose look{"look", kNamedAgain};       // of a condition: the k-th look
inline constexpr DrawPurpose ring{"ring", kNamedAgain};       // of a flaw at a station: the roll-out of its build
inline constexpr DrawPurpose instant{"instant", kNamedAgain};  // of a copy: what happens to it at a time [ns]
inline constexpr DrawPurpose pass{"pass", kNamedAgain};       // of a job: its p-th pass through a tier
inline constexpr DrawPurpose offer{"offer", kNamedAgain};     // of a copy at a hop, or of a doubled one: its offer after so many that failed
inline constexpr DrawPurpose doubled{"doubled", kNamedAgain}; // of a copy: offered again at this hop after a time-out; then `at` the station
inline constexpr DrawPurpose passes{"passes", kNamedAgain};   // of a copy: it has used up the numbers of its passes through the tier of that hop
inline constexpr DrawPurpose likeness{"likeness", kNamedAgain};  // of another copy of the same mail: the k-th that was looked at
inline constexpr DrawPurpose round{"round", kNamedAgain};     // of a copy: its f-th round of attempts at a hop
inline constexpr DrawPurpose hop{"hop", kNamedAgain};         // of a copy: what happens between two tiers: hop << 32 | host
inline constexpr DrawPurpose occurrence{"occurrence", kNamedAgain};  // of a fault: the k-th time that it comes, from 1

// --- Purposes: StreamKey(seed, place, purpose); beside each: place; identity; attempt ------------------------------------

// Load. Place: the source ("sources/NAME").
inline constexpr DrawPurpose arrival{"arrival"};              // number of the arrival; its gap from the last one, of unit rate
inline constexpr DrawPurpose tenant{"tenant"};                // number of the arrival
inline constexpr DrawPurpose size{"size"};                    // copy
inline constexpr DrawPurpose batch{"batch"};                  // number of the arrival
inline constexpr DrawPurpose bursts{"mmpp"};                  // class; number of the burst
inline constexpr DrawPurpose replayed_source{"source"};       // class ("replay/NAME"); line of the file
inline constexpr DrawPurpose campaign{"campaign"};            // fault at a class; tenant; who takes part
inline constexpr DrawPurpose backlog_age{"backlog age", kRecomputed};  // entry; number of the copy; to sort them, and again to put them
inline constexpr DrawPurpose backlog_copy{"backlog copy"};    // entry; number of the copy

// A tier's work. Place: the station ("tiers/NAME@SITE").
inline constexpr DrawPurpose service{"service"};              // job; pass
inline constexpr DrawPurpose spread{"spread"};                // job, or its later offer; pass; the server whose queue it joins
inline constexpr DrawPurpose shard{"shard", kRecomputed};     // tenant; its servers, for each of its jobs
inline constexpr DrawPurpose next_server{"next server"};      // job; pass; which free server takes it from the shared queue
inline constexpr DrawPurpose cache{"cache"};                  // call; pass
inline constexpr DrawPurpose throttle{"throttle"};            // call ("calls/NAME" at the station); pass of a job; attempt
inline constexpr DrawPurpose greylist{"greylist", kRecomputed};  // tier; copy; at each attempt while it is put off

// Retries. Place: the holder ("holders/NAME").
inline constexpr DrawPurpose retry{"retry"};                  // copy; failures
inline constexpr DrawPurpose host_retry{"host retry"};        // queue's host; failures in a row, since it was reached last
inline constexpr DrawPurpose overflow{"overflow"};            // copy at an instant
inline constexpr DrawPurpose scan{"scan", kRecomputed};       // none, or the sending copy's own system; phase of the queue scans

// Where mail goes.
inline constexpr DrawPurpose destination{"destination", kRecomputed};  // class or tier; copy, or its round of attempts; which of equal
                                                                       // MX hosts or places outside it is for, at each attempt
inline constexpr DrawPurpose fail_over{"fail-over", kRecomputed};  // mitigation; copy or client; at each attempt

// The network. Place: the sending site ("sites/NAME").
inline constexpr DrawPurpose mail_transfer{"transfer"};       // copy at a hop and host; pass
inline constexpr DrawPurpose reply_transfer{"reply"};         // copy at a hop; pass
inline constexpr DrawPurpose request_transfer{"request way"};  // request
inline constexpr DrawPurpose answer_transfer{"answer way"};   // request
inline constexpr DrawPurpose finding_transfer{"finding way"};  // mitigation; number of the look
inline constexpr DrawPurpose report_transfer{"report way"};   // dashboard; number of the look

// Faults and flaws. Place: fault or flaw ("faults/NAME", "flaws/NAME"), at the station or server.
inline constexpr DrawPurpose up_time{"mtbf"};                 // number of the failure
inline constexpr DrawPurpose down_time{"mttr"};               // number of the failure
inline constexpr DrawPurpose server_order{"server order", kRecomputed};  // number of the server; which ones a share of them is, and
                                                                         // (place: derived by `ring`) when a build gets to each
inline constexpr DrawPurpose no_answer{"no-answer", kRecomputed};  // request; asked by its caller's site, too
inline constexpr DrawPurpose answer{"answer"};                // request; late or wrong
inline constexpr DrawPurpose gray_drop{"gray drop"};          // copy at an instant
inline constexpr DrawPurpose gray_service{"gray service"};    // job; pass
inline constexpr DrawPurpose poison{"poison", kRecomputed};   // copy; at each tier that looks
inline constexpr DrawPurpose disk{"disk"};                    // copy at an instant
inline constexpr DrawPurpose wakes{"wakes"};                  // job; pass
inline constexpr DrawPurpose misreads{"misreads"};            // copy at a hop; pass
inline constexpr DrawPurpose flawed_wait{"flawed wait"};      // copy at a hop; pass
inline constexpr DrawPurpose holders_server{"holder's server", kRecomputed};  // station; copy; whose flaws act on it there
inline constexpr DrawPurpose flawed_due{"flawed due"};        // copy at a hop; pass

// Clients. Place: the population ("clients/NAME").
inline constexpr DrawPurpose session{"session"};              // sign-in
inline constexpr DrawPurpose back_off{"wait"};                // sign-in; attempt
inline constexpr DrawPurpose loss_noticed{"loss"};            // sign-in

// Dashboards. Place: the dashboard or its channel.
inline constexpr DrawPurpose audience{"audience", kRecomputed};  // tenant; does it use it, and when does it look (second word)
inline constexpr DrawPurpose reach{"reach", kRecomputed};     // tenant; incident; asked when mail is sent, and after the run
inline constexpr DrawPurpose tries{"tries"};                  // incident; try

}  // namespace mailquake::draws
