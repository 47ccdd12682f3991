// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/composing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace canto::models::polyphonic {

using codec::GridNote;
using codec::GridPhrase;
using torch::Tensor;

namespace {

constexpr std::int64_t kTempo = kPlane + kControls;
constexpr std::int64_t kLength = kTempo + 1;

// How much of a track's block stays from one phrase to the next; the lead changes most.
constexpr std::array<double, kVoices> kStays{0.95, 0.9, 0.9, 0.9, 0.9, 0.8};
constexpr double kNewSection = 0.55; ///< of all tracks but the drums
constexpr double kReturns = 0.99;    ///< of a section that returns: a slight variation
constexpr double kTurn = 0.9;        ///< and of its last phrase
constexpr float kOutOfKey = 2.5F;    ///< taken from the logits of notes out of the key
constexpr std::int64_t kCandidates = 12;
constexpr std::int64_t kFirstCandidates = 32;

int barsOf(const GridPhrase& phrase) {
    return std::max(1, (phrase.steps + phrase.barSteps - 1) / phrase.barSteps);
}

codec::PitchClasses pitchClasses(std::span<const GridPhrase> phrases) {
    codec::PitchClasses classes{};
    for (const auto& phrase : phrases) {
        for (const auto& note : phrase.notes) {
            if (note.track > 0) {
                classes[note.pitch % 12] += note.length;
            }
        }
    }
    return classes;
}

/// Length of notes outside the key, as a share.
double outOfKey(const GridPhrase& phrase, const Scale& key) {
    double outside = 0;
    double all = 0;
    for (const auto& note : phrase.notes) {
        if (note.track > 0) {
            all += note.length;
            outside += key.has(note.pitch) ? 0 : note.length;
        }
    }
    return all > 0 ? outside / all : 0.0;
}

std::array<int, kVoices> noteCounts(const GridPhrase& phrase) {
    std::array<int, kVoices> counts{};
    for (const auto& note : phrase.notes) {
        ++counts[note.track];
    }
    return counts;
}

class Composing {
  public:
    Composing(NetImpl& net, std::span<const GridPhrase> begun,
              const std::function<Tensor(Random&)>& start, const PiecePlan& plan, Random& random)
        : m_net(net), m_start(start), m_plan(plan), m_random(random) {
        m_barSteps = 16;
        if (!begun.empty()) {
            m_barSteps = std::clamp(begun.back().barSteps, 1, codec::kPhraseGrid);
            m_tempo = begun.back().bpm;
            continueFrom(begun);
        }
        m_phraseBars = std::clamp(codec::kPhraseGrid / m_barSteps, 1, 2);
        m_places = phrasePlaces(plan.bars, plan.form, m_phraseBars);
    }

    Result<std::vector<GridPhrase>> run(const OnPhrase& onPhrase,
                                        const std::function<bool()>& stop) {
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            if (stop && stop()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            m_phrases.push_back(written(i));
            if (onPhrase && !onPhrase(m_phrases)) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
        }
        return std::move(m_phrases);
    }

  private:
    /// The last phrases of a song, up to four, are what the new ones follow.
    void continueFrom(std::span<const GridPhrase> begun) {
        std::vector<GridPhrase> last;
        for (auto phrase = begun.rbegin(); phrase != begun.rend() && last.size() < 4; ++phrase) {
            if (!phrase->notes.empty() && phrase->barSteps == m_barSteps &&
                barsOf(*phrase) == std::clamp(codec::kPhraseGrid / m_barSteps, 1, 2)) {
                last.insert(last.begin(), *phrase);
            }
        }
        if (last.empty()) {
            return;
        }
        const auto batch = batchOf(last);
        const auto u = m_net.latentOf(batch, m_net.encoder(batch));
        for (std::int64_t i = 0; i < u.size(0); ++i) {
            m_before.push_back(u.narrow(0, i, 1).clone());
        }
        const auto all = last.size() < begun.size()
                             ? begun.last(std::min<std::size_t>(16, begun.size()))
                             : begun;
        m_key = Scale::of(all);
        for (const auto& phrase : last) {
            for (std::size_t track = 0; track < kVoices; ++track) {
                if (phrase.programs[track] != codec::kNoProgram) {
                    m_programs[track] = phrase.programs[track];
                }
            }
            m_density += static_cast<double>(phrase.notes.size()) / double(last.size());
        }
    }

    GridPhrase written(std::size_t at) {
        const auto& place = m_places[at];
        const bool fresh = m_latents.empty() && m_before.empty();
        std::vector<Tensor> tried;
        const auto count = fresh ? kFirstCandidates : kCandidates;
        for (std::int64_t i = 0; i < count; ++i) {
            auto u = fresh ? m_net.toU(m_start(m_random)) : candidate(place, at);
            settle(u, place.bar);
            tried.push_back(std::move(u));
        }
        const auto all = torch::cat(tried);
        auto decoded = decode(all);
        std::size_t best = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < decoded.size(); ++i) {
            const double cost = costOf(decoded[i], all[static_cast<std::int64_t>(i)], fresh);
            if (cost < least) {
                least = cost;
                best = i;
            }
        }
        auto phrase = std::move(decoded[best]);
        if (fresh) {
            // Its key is that of the piece: written again, in it.
            m_key = Scale::of({&phrase, 1});
            phrase = std::move(decode(tried[best]).front());
            m_tempo = phrase.bpm;
            m_density = static_cast<double>(phrase.notes.size());
        }
        m_latents.push_back(tried[best]);
        finish(phrase, place);
        if (at + 1 == m_places.size() && !m_plan.form.empty()) {
            endPhrase(phrase, m_key.value_or(Scale{}));
        }
        return phrase;
    }

    /// A latent near those before it.
    Tensor candidate(const PhrasePlace& place, std::size_t at) {
        if (place.source) {
            return stepFrom(m_latents[*place.source],
                            [&](int) { return place.last ? kTurn : kReturns; });
        }
        if (place.first && at > 0) {
            return stepFrom(m_latents.front(),
                            [](int track) { return track == 0 ? kStays[0] : kNewSection; });
        }
        const auto stays = [](int track) { return kStays[static_cast<std::size_t>(track)]; };
        if (!m_before.empty() && place.section == 0) {
            return stepFrom(m_before[at % m_before.size()], stays);
        }
        // The second phrase of a section follows the first, the others that two before them.
        const auto back = at >= 2 && !m_places[at - 1].first ? 2U : 1U;
        return stepFrom(m_latents[at - back], stays);
    }

    /// A step of the process whose stationary distribution is the prior of the blocks.
    template <class Fn>
    Tensor stepFrom(const Tensor& from, const Fn& stays) {
        auto u = from.clone();
        float* values = u.data_ptr<float>();
        for (int track = 0; track < kVoices; ++track) {
            const double keep = stays(track);
            const double spread = m_plan.temperature * std::sqrt(1 - keep * keep);
            // Not its first number, which says whether the track plays.
            for (int i = m_net.config.blockBegin(track) + 1; i < m_net.config.blockBegin(track + 1);
                 ++i) {
                values[i] = static_cast<float>(keep * values[i] + spread * m_random.normal());
            }
        }
        return u;
    }

    /// The class, the tempo and the metre of the piece.
    void settle(Tensor& u, int bar) {
        const auto& planes = m_plan.planes;
        if (!planes.empty() && m_before.empty()) {
            const auto which =
                std::min<std::size_t>(static_cast<std::size_t>(bar), planes.size() - 1);
            u.narrow(1, 0, kPlane)
                .copy_(planes[which].view({1, kPlane}) / m_net.scale.narrow(0, 0, kPlane));
        }
        u[0][kLength] = static_cast<float>(lengthUnits(m_barSteps * m_phraseBars));
        if (m_tempo) {
            u[0][kTempo] = static_cast<float>(tempoUnits(*m_tempo));
        }
    }

    std::vector<GridPhrase> decode(const Tensor& u) {
        if (!m_key) {
            return m_net.phrasesOf(u);
        }
        auto bias = torch::zeros({kPitches});
        for (int key = 0; key < kPitches; ++key) {
            if (!m_key->has(key + codec::kGridLowest)) {
                bias[key] = -kOutOfKey;
            }
        }
        return m_net.phrasesOf(u, bias);
    }

    /// What is wrong with a candidate: notes out of the key, another density than that of the
    /// piece, tracks that should play and do not.
    double costOf(const GridPhrase& phrase, const Tensor& u, bool fresh) const {
        constexpr double kUsualNotes = 80; // of two bars of a band
        if (phrase.notes.empty()) {
            return 1000;
        }
        const double wanted = m_density > 0 ? m_density : kUsualNotes;
        double cost = std::abs(std::log(static_cast<double>(phrase.notes.size()) / wanted));
        const auto counts = noteCounts(phrase);
        for (int track = 0; track < kVoices; ++track) {
            const bool plays = u[m_net.config.blockBegin(track)].item<float>() > 0;
            cost += plays && counts[static_cast<std::size_t>(track)] == 0 ? 1.0 : 0.0;
        }
        if (fresh) {
            const auto key = codec::keyOf(pitchClasses({&phrase, 1}));
            cost += 3 * (1 - std::max(key.major.likeness, key.minor.likeness));
        } else if (m_key) {
            cost += 4 * outOfKey(phrase, *m_key);
        }
        return cost;
    }

    /// The piece's metre, tempo and instruments.
    void finish(GridPhrase& phrase, const PhrasePlace& place) {
        phrase.barSteps = m_barSteps;
        phrase.steps = m_barSteps * place.bars;
        phrase.bpm = *m_tempo;
        std::erase_if(phrase.notes,
                      [&](const GridNote& note) { return note.step >= phrase.steps; });
        for (auto& note : phrase.notes) {
            note.length = std::min(note.length, phrase.steps - note.step);
        }
        for (std::size_t track = 0; track < kVoices; ++track) {
            auto& program = phrase.programs[track];
            if (program != codec::kNoProgram) {
                program = m_programs[track].value_or(program);
                m_programs[track] = program;
            }
        }
    }

    NetImpl& m_net;
    const std::function<Tensor(Random&)>& m_start;
    const PiecePlan& m_plan;
    Random& m_random;
    int m_barSteps = 16;
    int m_phraseBars = 2;
    std::vector<PhrasePlace> m_places;
    std::optional<double> m_tempo;
    std::optional<Scale> m_key;
    double m_density = 0; ///< notes of a phrase; 0: not known yet
    std::array<std::optional<std::uint8_t>, kVoices> m_programs{};
    std::vector<Tensor> m_before;  ///< (1, Z) of the last phrases of what is continued
    std::vector<Tensor> m_latents; ///< (1, Z) of the new phrases
    std::vector<GridPhrase> m_phrases;
};

} // namespace

std::vector<PhrasePlace> phrasePlaces(int bars, const std::string& form, int phraseBars) {
    const int sections = std::max(1, static_cast<int>(form.size()));
    const int length = (bars + sections - 1) / sections;
    std::vector<PhrasePlace> places;
    std::vector<std::size_t> begins; // of the sections
    for (int bar = 0; bar < bars;) {
        PhrasePlace place;
        place.bar = bar;
        place.section = bar / length;
        const int within = bar - place.section * length;
        const int left = std::min(length - within, bars - bar);
        place.bars = std::min(phraseBars, left);
        place.first = within == 0;
        place.last = place.bars == left && !place.first;
        if (place.first) {
            begins.push_back(places.size());
        }
        if (!form.empty()) {
            const auto first = form.find(form[static_cast<std::size_t>(place.section)]);
            if (first != static_cast<std::size_t>(place.section)) {
                place.source = begins[first] + (places.size() - begins.back());
            }
        }
        bar += place.bars;
        places.push_back(place);
    }
    return places;
}

bool Scale::has(int pitch) const {
    constexpr std::array<bool, 12> kMajor{1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1};
    constexpr std::array<bool, 12> kMinor{1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1};
    const auto degree = static_cast<std::size_t>(((pitch - tonic) % 12 + 12) % 12);
    return minor ? kMinor[degree] : kMajor[degree];
}

std::optional<Scale> Scale::of(std::span<const GridPhrase> phrases) {
    const auto classes = pitchClasses(phrases);
    if (std::all_of(classes.begin(), classes.end(), [](double value) { return value == 0; })) {
        return {};
    }
    const auto key = codec::keyOf(classes);
    return Scale{static_cast<int>(key.tonic()), key.isMinor()};
}

void endPhrase(GridPhrase& phrase, const Scale& key) {
    const int from = phrase.steps - std::min(phrase.barSteps, phrase.steps);
    struct Part {
        int notes = 0, voices = 0;
        double pitch = 0, velocity = 0;
        int last = 60;
    };
    std::array<Part, kVoices> parts;
    for (const auto& note : phrase.notes) {
        auto& part = parts[note.track];
        ++part.notes;
        part.pitch += note.pitch;
        part.velocity += note.velocity;
        part.last = note.pitch;
    }
    std::erase_if(phrase.notes, [&](const GridNote& note) { return note.step >= from; });
    for (auto& note : phrase.notes) {
        note.length = std::min(note.length, from - note.step);
    }
    const auto nearest = [](int pitchClass, double pitch) {
        const int octave = static_cast<int>(std::lround((pitch - pitchClass) / 12));
        int found = pitchClass + 12 * octave;
        found += found < codec::kGridLowest ? 12 : 0;
        return found >= codec::kGridLowest + codec::kGridPitches ? found - 12 : found;
    };
    const int third = (key.tonic + (key.minor ? 3 : 4)) % 12;
    const int fifth = (key.tonic + 7) % 12;
    for (std::size_t track = 0; track < kVoices; ++track) {
        const auto& part = parts[track];
        if (part.notes == 0) {
            continue;
        }
        const auto add = [&](int pitch, int length) {
            GridNote note;
            note.step = from;
            note.length = length;
            note.track = static_cast<std::uint8_t>(track);
            note.pitch = static_cast<std::uint8_t>(pitch);
            note.velocity = static_cast<std::uint8_t>(
                std::clamp<long>(std::lround(part.velocity / part.notes), 1, 127));
            phrase.notes.push_back(note);
        };
        const int whole = phrase.steps - from;
        const double mean = part.pitch / part.notes;
        switch (static_cast<codec::Voice>(track)) {
        case codec::Voice::Drums:
            add(36, 1);
            add(49, 1);
            break;
        case codec::Voice::Bass:
            add(nearest(key.tonic, mean), whole);
            break;
        case codec::Voice::Lead:
            add(nearest(key.tonic, part.last), whole);
            break;
        default:
            for (const int tone : {key.tonic, third, fifth}) {
                add(nearest(tone, mean), whole);
            }
        }
    }
    std::sort(phrase.notes.begin(), phrase.notes.end(), [](const GridNote& a, const GridNote& b) {
        return std::tuple(a.step, a.track, a.pitch) < std::tuple(b.step, b.track, b.pitch);
    });
}

Result<std::vector<GridPhrase>> composePhrases(NetImpl& net, std::span<const GridPhrase> begun,
                                               const std::function<Tensor(Random&)>& start,
                                               const PiecePlan& plan, Random& random,
                                               const OnPhrase& onPhrase,
                                               const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    return Composing(net, begun, start, plan, random).run(onPhrase, stop);
}

} // namespace canto::models::polyphonic
