// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/library_loader.h"

#include "app/workspace/qt_text.h"
#include "models/common/device.h"
#include "models/common/loading.h"

#include <QTimer>
#include <utility>

namespace canto::app {
namespace {

constexpr int kFirstMapMs = 100; ///< until the first map is drawn; loading networks slows that down

} // namespace

void LibraryLoader::cancel() {
    m_library.cancel();
    m_due.reset();
    m_model.cancel();
}

void LibraryLoader::openLibrary(std::filesystem::path path, std::string modelVersion,
                                OpenModel open) {
    m_due.reset();
    m_library.start([path = std::move(path), open = std::move(open),
                     version = std::move(modelVersion)](const auto& run) {
        const auto opened = readLibrary(path, version, run.cancel(), open);
        run.beat();
        if (opened) {
            run.deliver(&LibraryLoader::show, *opened, open);
            return;
        }
        run.deliverError(
            [name = text(path)](LibraryLoader& to, const Error& error) {
                Q_EMIT to.libraryFailed(name, error);
            },
            opened.error());
    });
}

int LibraryLoader::modelAfterMs() { return models::loaded() ? 0 : kFirstMapMs; }

void LibraryLoader::show(const LibraryPtr& library, const OpenModel& open) {
    m_due = {library, open};
    Q_EMIT libraryOpened(library);
    QTimer::singleShot(modelAfterMs(), this, &LibraryLoader::readMaps);
}

void LibraryLoader::readMaps() {
    if (!m_due) {
        return; // another library is asked for
    }
    m_library.start([due = *std::exchange(m_due, std::nullopt)](const auto& run) {
        const auto& [library, open] = due;
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
        const auto opened = [&]() -> decltype(open()) {
            CANTO_CHECK(models::load());
            models::prepareInferenceThread();
            return open();
        };
        run.deliverResult(opened(), &LibraryLoader::modelOpened, &LibraryLoader::modelFailed);
    });
}

} // namespace canto::app
