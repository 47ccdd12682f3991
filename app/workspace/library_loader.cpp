// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/library_loader.h"

namespace canto::app {

LibraryLoader::LibraryLoader(QObject* parent) : QObject(parent) {}

LibraryLoader::~LibraryLoader() { cancel(); }

void LibraryLoader::cancel() {
    m_library.cancel();
    m_model.cancel();
    m_block.cancel();
}

void LibraryLoader::openLibrary(std::filesystem::path path, std::string modelVersion,
                                OpenModel open) {
    m_library.start([path = std::move(path), open = std::move(open),
                     version = std::move(modelVersion)](const auto& run) {
        const auto opened = readLibrary(path, version, run.cancel(), open);
        run.beat();
        if (!opened) {
            run.deliverError([name = QString::fromStdString(path.string())](
                                 LibraryLoader& to,
                                 const Error& error) { Q_EMIT to.libraryFailed(name, error); },
                             opened.error());
            return;
        }
        const LibraryPtr& library = *opened;
        run.deliver(&LibraryLoader::libraryOpened, library);
        const auto points =
            mapPointsOf(*library, coordinatesFor(*library, open), std::nullopt, run.cancel());
        run.beat();
        for (std::size_t map = 0; map < library->maps.size() && points && !run.cancelled(); ++map) {
            const auto projection = restoreProjection(library, map, *points, run.cancel());
            run.beat();
            if (!projection) {
                run.deliverError(
                    [library, map](LibraryLoader& to, const Error& error) {
                        Q_EMIT to.mapFailed(library, map, error);
                    },
                    projection.error());
                continue;
            }
            auto snapshot = library->maps[map].snapshot;
            if (!snapshot) {
                snapshot =
                    makeSnapshot(*library, (*projection)->positions(), library->columns.front());
            }
            run.deliver(&LibraryLoader::mapReady, library, map, *projection, snapshot);
        }
    });
}

void LibraryLoader::projectBlock(LibraryPtr library, OpenModel open, int block) {
    m_block.start([library = std::move(library), open = std::move(open), block](const auto& run) {
        const auto make = [&]() -> Result<ProjectionPtr> {
            const auto model = open();
            if (!model) {
                return fail(model.error());
            }
            const auto points = mapPointsOf(*library, std::make_shared<const Coordinates>(*model),
                                            block, run.cancel());
            if (!points) {
                return fail(points.error());
            }
            return app::projectBlock(library, *points, run.cancel());
        };
        const auto projection = make();
        if (!projection) {
            run.deliverError(&LibraryLoader::blockFailed, projection.error());
            return;
        }
        run.deliver(&LibraryLoader::blockReady, library, block, *projection,
                    makeSnapshot(*library, (*projection)->positions(), library->columns.front()));
    });
}

void LibraryLoader::openModel(OpenModel open) {
    m_model.start([open = std::move(open)](const auto& run) {
        run.deliverResult(open(), &LibraryLoader::modelOpened, &LibraryLoader::modelFailed);
    });
}

} // namespace canto::app
