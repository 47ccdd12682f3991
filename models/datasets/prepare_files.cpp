// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepare_files.h"

#include "core/base/parallel.h"

#include <mutex>

namespace canto {

Result<void> forEachFile(std::size_t files, int threads, const CancelToken& cancel,
                         const Progress& progress, const char* cancelled,
                         const std::function<void(std::size_t)>& work, const char* hint) {
    std::mutex mutex;
    std::size_t done = 0;
    parallelFor(files, 1, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end && !cancel.cancelled(); ++i) {
            work(i);
            const std::scoped_lock lock(mutex);
            if (++done; progress) {
                progress(done, files);
            }
        }
    });
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, cancelled, {}, hint);
    }
    return {};
}

tl::unexpected<Error> noneUsable(const std::string& files, const std::filesystem::path& folder,
                                 const std::vector<BadFile>& bad) {
    return fail(Error::Code::BadInput, "None of the " + files + " could be used", folder.string(),
                bad.empty() ? "" : bad.front().path + ": " + bad.front().reason);
}

} // namespace canto
