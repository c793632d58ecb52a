#include "models/scenario/plain_name.hpp"

#include <array>
#include <cstdint>

namespace mailquake {
namespace {

/// The letters for the characters from `first` on, a blank between two; '-' for what is no letter, '.' for one that has none.
struct Block {
    std::uint32_t first;
    std::string_view letters;
};

constexpr std::array<Block, 8> kBlocks{{
    {0xc0,  // Latin-1
     "a a a a a a ae c e e e e i i i i d n o o o o o - o u u u u y th ss a a a a a a ae c e e e e i i i i d n o o o o o - o "
     "u u u u y th y"},
    {0x100,  // Latin Extended-A
     "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g g g g g h h h h i i i i i i i i i i ij ij j j k k k l "
     "l l l l l l l l l n n n n n n n n n o o o o o o oe oe r r r r r r s s s s s s s s t t t t t t u u u u u u u u u u u u "
     "w w y y y z z z z z z s"},
    {0x1cd,  // Latin Extended-B: carons, Romanian
     "a a i i o o u u u u u u u u u u"},
    {0x218,  // Latin Extended-B: S and T with comma
     "s s t t"},
    {0x386,  // Greek
     "a - e i i - o - y o i a v g d e z i th i k l m n x o p r - s t y f ch ps o i y a e i i y a v g d e z i th i k l m n x "
     "o p r s s t y f ch ps o i y o y o"},
    {0x400,  // Cyrillic
     "e e dj g ye dz i i j lj nj c k i u dz a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya a b v "
     "g d e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya e e dj g ye dz i i j lj nj c k i u dz"},
    {0x490,  // Cyrillic G with upturn
     "g g"},
    {0x1e00,  // Latin Extended Additional
     "a a b b b b b b c c d d d d d d d d d d e e e e e e e e e e f f g g h h h h h h h h h h i i i i k k k k k k l l l l l "
     "l l l m m m m m m n n n n n n n n o o o o o o o o p p p p r r r r r r r r s s s s s s s s s s t t t t t t t t u u u u "
     "u u u u u u v v v v w w w w w w w w w w x x x x y y z z z z z z h t w y - - - - ss - a a a a a a a a a a a a a a a a a "
     "a a a a a a a e e e e e e e e e e e e e e e e i i i i o o o o o o o o o o o o o o o o o o o o o o o o u u u u u u u u "
     "u u u u u u y y y y y y y y"},
}};

constexpr std::uint32_t kFirstMark = 0x300, kLastMark = 0x36f;  // marks that stand behind their letter

/// The character at the beginning of a text in UTF-8, which is taken off; 0 for what is none.
std::uint32_t take_character(std::string_view& text) {
    const auto octet = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U; };
    const std::uint32_t first = octet(0);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    std::uint32_t character = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t k = 1; k < length; ++k) character = (character << 6U) | (octet(k) & 0x3fU);
    text.remove_prefix(length < text.size() ? length : text.size());
    return character;
}

/// What is written for a character: letters, nothing, or "-" for what stands between letters.
std::string_view letters_of(std::uint32_t character) {
    if (character >= kFirstMark && character <= kLastMark) return {};
    for (const Block& block : kBlocks) {
        if (character < block.first) continue;
        std::string_view letters = block.letters;
        std::uint32_t k = block.first;
        for (auto blank = letters.find(' '); k < character && blank != std::string_view::npos; blank = letters.find(' '), ++k) letters.remove_prefix(blank + 1);
        if (k < character) continue;
        letters = letters.substr(0, letters.find(' '));
        return letters == "." ? std::string_view() : letters;
    }
    return "-";
}

}  // namespace

std::string plain_name(std::string_view text) {
    std::string name;
    while (!text.empty()) {
        const std::uint32_t character = take_character(text);
        const char ascii = character < 0x80 ? static_cast<char>(character) : '\0';
        if (ascii >= 'A' && ascii <= 'Z') name += static_cast<char>(ascii - 'A' + 'a');
        else if ((ascii >= 'a' && ascii <= 'z') || (ascii >= '0' && ascii <= '9')) name += ascii;
        else if (const auto letters = letters_of(character); letters != "-") name += letters;
        else if (!name.empty() && name.back() != '-') name += '-';
    }
    while (!name.empty() && name.back() == '-') name.pop_back();
    return name;
}

}  // namespace mailquake
