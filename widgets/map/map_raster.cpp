// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_raster.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace canto::widgets {

namespace {

/// Discs are placed to a quarter of a pixel; to a half where too many are drawn to see
/// a difference, since a quarter as many stamps stay in the first-level cache.
constexpr int kPhases = 4;
constexpr int kPhasesOfMany = 2;
constexpr std::size_t kMany = 200000;
/// Pixels a row of a stamp is padded to: one vector register of four pixels.
constexpr int kGroup = 4;
constexpr std::size_t kCancelEvery = 16384;

using Bytes = std::uint8_t __attribute__((vector_size(16)));
using Words = std::uint16_t __attribute__((vector_size(32)));

/// Blends rows of `groups` times kGroup pixels; the stamp's rows follow each other.
using Blend = void (*)(uchar* target, qsizetype stride, const Words* source, const Words* keep,
                       int rows, int groups);

void blendRows(uchar* target, qsizetype stride, const Words* source, const Words* keep, int rows,
               int groups) {
    for (int row = 0; row < rows; ++row, target += stride) {
        for (int group = 0; group < groups; ++group, ++source, ++keep) {
            Bytes below;
            std::memcpy(&below, target + group * 16, 16);
            const Words mixed = *source + ((__builtin_convertvector(below, Words) * *keep) >> 8);
            const Bytes out = __builtin_convertvector(mixed, Bytes);
            std::memcpy(target + group * 16, &out, 16);
        }
    }
}

#if defined(__x86_64__)
/// The same, a third faster, with vectors of 32 bytes, which the baseline of processors lacks.
__attribute__((target("avx2"))) void blendRowsAvx2(uchar* target, qsizetype stride,
                                                   const Words* source, const Words* keep, int rows,
                                                   int groups) {
    for (int row = 0; row < rows; ++row, target += stride) {
        for (int group = 0; group < groups; ++group, ++source, ++keep) {
            auto* pixels = reinterpret_cast<__m128i*>(target + group * 16);
            const __m256i below = _mm256_cvtepu8_epi16(_mm_loadu_si128(pixels));
            const __m256i kept = _mm256_mullo_epi16(
                below, _mm256_load_si256(reinterpret_cast<const __m256i*>(keep)));
            const __m256i mixed =
                _mm256_add_epi16(_mm256_load_si256(reinterpret_cast<const __m256i*>(source)),
                                 _mm256_srli_epi16(kept, 8));
            _mm_storeu_si128(pixels, _mm_packus_epi16(_mm256_castsi256_si128(mixed),
                                                      _mm256_extracti128_si256(mixed, 1)));
        }
    }
}
#endif

Blend fastestBlend() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        return blendRowsAvx2;
    }
#endif
    return blendRows;
}

/// A mark in one colour at each phase: premultiplied source and 256 - alpha, 16 bits a channel.
class Stamps {
  public:
    /// @param reach  of the marks from their centres, pixels.
    Stamps(double radius, double reach, QRgb halo, int phases)
        : m_radius(radius), m_halo(halo), m_phases(phases),
          m_side(static_cast<int>(std::ceil(2 * reach + 1.0)) + 1),
          m_groups((m_side + kGroup - 1) / kGroup) {}

    int side() const { return m_side; }
    int width() const { return m_groups * kGroup; }

    void add(QRgb colour, PointShape shape) {
        m_index.push_back(m_source.size());
        for (int phase = 0; phase < m_phases * m_phases; ++phase) {
            draw(colour, shape, (phase % m_phases + 0.5) / m_phases,
                 (phase / m_phases + 0.5) / m_phases);
        }
    }

    /// @param x, y  centre in pixels; the stamp's square must lie inside the image.
    void blend(std::size_t stamp, float x, float y, uchar* bits, qsizetype stride) const {
        // The stamp's own corner lies half a side up and left of the centre.
        const float cornerX = x - 0.5f * static_cast<float>(m_side - 1);
        const float cornerY = y - 0.5f * static_cast<float>(m_side - 1);
        const int column = static_cast<int>(cornerX), line = static_cast<int>(cornerY);
        const int phaseX = static_cast<int>((cornerX - static_cast<float>(column)) * m_phases);
        const int phaseY = static_cast<int>((cornerY - static_cast<float>(line)) * m_phases);
        const std::size_t rows = static_cast<std::size_t>(m_side) * m_groups;
        const std::size_t at =
            m_index[stamp] + static_cast<std::size_t>(phaseY * m_phases + phaseX) * rows;
        m_blend(bits + line * stride + column * 4, stride, m_source.data() + at, m_keep.data() + at,
                m_side, m_groups);
    }

  private:
    void draw(QRgb colour, PointShape shape, double phaseX, double phaseY) {
        const double centreX = 0.5 * (m_side - 1) + phaseX;
        const double centreY = 0.5 * (m_side - 1) + phaseY;
        const bool edged = m_halo != 0 && m_radius >= 3;
        const double edge = edged ? 0.8 : 0;
        for (int y = 0; y < m_side; ++y) {
            for (int group = 0; group < m_groups; ++group) {
                Words source = {}, keep = {};
                for (int i = 0; i < kGroup; ++i) {
                    const double distance = shapeDistance(shape, group * kGroup + i + 0.5 - centreX,
                                                          y + 0.5 - centreY, m_radius);
                    const double disc = std::clamp(0.5 - distance - edge, 0.0, 1.0);
                    const double rim = edged ? std::clamp(0.5 - distance, 0.0, 1.0) - disc : 0;
                    const double alpha = qAlpha(colour) / 255.0;
                    const double cover = alpha * (disc + 0.7 * rim);
                    const auto mix = [&](int own, int halo) {
                        return static_cast<std::uint16_t>(
                            std::floor(alpha * (disc * own + 0.7 * rim * halo)));
                    };
                    // Memory order of ARGB32 on a little-endian machine: blue, green, red, alpha.
                    source[4 * i] = mix(qBlue(colour), qBlue(m_halo));
                    source[4 * i + 1] = mix(qGreen(colour), qGreen(m_halo));
                    source[4 * i + 2] = mix(qRed(colour), qRed(m_halo));
                    source[4 * i + 3] = static_cast<std::uint16_t>(std::floor(255 * cover));
                    // Both rounded down, so that source + what is kept never passes 255.
                    const auto left = static_cast<std::uint16_t>(std::floor(256 * (1 - cover)));
                    for (int c = 0; c < 4; ++c) {
                        keep[4 * i + c] = left;
                    }
                }
                m_source.push_back(source);
                m_keep.push_back(keep);
            }
        }
    }

    double m_radius;
    QRgb m_halo;
    int m_phases;
    int m_side;
    int m_groups;
    std::vector<std::size_t> m_index;
    std::vector<Words> m_source, m_keep;
    Blend m_blend = fastestBlend();
};

/// Where in the image each point goes, and which points go there at all.
struct Placement {
    float scaleX, scaleY, offsetX, offsetY; ///< pixel = map * scale + offset
    float low, right, bottom; ///< pixels a centre may have: [low, right), [low, bottom)
};

struct Places {
    const float* x;
    const float* y;
    const float* fromX; ///< null unless places move
    const float* fromY;
    float progress;
};

/// Of splat: points of all layers.
constexpr int kAllLayers = -1;

template <bool kMoving, class Row>
bool splat(const Places& places, std::size_t count, const Row& rowOf, const PointStyles& styles,
           const Placement& to, const Stamps& stamps, int layer, QImage& image,
           const CancelToken& cancel) {
    uchar* bits = image.bits();
    const qsizetype stride = image.bytesPerLine();
    for (std::size_t i = 0; i < count; ++i) {
        if (i % kCancelEvery == 0 && cancel.cancelled()) {
            return false;
        }
        float x = places.x[i], y = places.y[i];
        if constexpr (kMoving) {
            x = places.fromX[i] + (x - places.fromX[i]) * places.progress;
            y = places.fromY[i] + (y - places.fromY[i]) * places.progress;
        }
        x = x * to.scaleX + to.offsetX;
        y = y * to.scaleY + to.offsetY;
        // Written so that a place that is not a number is refused too.
        if (!(x >= to.low && x < to.right && y >= to.low && y < to.bottom)) {
            continue;
        }
        const std::uint8_t style = styles.styles[rowOf(i)];
        if (layer == kAllLayers || layer == PointStyles::layerOf(style)) {
            stamps.blend(style, x, y, bits, stride);
        }
    }
    return true;
}

} // namespace

std::shared_ptr<const PointStyles> makeStyles(const MapColouring& colouring,
                                              const StyleChoice& choice) {
    auto styles = std::make_shared<PointStyles>();
    const auto withAlpha = [](QRgb colour, double alpha) {
        return qRgba(qRed(colour), qGreen(colour), qBlue(colour),
                     static_cast<int>(std::lround(255 * alpha)));
    };
    styles->colours[PointStyles::kMuted] = withAlpha(choice.muted, 0.15);
    std::map<std::pair<QRgb, PointShape>, std::uint8_t> known;
    const auto styleOfLook = [&](QRgb colour, PointShape shape) {
        constexpr std::size_t kMost = 255;
        const auto next = std::min<std::size_t>(PointStyles::kFirstLook + known.size(), kMost);
        const auto [found, added] =
            known.emplace(std::pair(colour, shape), static_cast<std::uint8_t>(next));
        if (added) {
            styles->colours[next] = colour;
            styles->shapes[next] = shape;
        }
        return found->second;
    };
    std::vector<std::uint8_t> styleOfClass(std::max<std::size_t>(colouring.names.size(), 1), 0);
    for (std::size_t c = 0; c < styleOfClass.size(); ++c) {
        const QRgb colour =
            c < choice.classColours.size() ? withAlpha(choice.classColours[c], choice.alpha) : 0;
        const bool unlabelled = colouring.lastIsUnlabelled && c + 1 == colouring.names.size();
        if (c < choice.visible.size() && !choice.visible[c]) {
            styleOfClass[c] = PointStyles::kMuted;
        } else if (unlabelled) {
            styleOfClass[c] = PointStyles::kUnlabelled;
            styles->colours[PointStyles::kUnlabelled] = colour;
        } else {
            styleOfClass[c] = styleOfLook(
                colour, c < choice.classShapes.size() ? choice.classShapes[c] : PointShape::Disc);
        }
    }
    styles->styles.resize(colouring.classes.size());
    const std::uint8_t* selected =
        choice.selected && choice.selected->size() == colouring.classes.size()
            ? choice.selected->data()
            : nullptr;
    for (std::size_t row = 0; row < colouring.classes.size(); ++row) {
        const std::size_t c = colouring.classes[row];
        std::uint8_t style = c < styleOfClass.size() ? styleOfClass[c] : PointStyles::kMuted;
        if (selected != nullptr && selected[row] == 0) {
            style = PointStyles::kMuted;
        }
        styles->styles[row] = style;
        styles->used[static_cast<std::size_t>(PointStyles::layerOf(style))] = true;
    }
    return styles;
}

Raster rasterise(const RasterRequest& request, const CancelToken& cancel, QImage reuse) {
    Raster raster;
    if (!request.snapshot || !request.styles || request.size.isEmpty() ||
        !(request.view.width() > 0) || !(request.view.height() > 0) ||
        request.styles->styles.size() != request.snapshot->size()) {
        return raster;
    }
    const MapSnapshot& snapshot = *request.snapshot;
    const double radius = std::clamp(request.radius, 0.5, 32.0);
    const bool many = request.rows.empty() && snapshot.size() > kMany;
    const auto last =
        std::max_element(request.styles->styles.begin(), request.styles->styles.end());
    const std::size_t styles = last == request.styles->styles.end() ? 1 : std::size_t(*last) + 1;
    const auto& shapes = request.styles->shapes;
    const bool discs = std::all_of(shapes.begin(), shapes.begin() + std::ptrdiff_t(styles),
                                   [](PointShape shape) { return shape == PointShape::Disc; });
    Stamps stamps(radius, discs ? radius : kShapeReach * radius, request.halo,
                  many ? kPhasesOfMany : kPhases);
    for (std::size_t style = 0; style < styles; ++style) {
        stamps.add(request.styles->colours[style], shapes[style]);
    }

    // A border as wide as a stamp lets every disc that reaches into the view be drawn without
    // clipping.
    raster.border = stamps.width() + 1;
    const QSize size = request.size + QSize(2 * raster.border, 2 * raster.border);
    // Fresh memory of this size costs more than the points of a small map.
    raster.image = reuse.size() == size && reuse.isDetached()
                       ? std::move(reuse)
                       : QImage(size, QImage::Format_ARGB32_Premultiplied);
    if (raster.image.isNull()) {
        return raster;
    }
    raster.image.fill(0);
    const double perX = request.view.width() / request.size.width();
    const double perY = request.view.height() / request.size.height();
    raster.view = request.view.adjusted(-perX * raster.border, -perY * raster.border,
                                        perX * raster.border, perY * raster.border);

    const double reach = 0.5 * (stamps.side() - 1);
    Placement to{};
    to.scaleX = static_cast<float>(1 / perX);
    to.scaleY = static_cast<float>(-1 / perY);
    // The half pixel by which phases are rounded down is in the stamps (their centres lie at
    // (phase + 0.5) / kPhases).
    to.offsetX = static_cast<float>(raster.border - request.view.left() / perX);
    to.offsetY = static_cast<float>(raster.border + request.view.bottom() / perY);
    to.low = static_cast<float>(reach);
    to.right = static_cast<float>(size.width() - stamps.width() + reach);
    to.bottom = static_cast<float>(size.height() - stamps.side() + reach);

    const auto run = [&](int layer) {
        if (!request.rows.empty()) {
            // Few points: gathered one by one in the order of their rows.
            std::vector<float> x, y;
            x.reserve(request.rows.size());
            y.reserve(request.rows.size());
            for (const std::uint32_t row : request.rows) {
                x.push_back(snapshot.x()[row]);
                y.push_back(snapshot.y()[row]);
            }
            const Places places{x.data(), y.data(), nullptr, nullptr, 1};
            return splat<false>(
                places, x.size(), [&](std::size_t i) { return request.rows[i]; }, *request.styles,
                to, stamps, layer, raster.image, cancel);
        }
        const auto rowOf = [order = snapshot.order()](std::size_t i) { return order[i]; };
        const std::size_t count = snapshot.order().size();
        const bool moving = request.progress < 1 && request.fromX && request.fromY &&
                            request.fromX->size() == count && request.fromY->size() == count;
        const Places places{snapshot.orderedX().data(), snapshot.orderedY().data(),
                            moving ? request.fromX->data() : nullptr,
                            moving ? request.fromY->data() : nullptr, request.progress};
        return moving ? splat<true>(places, count, rowOf, *request.styles, to, stamps, layer,
                                    raster.image, cancel)
                      : splat<false>(places, count, rowOf, *request.styles, to, stamps, layer,
                                     raster.image, cancel);
    };
    const auto& used = request.styles->used;
    bool done = true;
    if (std::count(used.begin(), used.end(), true) <= 1) {
        done = run(kAllLayers);
    } else {
        for (int layer = 0; done && layer < PointStyles::kLayers; ++layer) {
            done = !used[static_cast<std::size_t>(layer)] || run(layer);
        }
    }
    if (!done) {
        raster.image = QImage();
    }
    return raster;
}

double suitedRadius(std::size_t points, double zoom) {
    const double atFit =
        4.2 * std::pow(2000.0 / std::max<double>(1.0, static_cast<double>(points)), 0.27);
    return std::clamp(std::clamp(atFit, 1.0, 5.0) * std::pow(std::max(zoom, 1.0), 0.3), 1.0, 6.0);
}

double suitedAlpha(std::size_t points) {
    return std::clamp(1.15 - 0.08 * std::log10(std::max<double>(1.0, static_cast<double>(points))),
                      0.6, 0.92);
}

} // namespace canto::widgets
