// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/qt_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <iterator>
#include <vector>

namespace canto::app {
namespace {

/// Those with %1 to %4, in ascending order, stand for texts with numbers or names there.
constexpr const char* kCoreTexts[] = {
    // Spaces (app/spaces/spaces.cpp)
    QT_TRANSLATE_NOOP("CoreTexts", "Style"),
    QT_TRANSLATE_NOOP("CoreTexts", "Songs of a band, by genre"),
    QT_TRANSLATE_NOOP("CoreTexts", "Emotion"),
    QT_TRANSLATE_NOOP("CoreTexts", "Piano music, by emotion; elements are carried between songs"),
    QT_TRANSLATE_NOOP("CoreTexts", "Orchestra"),
    QT_TRANSLATE_NOOP("CoreTexts", "Orchestral sound, by composer"),
    QT_TRANSLATE_NOOP("CoreTexts", "Arrangement"),
    QT_TRANSLATE_NOOP("CoreTexts", "Two bars for piano: chords, sound and texture"),
    QT_TRANSLATE_NOOP("CoreTexts", "My latents"),
    QT_TRANSLATE_NOOP("CoreTexts", "Latents of other programs, with their sound"),
    QT_TRANSLATE_NOOP("CoreTexts", "As given"),
    QT_TRANSLATE_NOOP("CoreTexts", "The %1 space cannot be opened: its weights and library are not "
                                   "installed (%2)"),
    QT_TRANSLATE_NOOP("CoreTexts", "The %1 space cannot be opened: its weights are not installed "
                                   "(%2)"),
    QT_TRANSLATE_NOOP("CoreTexts", "The %1 space cannot be opened: its library is not installed "
                                   "(%2)"),
    // Models and their latent blocks (ModelInfo)
    QT_TRANSLATE_NOOP("CoreTexts", "Audio-to-symbolic arrangement"),
    QT_TRANSLATE_NOOP("CoreTexts", "MusAE, %1 bars, prior over genre (%2)"),
    QT_TRANSLATE_NOOP("CoreTexts", "MusER, four bars of piano, prior over four quadrants of "
                                   "emotion"),
    QT_TRANSLATE_NOOP("CoreTexts", "Orchestra, clip on mel"),
    QT_TRANSLATE_NOOP("CoreTexts", "Arrangement, full"),
    QT_TRANSLATE_NOOP("CoreTexts", "Genre"),
    QT_TRANSLATE_NOOP("CoreTexts", "Styles"),
    QT_TRANSLATE_NOOP("CoreTexts", "Notes"),
    QT_TRANSLATE_NOOP("CoreTexts", "Register"),
    QT_TRANSLATE_NOOP("CoreTexts", "Silence"),
    QT_TRANSLATE_NOOP("CoreTexts", "Content"),
    QT_TRANSLATE_NOOP("CoreTexts", "All notes on six tracks, prior over genre (%1)"),
    QT_TRANSLATE_NOOP("CoreTexts", "All notes"),
    QT_TRANSLATE_NOOP("CoreTexts", "Loudness"),
    QT_TRANSLATE_NOOP("CoreTexts", "Tempo and length"),
    QT_TRANSLATE_NOOP("CoreTexts", "Drums"),
    QT_TRANSLATE_NOOP("CoreTexts", "Bass"),
    QT_TRANSLATE_NOOP("CoreTexts", "Keys"),
    QT_TRANSLATE_NOOP("CoreTexts", "Guitar"),
    QT_TRANSLATE_NOOP("CoreTexts", "Strings"),
    QT_TRANSLATE_NOOP("CoreTexts", "Lead"),
    QT_TRANSLATE_NOOP("CoreTexts", "Tempo"),
    QT_TRANSLATE_NOOP("CoreTexts", "Chord"),
    QT_TRANSLATE_NOOP("CoreTexts", "Beat"),
    QT_TRANSLATE_NOOP("CoreTexts", "Type"),
    QT_TRANSLATE_NOOP("CoreTexts", "Pitch"),
    QT_TRANSLATE_NOOP("CoreTexts", "Duration"),
    QT_TRANSLATE_NOOP("CoreTexts", "Velocity"),
    QT_TRANSLATE_NOOP("CoreTexts", "Chords"),
    QT_TRANSLATE_NOOP("CoreTexts", "Sound"),
    QT_TRANSLATE_NOOP("CoreTexts", "Texture"),
    // Classes (core/music/class_labels.cpp)
    QT_TRANSLATE_NOOP("CoreTexts", "Happy"),
    QT_TRANSLATE_NOOP("CoreTexts", "Happy, excited: high arousal, positive valence"),
    QT_TRANSLATE_NOOP("CoreTexts", "Tense"),
    QT_TRANSLATE_NOOP("CoreTexts", "Tense, angry: high arousal, negative valence"),
    QT_TRANSLATE_NOOP("CoreTexts", "Sad"),
    QT_TRANSLATE_NOOP("CoreTexts", "Sad, depressed: low arousal, negative valence"),
    QT_TRANSLATE_NOOP("CoreTexts", "Calm"),
    QT_TRANSLATE_NOOP("CoreTexts", "Calm, relaxed: low arousal, positive valence"),
    QT_TRANSLATE_NOOP("CoreTexts", "high"),
    QT_TRANSLATE_NOOP("CoreTexts", "low"),
    QT_TRANSLATE_NOOP("CoreTexts", "positive"),
    QT_TRANSLATE_NOOP("CoreTexts", "negative"),
    QT_TRANSLATE_NOOP("CoreTexts", "Classifier accuracy %1 % on %2 clips of unseen songs."),
    // Maps, and how a latent was found (core/projection, app/workspace/projection.cpp)
    QT_TRANSLATE_NOOP("CoreTexts", "PCA"),
    QT_TRANSLATE_NOOP("CoreTexts", "data point"),
    QT_TRANSLATE_NOOP("CoreTexts", "PCA inverse, the rest at the mean"),
    QT_TRANSLATE_NOOP("CoreTexts", "PCA inverse, the rest from 8 neighbours"),
    QT_TRANSLATE_NOOP("CoreTexts", "two dimensions, the rest at the mean"),
    QT_TRANSLATE_NOOP("CoreTexts", "two dimensions, the rest from 8 neighbours"),
    QT_TRANSLATE_NOOP("CoreTexts", "weighted average of the %1 nearest phrases"),
    QT_TRANSLATE_NOOP("CoreTexts", "snapped to the nearest phrase"),
    // Sound and MIDI devices (core/sound)
    QT_TRANSLATE_NOOP("CoreTexts", "None"),
    QT_TRANSLATE_NOOP("CoreTexts", "Internal synth"),
    QT_TRANSLATE_NOOP("CoreTexts", "Virtual port"),
    QT_TRANSLATE_NOOP("CoreTexts", "Blocks are taken by hand"),
    QT_TRANSLATE_NOOP("CoreTexts", "No audio device. Playback is silent; export still works."),
    QT_TRANSLATE_NOOP("CoreTexts", "%1, %2 Hz, %3 frames, %4 ms"),
    QT_TRANSLATE_NOOP("CoreTexts", "No SoundFont: silent. Choose one, or install "
                                   "timgm6mb-soundfont or fluid-soundfont-gm"),
    QT_TRANSLATE_NOOP("CoreTexts", "MIDI output %1 is gone"),
    QT_TRANSLATE_NOOP("CoreTexts", "MIDI output %1 is back"),
    QT_TRANSLATE_NOOP("CoreTexts", "MIDI input %1 is gone"),
    QT_TRANSLATE_NOOP("CoreTexts", "MIDI input %1 is back"),
    QT_TRANSLATE_NOOP("CoreTexts", "The MIDI server ended"),
    // Analysis of recordings (core/audio)
    QT_TRANSLATE_NOOP("CoreTexts", "No steady beat was found (speech, noise or free music?): beats "
                                   "and bars are a guess"),
    QT_TRANSLATE_NOOP("CoreTexts", "The tempo may be double: %1 bpm"),
    QT_TRANSLATE_NOOP("CoreTexts", "The tempo may be half: %1 bpm"),
    // Music of the user (app/runs/own_music.cpp, core/codec/piano_part.cpp)
    QT_TRANSLATE_NOOP("CoreTexts", "Only %1 phrases to learn from (%2 or more are advised): the "
                                   "model may know them by heart instead of learning a style."),
    QT_TRANSLATE_NOOP("CoreTexts", "No song can be held out: there are too few to measure the "
                                   "result honestly (three of a label are the least)."),
    QT_TRANSLATE_NOOP("CoreTexts", "Label \"%1\" has %2 song: none of it is held out."),
    QT_TRANSLATE_NOOP("CoreTexts", "Label \"%1\" has %2 songs: none of it is held out."),
    QT_TRANSLATE_NOOP("CoreTexts", "%1: Reduced from %2 instruments to piano: %3 of %4 notes are "
                                   "left out"),
};

QString translatedCoreText(const char* source) {
    return QCoreApplication::translate("CoreTexts", source);
}

/// A text of the table with %1 and its pattern.
struct CoreTextPattern {
    const char* source;
    QRegularExpression pattern;
};

std::vector<CoreTextPattern> coreTextPatterns() {
    static const QRegularExpression kPlace(QStringLiteral(R"(\\%\d)"));
    std::vector<CoreTextPattern> patterns;
    for (const char* source : kCoreTexts) {
        const QString whole = QString::fromUtf8(source);
        if (whole.contains(QLatin1String("%1"))) {
            const QString pattern =
                QRegularExpression::escape(whole).replace(kPlace, QStringLiteral("(.+)"));
            patterns.push_back(
                {source, QRegularExpression(QRegularExpression::anchoredPattern(pattern))});
        }
    }
    return patterns;
}

} // namespace

QString coreText(std::string_view english) {
    const auto known = std::find(std::begin(kCoreTexts), std::end(kCoreTexts), english);
    if (known != std::end(kCoreTexts)) {
        return translatedCoreText(*known);
    }
    static const std::vector<CoreTextPattern> kPatterns = coreTextPatterns();
    const QString whole = text(english);
    for (const CoreTextPattern& one : kPatterns) {
        if (const auto match = one.pattern.match(whole); match.hasMatch()) {
            const QString source = translatedCoreText(one.source);
            switch (match.lastCapturedIndex()) {
            case 1:
                return source.arg(match.captured(1));
            case 2:
                return source.arg(match.captured(1), match.captured(2));
            default:
                return source.arg(match.captured(1), match.captured(2), match.captured(3),
                                  match.captured(4));
            }
        }
    }
    return whole;
}

} // namespace canto::app
