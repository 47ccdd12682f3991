// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/registry/registry.h"

#include "models/arrange/arrange.h"
#include "models/musae/musae.h"
#include "models/muser/muser.h"
#include "models/orchestra/orchestra.h"
#include "models/polyphonic/polyphonic.h"

namespace canto::models {

namespace {

std::vector<Architecture>& registered() {
    static std::vector<Architecture> all{
        musae::architecture(),   muser::architecture(),      orchestra::architecture(),
        arrange::architecture(), polyphonic::architecture(),
    };
    return all;
}

} // namespace

std::span<const Architecture> architectures() { return registered(); }

Result<void> addArchitecture(Architecture architecture) {
    if (findArchitecture(architecture.id)) {
        return fail(Error::Code::BadInput,
                    "There is a model called \"" + architecture.id + "\" already");
    }
    registered().push_back(std::move(architecture));
    return {};
}

Result<const Architecture*> findArchitecture(const std::string& id) {
    std::string known;
    for (const auto& architecture : architectures()) {
        if (architecture.id == id) {
            return &architecture;
        }
        known += (known.empty() ? "" : ", ") + architecture.id;
    }
    return fail(Error::Code::NotFound, "No model of this program is called \"" + id + "\"", {},
                "Known: " + known);
}

Result<std::shared_ptr<LatentModel>> openModel(const std::string& path) {
    CANTO_TRY(file, tensors::SafeTensors::open(path, tensors::OpenOptions::weights()));
    CANTO_TRY(architecture, findArchitecture(file->metadata("architecture")));
    return (*architecture)->open(*file);
}

} // namespace canto::models
