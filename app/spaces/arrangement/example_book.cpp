// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/arrangement/example_book.h"

#include "app/library/importer.h"
#include "app/spaces/arrangement/space.h"
#include "core/midi/smf_reader.h"

#include <algorithm>

#ifdef CANTO_ATLAS

#include "core/atlas/atlas.h"

namespace canto {

namespace {

Error noExamples(const std::string& where) {
    return {Error::Code::BadInput, "There are no two bars of music in 4/4 or 3/4 to imitate", where,
            "Name MIDI files of piano music"};
}

} // namespace

Result<std::vector<arrange::Example>> examplesOfFiles(const std::filesystem::path& path,
                                                      const CancelToken& cancel,
                                                      const Progress& progress) {
    CANTO_TRY(files, findMidiFiles(std::span(&path, 1), Naming::Absolute));
    std::vector<arrange::Example> examples;
    for (std::size_t i = 0; i < files->size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        if (const auto read = midi::readSmfFile((*files)[i].file)) {
            auto more = arrange::examplesOf(read->song, static_cast<int>(i));
            std::move(more.begin(), more.end(), std::back_inserter(examples));
        }
        if (progress) {
            progress(i + 1, files->size());
        }
    }
    if (examples.empty()) {
        return fail(noExamples(path.string()));
    }
    return examples;
}

Result<std::vector<arrange::Example>> examplesOfLibrary(const std::filesystem::path& library,
                                                        const models::LatentModel& model, int most,
                                                        const CancelToken& cancel,
                                                        const Progress& progress) {
    CANTO_TRY(opened, atlas::Atlas::open(library, atlas::Access::ReadOnly));
    CANTO_TRY(rows, opened->models());
    const auto row = std::find_if(rows->begin(), rows->end(), [&](const atlas::ModelRow& known) {
        return known.version == model.info().version;
    });
    if (row == rows->end()) {
        return fail(Error::Code::NotFound, "The library was not made with these weights",
                    library.string());
    }
    CANTO_TRY(points, opened->points(row->id));
    const auto count = std::min(points->count(), static_cast<std::size_t>(std::max(most, 1)));
    std::vector<arrange::Example> examples;
    for (std::size_t i = 0; i < count; ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto point = i * points->count() / count;
        const auto z = points->latent(point);
        CANTO_TRY(song, model.decode(models::Latent(z.begin(), z.end()), {.cancel = cancel}, {}));
        const auto& segment = points->segments[point];
        for (auto& example : arrange::examplesOf(*song, static_cast<int>(segment.song))) {
            if (example.bar == 0) {
                example.bar = segment.bar;
                examples.push_back(std::move(example));
            }
        }
        if (progress) {
            progress(i + 1, count);
        }
    }
    if (examples.empty()) {
        return fail(noExamples(library.string()));
    }
    return examples;
}

Result<std::vector<arrange::Example>> shippedExamples(const CancelToken& cancel,
                                                      const Progress& progress) {
    constexpr int kMost = 400;
    const Space space = arrangementSpace();
    if (!space.whyNot.empty()) {
        return fail(Error::Code::NotFound, space.whyNot);
    }
    CANTO_TRY(model, space.open());
    return examplesOfLibrary(space.atlas, **model, kMost, cancel, progress);
}

} // namespace canto

#endif
