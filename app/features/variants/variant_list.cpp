// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/variants/variant_list.h"

#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"

#include <QByteArray>
#include <algorithm>

namespace canto::app {
namespace {

const char* kindName(PlaybackItem::Kind kind) {
    switch (kind) {
    case PlaybackItem::Kind::Decoded:
        return "decoded";
    case PlaybackItem::Kind::Path:
        return "path";
    case PlaybackItem::Kind::Interpolated:
        return "interpolated";
    case PlaybackItem::Kind::Shaped:
        return "edited";
    case PlaybackItem::Kind::Transferred:
        return "transferred";
    case PlaybackItem::Kind::Arranged:
        return "arranged";
    case PlaybackItem::Kind::Around:
        return "around";
    case PlaybackItem::Kind::Played:
        return "played";
    default:
        return "";
    }
}

} // namespace

KeptVariant keptOf(const PlaybackItem& item, const models::ModelInfo* info) {
    KeptVariant kept;
    kept.kind = kindName(item.kind);
    kept.title = item.title.toStdString();
    kept.how = (item.origin.how.isEmpty() ? item.caption : item.origin.how).toStdString();
    for (const QString& parent : item.origin.parents) {
        kept.parents.push_back(parent.toStdString());
    }
    if (info != nullptr && item.kind != PlaybackItem::Kind::Arranged) {
        kept.model = info->title;
        kept.modelVersion = info->version;
        kept.seed = item.origin.seed.value_or(models::DecodeOptions{}.seed);
        kept.latent = item.latent;
    }
    kept.bars = item.bars;
    const auto bytes = midi::writeSmf(*item.song);
    kept.midi = QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()))
                    .toBase64()
                    .toStdString();
    return kept;
}

Result<SongPtr> songOf(const KeptVariant& kept) {
    const QByteArray bytes = QByteArray::fromBase64(QByteArray::fromStdString(kept.midi));
    CANTO_TRY(file, midi::readSmf({reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                                   std::size_t(bytes.size())}));
    return std::make_shared<const music::Song>(std::move(file->song));
}

std::uint64_t VariantList::newId() {
    static std::uint64_t last = 0;
    return ++last;
}

const Variant* VariantList::find(std::uint64_t id) const {
    const auto found = std::find_if(m_all.begin(), m_all.end(),
                                    [id](const Variant& variant) { return variant.id == id; });
    return found == m_all.end() ? nullptr : &*found;
}

const Variant* VariantList::of(const SongPtr& song) const {
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&song](const Variant& variant) {
        return song != nullptr && variant.song == song;
    });
    return found == m_all.end() ? nullptr : &*found;
}

std::pair<std::uint64_t, bool> VariantList::add(KeptVariant kept, SongPtr song) {
    const auto same = std::find_if(m_all.begin(), m_all.end(), [&kept](const Variant& variant) {
        return variant.kept.latent == kept.latent && variant.kept.midi == kept.midi;
    });
    if (same != m_all.end()) {
        same->song = std::move(song); // what plays is found by its song
        return {same->id, false};
    }
    m_all.insert(m_all.begin(), Variant{newId(), std::move(kept), std::move(song)});
    const std::uint64_t id = m_all.front().id;
    forgetOldest();
    return {id, true};
}

void VariantList::forgetOldest() {
    const auto plain = [](const Variant& variant) { return !variant.kept.starred; };
    auto count = std::size_t(std::count_if(m_all.begin(), m_all.end(), plain));
    for (; count > kMost; --count) {
        const auto oldest = std::find_if(m_all.rbegin(), m_all.rend(), plain);
        m_all.erase(std::next(oldest).base());
    }
}

void VariantList::setStarred(std::uint64_t id, bool starred) {
    for (Variant& variant : m_all) {
        if (variant.id == id) {
            variant.kept.starred = starred;
        }
    }
    forgetOldest();
}

int VariantList::take(std::uint64_t id) {
    const auto found = std::find_if(m_all.begin(), m_all.end(),
                                    [id](const Variant& variant) { return variant.id == id; });
    if (found == m_all.end()) {
        return -1;
    }
    const auto index = int(found - m_all.begin());
    m_all.erase(found);
    return index;
}

void VariantList::insert(int index, Variant variant) {
    if (find(variant.id) == nullptr) {
        m_all.insert(m_all.begin() + std::clamp(index, 0, int(m_all.size())), std::move(variant));
    }
}

} // namespace canto::app
