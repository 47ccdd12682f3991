#include "app/workers/import_worker.h"

#include <chrono>

namespace canto::app {
namespace {

constexpr auto kProgressEvery = std::chrono::milliseconds(100);

Result<atlas::Atlas> openTarget(const ImportWorker::Request& request) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::exists(request.atlas, error)) {
        fs::create_directories(request.atlas.parent_path(), error);
        if (!request.startFrom.empty()) {
            auto first = atlas::Atlas::open(request.startFrom, atlas::Access::ReadOnly);
            if (!first) {
                return fail(first.error());
            }
            if (auto copied = first->backupTo(request.atlas); !copied) {
                return fail(copied.error());
            }
        }
    }
    return atlas::Atlas::open(request.atlas, atlas::Access::Create);
}

Result<ImportReport> import(const ImportWorker::Request& request, const Progress& progress,
                            const CancelToken& cancel) {
    const auto files = findMidiFiles(request.paths, Naming::Absolute);
    if (!files) {
        return fail(files.error());
    }
    if (files->empty()) {
        return fail(Error::Code::NotFound, "There are no MIDI files in what was chosen", {},
                    "Choose a folder with .mid files in it");
    }
    const auto model = request.openModel();
    if (!model) {
        return fail(model.error());
    }
    auto target = openTarget(request);
    if (!target) {
        return fail(target.error());
    }
    return importFiles(*target, **model, *files, {}, progress, cancel);
}

} // namespace

ImportWorker::ImportWorker(QObject* parent) : QObject(parent), m_mailbox(this) {}

ImportWorker::~ImportWorker() {
    m_mailbox.close();
    cancel();
}

void ImportWorker::cancel() { m_cancel.cancel(); }

bool ImportWorker::start(Request request) {
    if (busy()) {
        return false;
    }
    m_cancel = CancelToken();
    m_thread.replace([this, mailbox = m_mailbox, request = std::move(request),
                      cancel = m_cancel](const JobContext& job) {
        auto told = std::chrono::steady_clock::now() - kProgressEvery;
        const auto progress = [&](std::size_t done, std::size_t total) {
            job.beat();
            const auto now = std::chrono::steady_clock::now();
            if (now - told >= kProgressEvery || done == total) {
                told = now;
                mailbox.post([this, done, total] { Q_EMIT progressed(done, total); });
            }
        };
        auto report = import(request, progress, cancel);
        mailbox.post([this, report = std::move(report),
                      atlas = QString::fromStdString(request.atlas.string())] {
            if (report) {
                Q_EMIT finished(atlas, *report);
            } else {
                Q_EMIT failed(report.error());
            }
        });
    });
    return true;
}

} // namespace canto::app
