// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/library_loader.h"

#include "app/workspace/priority.h"

namespace canto::app {

LibraryLoader::LibraryLoader(QObject* parent) : QObject(parent), m_gui(this) {}

LibraryLoader::~LibraryLoader() {
    m_gui.close();
    cancel();
}

void LibraryLoader::cancel() {
    m_library.cancel();
    m_model.cancel();
    m_block.cancel();
}

void LibraryLoader::openLibrary(std::filesystem::path path, std::string modelVersion,
                                OpenModel open) {
    m_library.replace([this, gui = m_gui, path = std::move(path), open = std::move(open),
                       version = std::move(modelVersion)](const JobContext& job) {
        // Letters are opened on the owner's thread and dropped when it is gone: `this` is safe
        // there, and nowhere else.
        const auto report = [this, &gui, &job](auto say) {
            gui.post([this, say, generation = job.generation()] {
                if (generation == m_library.generation()) {
                    say();
                }
            });
        };
        const auto reportError = [this, &report, &path](const Error& error) {
            if (error.code != Error::Code::Cancelled) {
                report([this, error, name = QString::fromStdString(path.string())] {
                    Q_EMIT libraryFailed(name, error);
                });
            }
        };
        const auto library = readLibrary(path, version, job.cancel(), open);
        job.beat();
        if (!library) {
            reportError(library.error());
            return;
        }
        report([this, library = *library] { Q_EMIT libraryOpened(library); });
        const auto points =
            mapPointsOf(**library, coordinatesFor(**library, open), std::nullopt, job.cancel());
        job.beat();
        for (std::size_t map = 0; map < (*library)->maps.size() && points && !job.cancelled();
             ++map) {
            const auto projection = restoreProjection(*library, map, *points, job.cancel());
            job.beat();
            if (!projection) {
                if (projection.error().code != Error::Code::Cancelled) {
                    report([this, library = *library, map, error = projection.error()] {
                        Q_EMIT mapFailed(library, map, error);
                    });
                }
                continue;
            }
            auto snapshot = (*library)->maps[map].snapshot;
            if (!snapshot) {
                snapshot = makeSnapshot(**library, (*projection)->positions(),
                                        (*library)->columns.front());
            }
            report([this, library = *library, map, projection = *projection, snapshot] {
                Q_EMIT mapReady(library, map, projection, snapshot);
            });
        }
    });
}

void LibraryLoader::projectBlock(LibraryPtr library, OpenModel open, int block) {
    m_block.replace([this, gui = m_gui, library = std::move(library), open = std::move(open),
                     block](const JobContext& job) {
        lowerPriority(10);
        const auto make = [&]() -> Result<ProjectionPtr> {
            const auto model = open();
            if (!model) {
                return fail(model.error());
            }
            const auto points = mapPointsOf(*library, std::make_shared<const Coordinates>(*model),
                                            block, job.cancel());
            if (!points) {
                return fail(points.error());
            }
            return app::projectBlock(library, *points, job.cancel());
        };
        const auto projection = make();
        const auto snapshot = projection ? makeSnapshot(*library, (*projection)->positions(),
                                                        library->columns.front())
                                         : nullptr;
        gui.post([this, library, block, projection, snapshot, generation = job.generation()] {
            if (generation != m_block.generation()) {
                return;
            }
            if (projection) {
                Q_EMIT blockReady(library, block, *projection, snapshot);
            } else if (projection.error().code != Error::Code::Cancelled) {
                Q_EMIT blockFailed(projection.error());
            }
        });
    });
}

void LibraryLoader::openModel(OpenModel open) {
    m_model.replace([this, gui = m_gui, open = std::move(open)](const JobContext& job) {
        auto model = open();
        gui.post([this, model = std::move(model), generation = job.generation()] {
            if (generation != m_model.generation()) {
                return;
            }
            if (model) {
                Q_EMIT modelOpened(*model);
            } else {
                Q_EMIT modelFailed(model.error());
            }
        });
    });
}

} // namespace canto::app
