// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/library_loader.h"

#include "app/workspace/qt_text.h"

namespace canto::app {

void LibraryLoader::cancel() {
    m_library.cancel();
    m_model.cancel();
}

void LibraryLoader::openLibrary(std::filesystem::path path, std::string modelVersion,
                                OpenModel open) {
    m_library.start([path = std::move(path), open = std::move(open),
                     version = std::move(modelVersion)](const auto& run) {
        const auto opened = readLibrary(path, version, run.cancel(), open);
        run.beat();
        if (!opened) {
            run.deliverError(
                [name = text(path)](LibraryLoader& to, const Error& error) {
                    Q_EMIT to.libraryFailed(name, error);
                },
                opened.error());
            return;
        }
        const LibraryPtr& library = *opened;
        run.deliver(&LibraryLoader::libraryOpened, library);
        const auto points =
            mapPointsOf(*library, coordinatesFor(*library, open), std::nullopt, run.cancel());
        run.beat();
        for (std::size_t map = 0; map < library->maps.size() && points && !run.cancelled(); ++map) {
            LoadedMap loaded{library, map, nullptr, library->maps[map].snapshot};
            const auto projection = restoreProjection(library, map, *points, run.cancel());
            run.beat();
            if (!projection) {
                loaded.problem = projection.error();
            } else {
                loaded.projection = *projection;
                if (!loaded.snapshot) {
                    loaded.snapshot = makeSnapshot(*library, (*projection)->positions(),
                                                   library->columns.front());
                }
            }
            run.deliver(&LibraryLoader::mapLoaded, std::move(loaded));
        }
    });
}

void LibraryLoader::openModel(OpenModel open) {
    m_model.start([open = std::move(open)](const auto& run) {
        run.deliverResult(open(), &LibraryLoader::modelOpened, &LibraryLoader::modelFailed);
    });
}

} // namespace canto::app
