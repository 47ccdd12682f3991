// SPDX-License-Identifier: GPL-3.0-or-later
// The audio thread under a trap: every allocation and every lock of this program while a block is
// rendered is counted, in our code and in FluidSynth.
//
// One exception is counted by itself: a FluidSynth built with OpenMP (Debian's) runs its effects in
// a team of one thread, which libgomp allocates and frees for each block.

#include "core/base/thread_role.h"
#include "core/sound/audio_core.h"
#include "core/sound/fluid_synth.h"
#include "core/sound/soundfont_probe.h"
#include "made_songs.h"
#include "made_soundfont.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <pthread.h>

namespace {
thread_local bool t_armed = false;
std::atomic<int> g_allocations{0};
std::atomic<int> g_locks{0};
std::atomic<int> g_writes{0};
std::atomic<int> g_openMp{0};
thread_local bool t_openMp = false;

[[maybe_unused]] void allocated() {
    if (t_armed) {
        ++(t_openMp ? g_openMp : g_allocations);
    }
}
} // namespace

#ifndef CANTO_SANITIZED // a sanitizer owns these functions itself

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) {
    allocated();
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    allocated();
    return __libc_calloc(count, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    allocated();
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    allocated();
    *block = __libc_memalign(alignment, size);
    return *block != nullptr ? 0 : ENOMEM;
}
void* realloc(void* old, std::size_t size) {
    allocated();
    return __libc_realloc(old, size);
}
void free(void* block) {
    if (block != nullptr) {
        allocated();
    }
    __libc_free(block);
}
void GOMP_parallel(void (*work)(void*), void* state, unsigned threads, unsigned flags) {
    using Parallel = void (*)(void (*)(void*), void*, unsigned, unsigned);
    static const Parallel real = reinterpret_cast<Parallel>(dlsym(RTLD_NEXT, "GOMP_parallel"));
    const bool before = t_openMp;
    t_openMp = true;
    real(work, state, threads, flags);
    t_openMp = before;
}
int pthread_mutex_lock(pthread_mutex_t* mutex) {
    using Lock = int (*)(pthread_mutex_t*);
    static const Lock real = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    g_locks += t_armed ? 1 : 0;
    return real(mutex);
}
ssize_t write(int file, const void* bytes, std::size_t count) {
    using Write = ssize_t (*)(int, const void*, std::size_t);
    static const Write real = reinterpret_cast<Write>(dlsym(RTLD_NEXT, "write"));
    g_writes += t_armed ? 1 : 0;
    return real(file, bytes, count);
}
}

#endif

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

using Kind = AudioCommand::Kind;

struct Rig {
    AudioCore core{48000};
    std::vector<std::unique_ptr<Plan>> plans;
    std::array<float, 256> left{};
    std::array<float, 256> right{};

    const Plan* plan(std::shared_ptr<const music::Song> song, bool cues = false) {
        auto& made = plans.emplace_back(std::make_unique<Plan>());
        made->id = plans.size();
        made->body = PlanBody::make(std::move(song), 48000, 0, cues);
        made->setLoop(std::pair<music::Tick, music::Tick>(0, kBarTicks));
        return made.get();
    }
    void send(Kind kind, const Plan* plan = nullptr, double value = 0) {
        AudioCommand command;
        command.kind = kind;
        command.plan = plan;
        command.value = value;
        core.commands.push(command);
    }
    void run(int frames, int block) {
        t_armed = true;
        for (int done = 0; done < frames; done += block) {
            core.render(left.data(), right.data(), block);
        }
        t_armed = false;
    }
};

/// Drums, chords, programs, controllers and bends on all channels.
std::shared_ptr<const music::Song> busySong() {
    using music::ChannelEvent;
    std::vector<music::Note> notes;
    std::vector<ChannelEvent> events;
    for (int i = 0; i < 400; ++i) {
        const int channel = i % 16;
        notes.push_back(
            note(i * 19, 200 + (i * 37) % 900, 30 + (i * 7) % 60, (i * 11) % 128, channel));
        const auto c = static_cast<std::uint8_t>(channel);
        events.push_back({.tick = i * 19,
                          .channel = c,
                          .kind = ChannelEvent::Kind::Control,
                          .number = static_cast<std::uint8_t>(
                              std::array{1, 7, 10, 64, 91, 93, 0}[static_cast<std::size_t>(i % 7)]),
                          .value = static_cast<std::int16_t>(i % 128)});
        events.push_back({.tick = i * 19 + 5,
                          .channel = c,
                          .kind = ChannelEvent::Kind::PitchBend,
                          .value = static_cast<std::int16_t>(i * 20 - 4000)});
    }
    return song(notes, events);
}

} // namespace

class TestRealTime : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    void playEverything(const std::filesystem::path& font, bool effects) {
        const SynthOptions options{.effects = effects};
        auto synth = FluidSynth::load(font, options);
        QVERIFY_RESULT(synth);
        auto second = FluidSynth::load(font, options);
        QVERIFY_RESULT(second);
        Rig rig;
        const auto busy = busySong();
        AudioCommand take;
        take.kind = Kind::Synth;
        take.synth = synth->get();
        rig.core.commands.push(take);
        rig.send(Kind::Start, rig.plan(busy));
        rig.run(2 * kBarFrames, 64);
        rig.send(Kind::ReplaceSameBar, rig.plan(busy, true));
        rig.send(Kind::Enqueue, rig.plan(busy));
        rig.run(kBarFrames, 64);
        rig.plans.push_back(std::make_unique<Plan>(*rig.plans[1]));
        rig.send(Kind::Swap, rig.plans.back().get());
        rig.run(6400, 256);
        rig.plans.push_back(std::make_unique<Plan>(*rig.plans[1]));
        rig.plans.back()->start = rig.plans.back()->body->cueAt(50000);
        rig.send(Kind::Seek, rig.plans.back().get());
        rig.run(6400, 100);
        auto tone = std::make_shared<Sound>();
        tone->samples.assign(2 * kBarFrames, 0.25f);
        rig.plans.push_back(std::make_unique<Plan>(*rig.plans[1]));
        rig.plans.back()->sound = tone; // beside the song, at first frame by frame
        rig.send(Kind::Start, rig.plans.back().get());
        rig.run(6400, 100);
        rig.send(Kind::SongGain, nullptr, 0.5);
        rig.send(Kind::SoundGain, nullptr, 0.5);
        rig.send(Kind::Tempo, nullptr, 1.5);
        rig.send(Kind::Gain, nullptr, 0.7);
        rig.run(6400, 64);
        rig.send(Kind::Pause);
        rig.run(6400, 64);
        rig.send(Kind::Resume);
        rig.run(6400, 64);
        take.synth = second->get();
        rig.core.commands.push(take);
        rig.core.thru.push(MidiMessage::noteOn(2, 60, 90));
        rig.run(6400, 64);
        rig.send(Kind::SynthOn, nullptr, 0);
        rig.run(640, 64);
        rig.send(Kind::SynthOn, nullptr, 1);
        rig.send(Kind::Panic);
        rig.run(640, 64);
        rig.send(Kind::Stop);
        rig.run(9600, 64);
        QCOMPARE(rig.core.activeVoices(), 0);
        QCOMPARE(g_allocations.load(), 0);
        QCOMPARE(g_locks.load(), 0);
        QCOMPARE(g_writes.load(), 0);
        if (!effects) {
            QCOMPARE(g_openMp.load(), 0);
        } else {
            qInfo("%d allocations and releases by OpenMP in FluidSynth's effects", g_openMp.load());
        }
    }

  private Q_SLOTS:
    void init() {
#ifdef CANTO_SANITIZED
        QSKIP("the sanitizer owns malloc");
#endif
        g_allocations = g_locks = g_writes = g_openMp = 0;
    }

    void theTrapCatches() {
        t_armed = true;
        free(malloc(10));
        pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
        pthread_mutex_lock(&mutex);
        t_armed = false;
        pthread_mutex_unlock(&mutex);
        QVERIFY(g_allocations.load() >= 1);
        QCOMPARE(g_locks.load(), 1);
    }

    void nothingAllocatesOrLocks_data() {
        QTest::addColumn<bool>("ofTheSystem");
        QTest::addColumn<bool>("effects");
        QTest::newRow("made SoundFont, dry") << false << false;
        QTest::newRow("made SoundFont, effects") << false << true;
        QTest::newRow("the system's SoundFont, dry") << true << false;
        QTest::newRow("the system's SoundFont, effects") << true << true;
    }
    void nothingAllocatesOrLocks() {
        QFETCH(bool, ofTheSystem);
        QFETCH(bool, effects);
        auto font = writeBytes(std::filesystem::path(m_folder.path().toStdString()) / "made.sf2",
                               madeSoundFontBytes());
        if (ofTheSystem) {
            const auto found = defaultSoundFont();
            if (!found) {
                QSKIP("no SoundFont on this system");
            }
            font = *found;
        }
        playEverything(font, effects);
    }
};

QTEST_APPLESS_MAIN(TestRealTime)
#include "tst_real_time.moc"
