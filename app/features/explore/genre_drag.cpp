// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/genre_drag.h"

#include "app/workspace/columns.h"
#include "widgets/common/text.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/map/legend.h"

#include <QMenu>

namespace canto::app {

GenreDrag::GenreDrag(QWidget& window, PhraseDrag& transfer, widgets::LatentMap& map,
                     MapController& mapController, ShapeController& shapes, QObject* parent)
    : QObject(parent), m_window(window), m_drag(transfer), m_map(map),
      m_mapController(mapController), m_shapes(shapes) {
    connect(&map, &widgets::LatentMap::phraseDragBegan, this, [this](qint64 row) {
        if (auto dragged = take(row)) {
            m_drag.begin(std::move(*dragged));
        }
    });
    transfer.follow(&map, &widgets::LatentMap::phraseDragMoved,
                    &widgets::LatentMap::phraseDragDropped,
                    &widgets::LatentMap::phraseDragCancelled);
    connect(map.legend(), &widgets::Legend::menuAsked, this, &GenreDrag::showLegendMenu);
    transfer.addTargets([this](QPoint global, const DraggedPhrase& dragged) {
        return dropTarget(global, dragged);
    });
}

void GenreDrag::addChip(widgets::PhraseChip* chip) {
    m_drag.addChip(chip, [this] { return take(-1); });
    connect(chip, &widgets::PhraseChip::menuAsked, this, &GenreDrag::showMenu);
}

GenreDrag::Target GenreDrag::targetAt(QPoint global) const {
    Target target;
    const models::ModelInfo* info = m_shapes.info();
    if (const int row = m_map.legend()->rowAt(global); row >= 0) {
        target.index = row;
        const QString name = m_map.legend()->name(row);
        if (info == nullptr || m_mapController.column() != info->labelColumn) {
            target.whyNot = tr("The legend shows a label that this model does not use");
        } else if (target.label = m_shapes.classNamed(name); target.label < 0) {
            target.whyNot = tr("This model has no class %1").arg(name);
        }
    } else if (const int component = m_map.componentAt(global); component >= 0) {
        target = {m_map.components()[component].label, true, component, {}};
    }
    return target;
}

std::optional<DraggedPhrase> GenreDrag::take(qint64 row) {
    if (row >= 0) {
        m_shapes.takeRow(row);
    }
    const Shape& shape = m_shapes.shape();
    if (shape.origin.empty()) {
        return std::nullopt;
    }
    // The phrase keeps the row of its point, so that a drop on that point is not a transfer.
    if (row < 0 && m_mapController.library()) {
        row = m_shapes.currentRow();
    }
    DraggedPhrase dragged;
    dragged.phrase = {shape.origin, shape.name, row, shape.bpm};
    dragged.text = QString::fromStdString(shape.name);
    return dragged;
}

std::optional<DropTarget> GenreDrag::dropTarget(QPoint global, const DraggedPhrase& dragged) {
    const Target at = targetAt(global);
    if (at.index < 0) {
        return std::nullopt;
    }
    DropTarget target;
    target.id = QStringLiteral("%1 %2")
                    .arg(at.component ? QLatin1String("prior") : QLatin1String("legend"))
                    .arg(at.index);
    const models::ModelInfo* info = m_shapes.info();
    if (!at.whyNot.isEmpty()) {
        target.whyNot = at.whyNot;
        target.hint = info != nullptr && !info->labelColumn.empty()
                          ? tr("Colour the map by %1 to move phrases.")
                                .arg(columnTitle(info->labelColumn).toLower())
                          : QString();
        return target;
    }
    if (!dragged.blocks.empty() || dragged.phrase.latent != m_shapes.shape().origin) {
        target.whyNot = tr("Only the current phrase can be moved to a class");
        target.hint = tr("Play the phrase first, or drop this on another song.");
        return target;
    }
    target.text = tr("%1 \u2192 %2").arg(dragged.text, m_shapes.className(at.label));
    target.mark = [this, at](bool on) {
        if (at.component) {
            m_map.setTargetComponent(on ? at.index : -1);
        } else {
            m_map.legend()->setDropTarget(on ? at.index : -1);
        }
    };
    target.drop = [this, at](QPoint) { m_shapes.moveToGenre(at.label, at.component); };
    return target;
}

void GenreDrag::showMenu(QPoint global) {
    const models::ModelInfo* info = m_shapes.info();
    if (info == nullptr) {
        return;
    }
    auto* menu = new QMenu(&m_window);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (std::size_t label = 0; label < info->classes.size(); ++label) {
        const QString name = widgets::escapeMnemonics(m_shapes.className(int(label)));
        menu->addAction(tr("Move to %1").arg(name), this,
                        [this, label] { m_shapes.moveToGenre(int(label), false); });
    }
    menu->popup(global);
}

void GenreDrag::showLegendMenu(int row, QPoint global) {
    auto* menu = new QMenu(&m_window);
    menu->setObjectName(QStringLiteral("legendMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString name = m_map.legend()->name(row);
    const models::ModelInfo* info = m_shapes.info();
    const bool genre = info != nullptr && m_mapController.column() == info->labelColumn;
    const int label = genre ? m_shapes.classNamed(name) : -1;
    const QString shown = widgets::escapeMnemonics(widgets::oneLine(name));
    QAction* move = menu->addAction(tr("Move the phrase to %1").arg(shown), this,
                                    [this, label] { m_shapes.moveToGenre(label, false); });
    move->setEnabled(label >= 0 && !m_shapes.shape().origin.empty());
    QAction* draw = menu->addAction(tr("Generate: %1").arg(shown), this,
                                    [this, label] { m_shapes.newPhraseIn(label); });
    draw->setEnabled(label >= 0 && info->can.samplePrior);
    menu->addSeparator();
    menu->addAction(tr("Show only %1").arg(shown), this,
                    [this, row] { m_map.legend()->isolate(row); });
    menu->addAction(tr("Show all"), this, [this] { m_map.legend()->showAll(); });
    menu->popup(global);
}

} // namespace canto::app
