#include "sim/base/draw_register.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

thread_local DrawRegister* current_register = nullptr;

constexpr std::size_t   kLeastPlaces = 1024;
constexpr std::uint64_t kOfStreams = 0x51ull, kOfIdentities = 0x1dull, kOfNames = 0x7eull;

/// Two chains of mixing with different beginnings: 128 bits of all words.
class Hasher {
public:
    explicit Hasher(std::uint64_t domain) : high_(mix64(domain)), low_(mix64(~domain)) {}
    Hasher& add(std::uint64_t word) {
        high_ = combine64(high_, word);
        low_ = mix64(low_ * 0x9e3779b97f4a7c15ULL + word);
        return *this;
    }
    Hasher& add(std::string_view text) {
        add(text.size());
        for (char c : text) add(static_cast<std::uint64_t>(static_cast<unsigned char>(c)));
        return *this;
    }
    [[nodiscard]] DrawRegister::Hash128 hash() const { return {high_ | 1, low_}; }  // never the free place's

private:
    std::uint64_t high_, low_;
};

std::string to_text(const DrawRegister::Named& what) { return fmt::format(" (place {:x}, identity {:x}, number {})", what.place, what.identity, what.number); }

const DrawPurpose kName("the name of a place", true);

}  // namespace

DrawRegister* DrawRegister::current() { return current_register; }

DrawRegister::Scope::Scope(DrawRegister& draws) : before_(current_register) { current_register = &draws; }
DrawRegister::Scope::~Scope() { current_register = before_; }

void DrawRegister::use(std::uint64_t key, std::uint64_t identity, std::uint64_t attempt, std::uint64_t place, const DrawPurpose& purpose) {
    // The counter holds 32 bits of the attempt: what a wider one would lose must show.
    note(Hasher(kOfStreams).add(key).add(identity).add(attempt & 0xffff'ffffU).hash(),
         Hasher(kOfStreams).add(place).add(purpose.name).add(identity).add(attempt).hash(), purpose, {place, identity, attempt});
}

void DrawRegister::derive(std::uint64_t value, std::uint64_t parent, const DrawPurpose& step, std::uint64_t n) {
    note(Hasher(kOfIdentities).add(value).hash(), Hasher(kOfIdentities).add(parent).add(step.name).add(n).hash(), step, {0, parent, n});
}

void DrawRegister::name(std::uint64_t value, std::string_view text) {
    note(Hasher(kOfIdentities).add(value).hash(), Hasher(kOfNames).add(text).hash(), kName, {});
}

std::uint32_t DrawRegister::index_of(const DrawPurpose& purpose) {
    const auto at = std::find_if(purposes_.begin(), purposes_.end(), [&](const DrawPurpose* p) { return p == &purpose || p->name == purpose.name; });
    const auto index = narrow<std::uint32_t>(at - purposes_.begin(), "purposes");
    if (at == purposes_.end()) purposes_.push_back(&purpose);
    return index;
}

void DrawRegister::note(Hash128 key, Hash128 description, const DrawPurpose& purpose, const Named& what) {
    if (keys_.empty() || size_ * 3 >= keys_.size() * 2) grow();
    const std::size_t mask = keys_.size() - 1;
    std::size_t at = static_cast<std::size_t>(key.low) & mask;
    while (!(keys_[at] == Hash128{}) && !(keys_[at] == key)) at = (at + 1) & mask;
    if (keys_[at] == Hash128{}) {
        MQ_CHECK(++size_ <= kMostEntries, "the draw register is full: this run is too long for a build that keeps one");
        keys_[at] = key;
        descriptions_[at] = description;
        purpose_of_[at] = index_of(purpose);
        return;
    }
    const std::string_view before = purposes_[purpose_of_[at]]->name;
    if (!(descriptions_[at] == description))
        throw EngineError("two things have the same random words: '" + std::string(before) + "' and '" + std::string(purpose.name) + "'" + to_text(what));
    if (!purpose.recomputed) throw EngineError("a random word is drawn twice: '" + std::string(purpose.name) + "'" + to_text(what));
}

void DrawRegister::grow() {
    const std::size_t places = std::max(kLeastPlaces, keys_.size() * 2);
    std::vector<Hash128> keys(places), descriptions(places);
    std::vector<std::uint32_t> purposes(places);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i] == Hash128{}) continue;
        std::size_t at = static_cast<std::size_t>(keys_[i].low) & (places - 1);
        while (!(keys[at] == Hash128{})) at = (at + 1) & (places - 1);
        keys[at] = keys_[i];
        descriptions[at] = descriptions_[i];
        purposes[at] = purpose_of_[i];
    }
    keys_.swap(keys);
    descriptions_.swap(descriptions);
    purpose_of_.swap(purposes);
}

void DrawRegister::absorb(const DrawRegister& other) {
    for (std::size_t i = 0; i < other.keys_.size(); ++i)
        if (!(other.keys_[i] == Hash128{})) note(other.keys_[i], other.descriptions_[i], *other.purposes_[other.purpose_of_[i]], {});
}

}  // namespace mailquake
