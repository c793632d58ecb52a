#include "sim/base/first_words.hpp"

#include "tests/catch.hpp"

#include "sim/base/hash.hpp"

using namespace mailquake;

TEST_CASE("the first words of streams in a row are those of each") {
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const StreamKey key(mix64(i), hash_name("first-words-test"), i);
        const std::uint64_t identity = i % 4 == 0 ? i * 8 : i % 4 == 1 ? ~std::uint64_t{0} - i : mix64(i + 7);  // wraps around, too
        const Words words = first_words(key, identity);
        for (std::size_t k = 0; k < words.size(); ++k) REQUIRE(words[k] == RandomStream::first_word(key, identity + k));
    }
}
