// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/library.h"
#include "app/workspace/shape.h"
#include "core/base/cancel.h"
#include "core/codec/phrase_properties.h"

#include <memory>

namespace canto::app {

/// At most `most` of `count` rows, evenly over all, so that every song has its part.
std::vector<std::size_t> pickedRows(std::size_t count, std::size_t most);

/// A property that has a slider.
struct SliderProperty {
    codec::Measure measure = codec::Measure::Notes;
    std::optional<codec::Family> track;
};
const std::vector<SliderProperty>& sliderProperties();
/// One a slider; nothing where the phrase has no such value.
std::vector<std::optional<double>> sliderValues(const codec::PhraseProperties& phrase);

/// What was learned from the phrases of a library: directions in the order of the sliders.
struct Learned {
    projection::PropertyDirections directions;
    std::vector<float> mean; ///< of the library's latents (Z); their spread is directions.scale()
    std::size_t phrases = 0; ///< measured
    bool fromCache = false;
};
using LearnedPtr = std::shared_ptr<const Learned>;

/// Decodes up to `most` phrases, evenly picked from the library, measures them and fits the
/// directions. What the decoder makes of a latent is measured, not the song it came from: the
/// sliders steer the decoder.
/// @param cache  a file that is read instead when it was written for this model and library, and
///               written otherwise; empty: none. That it cannot be written is no error.
/// Errors: those of decode and PropertyDirections::fit; NotFound for too few phrases; Cancelled.
Result<LearnedPtr> learnDirections(const Library& library, const models::LatentModel& model,
                                   const std::filesystem::path& cache, std::size_t most,
                                   const CancelToken& cancel, const Progress& progress);

/// Classes of the points by the model's label column; -1 for a label the model does not know.
std::vector<int> classesOf(const Library& library, const models::ModelInfo& info);
/// Label of a row in the model's classes, or -1.
int classOfRow(const Library& library, const models::ModelInfo& info, std::size_t row);

/// Means of the prior's parts, one a class: the model's own numbers, else the mean of a few hundred
/// draws; empty for a model without classes.
std::vector<std::vector<float>> componentMeans(const models::LatentModel& model);

} // namespace canto::app
