#include "widgets/map/map_raster.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace canto::widgets {

namespace {

/// Discs are placed to a quarter of a pixel; to a half where so many are drawn that nobody can
/// tell, since a quarter as many stamps stay in the first-level cache.
constexpr int kPhases = 4;
constexpr int kPhasesOfMany = 2;
constexpr std::size_t kMany = 200000;
/// Pixels a row of a stamp is padded to: one vector register of four pixels.
constexpr int kGroup = 4;
constexpr std::size_t kCancelEvery = 16384;

using Bytes = std::uint8_t __attribute__((vector_size(16)));
using Words = std::uint16_t __attribute__((vector_size(32)));

/// A disc in one colour at each phase: premultiplied source and 256 - alpha, 16 bits a channel.
class Stamps {
  public:
    Stamps(double radius, QRgb halo, int phases)
        : m_radius(radius), m_halo(halo), m_phases(phases),
          m_side(static_cast<int>(std::ceil(2 * radius + 1.0)) + 1),
          m_groups((m_side + kGroup - 1) / kGroup) {}

    int side() const { return m_side; }
    int width() const { return m_groups * kGroup; }

    void add(QRgb colour) {
        m_index.push_back(m_source.size());
        for (int phase = 0; phase < m_phases * m_phases; ++phase) {
            draw(colour, (phase % m_phases + 0.5) / m_phases, (phase / m_phases + 0.5) / m_phases);
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
        std::size_t at =
            m_index[stamp] + static_cast<std::size_t>(phaseY * m_phases + phaseX) * rows;
        uchar* target = bits + line * stride + column * 4;
        for (int row = 0; row < m_side; ++row, target += stride) {
            for (int group = 0; group < m_groups; ++group, ++at) {
                Bytes below;
                std::memcpy(&below, target + group * 16, 16);
                const Words mixed =
                    m_source[at] + ((__builtin_convertvector(below, Words) * m_keep[at]) >> 8);
                const Bytes out = __builtin_convertvector(mixed, Bytes);
                std::memcpy(target + group * 16, &out, 16);
            }
        }
    }

  private:
    void draw(QRgb colour, double phaseX, double phaseY) {
        const double centreX = 0.5 * (m_side - 1) + phaseX;
        const double centreY = 0.5 * (m_side - 1) + phaseY;
        const bool edged = m_halo != 0 && m_radius >= 3;
        const double inner = edged ? m_radius - 0.8 : m_radius;
        for (int y = 0; y < m_side; ++y) {
            for (int group = 0; group < m_groups; ++group) {
                Words source = {}, keep = {};
                for (int i = 0; i < kGroup; ++i) {
                    const double distance =
                        std::hypot(group * kGroup + i + 0.5 - centreX, y + 0.5 - centreY);
                    const double disc = std::clamp(inner + 0.5 - distance, 0.0, 1.0);
                    const double rim =
                        edged ? std::clamp(m_radius + 0.5 - distance, 0.0, 1.0) - disc : 0;
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

enum class Pass { Muted, Coloured, All };

template <bool kMoving, class Row>
bool splat(const Places& places, std::size_t count, const Row& rowOf, const PointStyles& styles,
           const Placement& to, const Stamps& stamps, Pass pass, QImage& image,
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
        if (pass == Pass::All || (pass == Pass::Muted) == (style == PointStyles::kMuted)) {
            stamps.blend(style, x, y, bits, stride);
        }
    }
    return true;
}

} // namespace

std::shared_ptr<const PointStyles> makeStyles(const MapColouring& colouring,
                                              const StyleChoice& choice) {
    auto styles = std::make_shared<PointStyles>();
    constexpr std::size_t kMost = 254;
    const auto withAlpha = [](QRgb colour, double alpha) {
        return qRgba(qRed(colour), qGreen(colour), qBlue(colour),
                     static_cast<int>(std::lround(255 * alpha)));
    };
    styles->colours[PointStyles::kMuted] = withAlpha(choice.muted, 0.15);
    std::vector<std::uint8_t> styleOfClass(std::max<std::size_t>(colouring.names.size(), 1), 0);
    for (std::size_t c = 0; c < styleOfClass.size(); ++c) {
        const std::size_t style = std::min(c, kMost) + 1;
        if (c < choice.classColours.size()) {
            styles->colours[style] = withAlpha(choice.classColours[c], choice.alpha);
        }
        const bool visible = c >= choice.visible.size() || choice.visible[c];
        styleOfClass[c] = visible ? static_cast<std::uint8_t>(style) : PointStyles::kMuted;
    }
    styles->styles.resize(colouring.classes.size());
    const std::uint8_t* selected =
        choice.selected && choice.selected->size() == colouring.classes.size()
            ? choice.selected->data()
            : nullptr;
    bool anyMuted = false;
    for (std::size_t row = 0; row < colouring.classes.size(); ++row) {
        const std::size_t c = colouring.classes[row];
        std::uint8_t style = c < styleOfClass.size() ? styleOfClass[c] : PointStyles::kMuted;
        if (selected != nullptr && selected[row] == 0) {
            style = PointStyles::kMuted;
        }
        styles->styles[row] = style;
        anyMuted |= style == PointStyles::kMuted;
    }
    styles->anyMuted = anyMuted;
    return styles;
}

Raster rasterise(const RasterRequest& request, const CancelToken& cancel) {
    Raster raster;
    if (!request.snapshot || !request.styles || request.size.isEmpty() ||
        !(request.view.width() > 0) || !(request.view.height() > 0) ||
        request.styles->styles.size() != request.snapshot->size()) {
        return raster;
    }
    const MapSnapshot& snapshot = *request.snapshot;
    const double radius = std::clamp(request.radius, 0.5, 32.0);
    const bool many = request.rows.empty() && snapshot.size() > kMany;
    Stamps stamps(radius, request.halo, many ? kPhasesOfMany : kPhases);
    const std::size_t classes = snapshot.colouring()->names.size();
    const auto last =
        std::max_element(request.styles->styles.begin(), request.styles->styles.end());
    const std::size_t styleCount =
        std::max<std::size_t>(classes, last == request.styles->styles.end() ? 0 : *last) + 1;
    for (std::size_t style = 0; style < std::min<std::size_t>(styleCount, 256); ++style) {
        stamps.add(request.styles->colours[style]);
    }

    // A border as wide as a stamp lets every disc that touches the view be drawn without clipping.
    raster.border = stamps.width() + 1;
    const QSize size = request.size + QSize(2 * raster.border, 2 * raster.border);
    raster.image = QImage(size, QImage::Format_ARGB32_Premultiplied);
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

    const auto run = [&](Pass pass) {
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
                to, stamps, pass, raster.image, cancel);
        }
        const auto rowOf = [order = snapshot.order()](std::size_t i) { return order[i]; };
        const std::size_t count = snapshot.order().size();
        const bool moving = request.progress < 1 && request.fromX && request.fromY &&
                            request.fromX->size() == count && request.fromY->size() == count;
        const Places places{snapshot.orderedX().data(), snapshot.orderedY().data(),
                            moving ? request.fromX->data() : nullptr,
                            moving ? request.fromY->data() : nullptr, request.progress};
        return moving ? splat<true>(places, count, rowOf, *request.styles, to, stamps, pass,
                                    raster.image, cancel)
                      : splat<false>(places, count, rowOf, *request.styles, to, stamps, pass,
                                     raster.image, cancel);
    };
    const bool done =
        request.styles->anyMuted ? run(Pass::Muted) && run(Pass::Coloured) : run(Pass::All);
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
