// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/latents/latent_table.h"

namespace canto::latents {

/// What is likely meant by a file that is opened without options. Labels are a .csv or .tsv of the
/// same name beside the latents, unless they are named. The first column called "sound", "audio",
/// "midi", "file" or "path" has the sound files; "start", "begin" or "onset" and "length",
/// "duration" or "seconds" the part that is meant. Columns called "id", "row", "index", "year" or
/// "part" are labels, and so is the nameless first column of pandas. Files that cannot be read give
/// no options: reading them says why. Thread: any.
TableOptions guessedOptions(const std::filesystem::path& latents,
                            const std::filesystem::path& labels = {});

} // namespace canto::latents
