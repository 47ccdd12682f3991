// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/display_title.h"

#include <algorithm>
#include <array>
#include <vector>

namespace canto::music {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isLower(char c) { return c >= 'a' && c <= 'z'; }
/// Bytes of letters beyond ASCII count as letters.
bool isLetter(char c) { return isUpper(c) || isLower(c) || static_cast<unsigned char>(c) >= 0x80; }
char lower(char c) { return isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return isLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool endsWith(std::string_view text, std::string_view end) {
    return text.size() > end.size() && lowered(text.substr(text.size() - end.size())) == end;
}

std::size_t digitsAt(std::string_view text, std::size_t from) {
    std::size_t count = 0;
    while (from + count < text.size() && isDigit(text[from + count])) {
        ++count;
    }
    return count;
}

std::string_view withoutExtension(std::string_view name) {
    for (const char* extension : {".mid", ".midi", ".kar", ".rmi", ".smf", ".wav", ".flac", ".ogg",
                                  ".opus", ".mp3", ".aif", ".aiff"}) {
        if (endsWith(name, extension)) {
            return name.substr(0, name.size() - std::string_view(extension).size());
        }
    }
    return name;
}

/// What follows a track number, or the whole name where there is none.
std::string_view withoutTrackNumber(std::string_view name) {
    const bool bracketed = !name.empty() && (name[0] == '(' || name[0] == '[');
    const std::size_t from = bracketed ? 1 : 0;
    const std::size_t digits = digitsAt(name, from);
    std::size_t at = from + digits;
    if (digits == 0 || at >= name.size()) {
        return name;
    }
    if (bracketed) {
        if (name[at] != ')' && name[at] != ']') {
            return name;
        }
        ++at;
    } else {
        const bool padded = digits >= 2 && name[0] == '0';
        const bool point = name[at] == '.' || name[at] == ')';
        const bool joined = (name[at] == '-' || name[at] == '_') && digits >= 2;
        const bool dashed = name.substr(at, 3) == " - ";
        if (!point && !joined && !dashed && !(padded && name[at] == ' ')) {
            return name; // "21 Guns", "7-Eleven", "4st 7lbs"
        }
        if (point && digitsAt(name, at + 1) > 0) {
            return name; // "99.9"
        }
    }
    at = std::min(name.find_first_not_of(" -_.)", at), name.size());
    const auto rest = name.substr(at);
    return !rest.empty() && isLetter(rest[0]) ? rest : name; // "19 - 2000", "634-5789"
}

/// Underscores are spaces in a name without spaces; in others they stand for signs that a file
/// name cannot have: apostrophes between letters, else quotation marks.
std::string withoutUnderscores(std::string_view name) {
    const bool spaced = name.find(' ') != std::string_view::npos;
    std::string text;
    bool open = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '_') {
            text += name[i];
            continue;
        }
        const bool after = i > 0 && isLetter(name[i - 1]);
        const bool before = i + 1 < name.size() && isLetter(name[i + 1]);
        if (!spaced) {
            text += ' ';
        } else if (after && before) {
            text += '\'';
        } else if (!open && before) {
            text += "\u201c";
            open = true;
        } else if (open) {
            text += "\u201d";
            open = false;
        }
    }
    return text;
}

std::vector<std::string> wordsOf(std::string_view text, std::string_view separators) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        words.emplace_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

/// Hyphens are spaces where a name has nothing else between its words.
std::string withoutHyphens(std::string text, bool numbered) {
    const auto hyphens = std::count(text.begin(), text.end(), '-');
    if (text.find(' ') == std::string::npos && (hyphens >= 2 || (numbered && hyphens == 1))) {
        std::replace(text.begin(), text.end(), '-', ' ');
    }
    return text;
}

std::string roman(int number) {
    constexpr std::array kNumerals{"I",   "II",   "III", "IV", "V",  "VI",
                                   "VII", "VIII", "IX",  "X",  "XI", "XII"};
    return number >= 1 && number <= int(kNumerals.size())
               ? kNumerals[static_cast<std::size_t>(number - 1)]
               : std::to_string(number);
}

/// A number without zeros before it.
std::string plainNumber(std::string_view digits) {
    const auto from = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    return std::string(digits.substr(from));
}

/// "op.28," -> "Op. 28,"; empty: the word is not such a number.
std::string numberWord(const std::string& word) {
    struct Sign {
        const char* written;
        const char* shown;
    };
    const std::string small = lowered(word);
    for (const Sign& sign : {Sign{"opus", "Op. "}, Sign{"op", "Op. "}, Sign{"no", "No. "},
                             Sign{"nr", "No. "}, Sign{"n", "No. "}}) {
        std::size_t at = std::string_view(sign.written).size();
        if (!small.starts_with(sign.written)) {
            continue;
        }
        if (at < word.size() && word[at] == '.') {
            ++at;
        }
        if (digitsAt(word, at) > 0) {
            return sign.shown + word.substr(at);
        }
    }
    const std::size_t digits = digitsAt(word, 0);
    if (digits >= 1 && digits <= 2 && small.substr(digits) == "mov") {
        return roman(std::stoi(word.substr(0, digits)));
    }
    return {};
}

std::string withNumbers(const std::string& text) {
    std::vector<std::string> words = wordsOf(text, " ");
    for (std::size_t i = 0; i < words.size(); ++i) {
        // "Op.28,No.1" is two words.
        const std::size_t comma = words[i].find(',');
        if (comma != std::string::npos && comma + 1 < words[i].size() &&
            isLetter(words[i][comma + 1])) {
            words.insert(words.begin() + std::ptrdiff_t(i) + 1, words[i].substr(comma + 1));
            words[i].resize(comma + 1);
        }
        if (auto number = numberWord(words[i]); !number.empty()) {
            words[i] = std::move(number);
        } else if (const auto small = lowered(words[i]); (small == "opus" || small == "op") &&
                                                         i + 1 < words.size() &&
                                                         digitsAt(words[i + 1], 0) > 0) {
            words[i] = "Op.";
        }
    }
    return joined(words);
}

/// Capitals for text that has none; small words keep theirs.
std::string withCapitals(std::string text) {
    if (std::any_of(text.begin(), text.end(), isUpper)) {
        return text;
    }
    std::vector<std::string> words = wordsOf(text, " ");
    constexpr std::array kSmall{"a",  "an", "and", "at",  "by", "for", "from", "in",  "of",
                                "on", "or", "to",  "the", "de", "del", "der",  "des", "du",
                                "la", "le", "di",  "et",  "il", "e",   "und",  "von", "with"};
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool small =
            i > 0 && std::find(kSmall.begin(), kSmall.end(), words[i]) != kSmall.end();
        const std::size_t first = words[i].find_first_not_of("(\"'[");
        if (!small && first != std::string::npos) {
            words[i][first] = upper(words[i][first]);
        }
    }
    return joined(words);
}

std::string trimmed(const std::string& text) {
    const auto from = text.find_first_not_of(" -_,;");
    const auto to = text.find_last_not_of(" -_,;");
    return from == std::string::npos ? std::string() : text.substr(from, to - from + 1);
}

/// Without "-1a2b3c" at the end, which archives add to make file names unique.
std::string_view withoutChecksum(std::string_view name) {
    const auto dash = name.rfind('-');
    if (dash == std::string_view::npos || name.size() - dash - 1 < 6 ||
        name.size() - dash - 1 > 8) {
        return name;
    }
    const auto sum = name.substr(dash + 1);
    const bool hex = std::all_of(sum.begin(), sum.end(),
                                 [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); });
    return hex && std::any_of(sum.begin(), sum.end(), isDigit) ? name.substr(0, dash) : name;
}

/// "3" -> "III", "3-4" -> "III-IV"; empty for anything else.
std::string romanRange(std::string_view movement) {
    std::string text;
    for (const std::string& part : wordsOf(movement, "-")) {
        if (digitsAt(part, 0) != part.size() || part.size() > 2) {
            return {};
        }
        if (!text.empty()) {
            text += '-';
        }
        text += roman(std::stoi(part));
    }
    return text;
}

/// The movement that "3-4mov" or "1mov" in a file name states; empty if it states none.
std::string movementIn(std::string_view stem) {
    for (const std::string& word : wordsOf(stem, "_ ")) {
        const auto at = word.find("mov");
        if (at == std::string::npos || at == 0 || !isDigit(word[at - 1])) {
            continue;
        }
        std::size_t from = at - 1;
        if (from >= 2 && word[from - 1] == '-' && isDigit(word[from - 2]) &&
            (from == 2 || word[from - 3] == '-')) {
            from -= 2;
        }
        return romanRange(word.substr(from, at - from));
    }
    return {};
}

} // namespace

std::string displayTitle(std::string_view name) {
    std::string_view bare = withoutExtension(name);
    if (endsWith(bare, "_format0")) {
        bare = bare.substr(0, bare.size() - 8);
    }
    const std::string_view rest = withoutTrackNumber(bare);
    std::string text = withoutUnderscores(rest);
    text = withoutHyphens(std::move(text), rest.size() < bare.size());
    text = trimmed(withNumbers(withCapitals(text)));
    return text.empty() ? std::string(name) : text;
}

std::string displayWork(std::string_view composer, std::string_view work, std::string_view movement,
                        std::string_view file) {
    const std::string person = lowered(composer);
    std::vector<std::string> words;
    std::string catalogue;
    for (std::string& word : wordsOf(work, "-_ ")) {
        if (lowered(word) == person) {
            continue;
        }
        const bool afterSymphony = !words.empty() && lowered(words.back()) == "symphony";
        if (afterSymphony && digitsAt(word, 0) == word.size()) {
            word = "no" + word;
        } else if (lowered(word)[0] == 'k' && word.size() > 1 &&
                   digitsAt(word, 1) == word.size() - 1) {
            catalogue = "K. " + word.substr(1);
            continue;
        } else if (word == "o" && !words.empty()) {
            word = "overture";
        }
        words.push_back(std::move(word));
    }
    std::string title = withNumbers(withCapitals(joined(words)));
    if (!catalogue.empty()) {
        title += (title.empty() ? "" : ", ") + catalogue;
    }

    const auto slash = file.find_last_of('/');
    const auto stem = withoutChecksum(
        withoutExtension(slash == std::string_view::npos ? file : file.substr(slash + 1)));
    std::string part = movementIn(stem);
    const bool symphony = lowered(work).find("symphony") != std::string::npos;
    if (part.empty() && !movement.empty()) {
        const std::string numerals = romanRange(movement);
        const bool one = movement.find('-') == std::string_view::npos;
        part = !numerals.empty() && (one || symphony) ? numerals : "No. " + std::string(movement);
    }
    if (part.empty()) {
        const std::size_t dash = stem.rfind('-');
        const auto last =
            dash == std::string_view::npos ? std::string_view() : stem.substr(dash + 1);
        if (symphony && last.size() == 1 && isDigit(last[0]) && last[0] != '0') {
            part = roman(last[0] - '0');
        } else {
            // The parts of the file name that the work's name does not contain.
            std::vector<std::string> own;
            const auto known = wordsOf(lowered(work), "-_ ");
            for (std::string& word : wordsOf(stem, "-_ ")) {
                const std::string small = lowered(word);
                const bool said =
                    small == person ||
                    std::find(known.begin(), known.end(), small) != known.end() ||
                    (symphony && small[0] == 'n' && digitsAt(small, 1) == small.size() - 1);
                if (!said) {
                    own.push_back(digitsAt(word, 0) == word.size() ? plainNumber(word) : word);
                }
            }
            if (!own.empty() && own.front() == "0" && own.size() > 1) {
                own.erase(own.begin());
            }
            part = withNumbers(withCapitals(joined(own)));
        }
    }
    if (title.empty()) {
        return part.empty() ? displayTitle(file) : part;
    }
    return part.empty() ? title : title + ", " + part;
}

std::string_view sortKey(std::string_view title) {
    for (std::size_t i = 0; i < title.size(); ++i) {
        // Quotation marks and dashes (U+2010 to U+201F) begin with these two bytes.
        if (title.substr(i, 2) == "\xe2\x80" && i + 2 < title.size()) {
            i += 2;
        } else if (isDigit(title[i]) || isLetter(title[i])) {
            return title.substr(i);
        }
    }
    return title;
}

} // namespace canto::music
