#include "app/window/genre_drag.h"

#include "widgets/explore/phrase_chip.h"
#include "widgets/map/legend.h"

#include <QLabel>
#include <QMenu>

namespace canto::app {
namespace {

const QPoint kGhostOffset(14, 10);

} // namespace

GenreDrag::GenreDrag(QWidget& window, widgets::LatentMap& map, MapController& mapController,
                     ShapeController& shapes, QObject* parent)
    : QObject(parent), m_window(window), m_map(map), m_mapController(mapController),
      m_shapes(shapes), m_ghost(new QLabel(&window)) {
    m_ghost->setObjectName(QStringLiteral("carriedPhrase"));
    m_ghost->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_ghost->setAutoFillBackground(true);
    m_ghost->setBackgroundRole(QPalette::ToolTipBase);
    m_ghost->setForegroundRole(QPalette::ToolTipText);
    m_ghost->setFrameShape(QFrame::Box);
    m_ghost->setMargin(5);
    m_ghost->hide();
    connect(&map, &widgets::LatentMap::phraseDragBegan, this, &GenreDrag::begin);
    connect(&map, &widgets::LatentMap::phraseDragMoved, this, &GenreDrag::moveTo);
    connect(&map, &widgets::LatentMap::phraseDragDropped, this, &GenreDrag::drop);
    connect(&map, &widgets::LatentMap::phraseDragCancelled, this, &GenreDrag::end);
    connect(map.legend(), &widgets::Legend::menuAsked, this, &GenreDrag::showLegendMenu);
}

void GenreDrag::addChip(widgets::PhraseChip* chip) {
    connect(chip, &widgets::PhraseChip::dragBegan, this, [this] { begin(-1); });
    connect(chip, &widgets::PhraseChip::dragMoved, this, &GenreDrag::moveTo);
    connect(chip, &widgets::PhraseChip::dragDropped, this, &GenreDrag::drop);
    connect(chip, &widgets::PhraseChip::dragCancelled, this, &GenreDrag::end);
    connect(chip, &widgets::PhraseChip::menuAsked, this, &GenreDrag::showMenu);
}

GenreDrag::Target GenreDrag::targetAt(QPoint global) const {
    Target target;
    const models::ModelInfo* info = m_shapes.info();
    if (const int row = m_map.legend()->rowAt(global); row >= 0) {
        target.index = row;
        const QString name = m_map.legend()->name(row);
        if (info == nullptr || m_mapController.column() != info->labelColumn) {
            target.whyNot = tr("The legend does not show what the prior knows");
        } else if (target.label = m_shapes.classNamed(name); target.label < 0) {
            target.whyNot = tr("The model does not know %1").arg(name);
        }
    } else if (const int component = m_map.componentAt(global); component >= 0) {
        target = {m_map.components()[component].label, true, component, {}};
    }
    return target;
}

void GenreDrag::begin(qint64 row) {
    if (row >= 0) {
        m_shapes.takeRow(row);
    }
    m_carrying = true;
    m_ghost->setText(QString::fromStdString(m_shapes.shape().name));
    m_ghost->adjustSize();
}

void GenreDrag::moveTo(QPoint global) {
    if (!m_carrying) {
        return;
    }
    const Target target = targetAt(global);
    QString text = QString::fromStdString(m_shapes.shape().name);
    if (target.label >= 0) {
        const std::string& name = m_shapes.info()->classes[std::size_t(target.label)];
        text += tr(" \u2192 %1").arg(QString::fromStdString(name));
    } else if (!target.whyNot.isEmpty()) {
        text = target.whyNot;
    }
    m_ghost->setText(text);
    m_ghost->adjustSize();
    QPoint at = m_window.mapFromGlobal(global) + kGhostOffset;
    at.setX(std::min(at.x(), m_window.width() - m_ghost->width() - 4));
    m_ghost->move(at);
    m_ghost->show();
    m_ghost->raise();
    m_map.legend()->setDropTarget(target.label >= 0 && !target.component ? target.index : -1);
    m_map.setTargetComponent(target.component ? target.index : -1);
}

void GenreDrag::drop(QPoint global) {
    if (!m_carrying) {
        return;
    }
    const Target target = targetAt(global);
    end();
    if (target.label >= 0) {
        m_shapes.moveToGenre(target.label, target.component);
    } else if (!target.whyNot.isEmpty()) {
        const models::ModelInfo* info = m_shapes.info();
        Q_EMIT problem(target.whyNot, info != nullptr && !info->labelColumn.empty()
                                          ? tr("Colour the map by %1 to move phrases.")
                                                .arg(QString::fromStdString(info->labelColumn))
                                          : QString());
    } else {
        Q_EMIT problem(tr("Nothing was moved"),
                       tr("Drop the phrase on a genre's name in the legend, or on a part of the "
                          "prior."));
    }
}

void GenreDrag::end() {
    m_carrying = false;
    m_ghost->hide();
    m_map.legend()->setDropTarget(-1);
    m_map.setTargetComponent(-1);
}

void GenreDrag::showMenu(QPoint global) {
    const models::ModelInfo* info = m_shapes.info();
    if (info == nullptr) {
        return;
    }
    auto* menu = new QMenu(&m_window);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (std::size_t label = 0; label < info->classes.size(); ++label) {
        menu->addAction(tr("Move to %1").arg(QString::fromStdString(info->classes[label])), this,
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
    QAction* move = menu->addAction(tr("Move the phrase to %1").arg(name), this,
                                    [this, label] { m_shapes.moveToGenre(label, false); });
    move->setEnabled(label >= 0 && !m_shapes.shape().origin.empty());
    QAction* draw = menu->addAction(tr("New phrase in %1").arg(name), this,
                                    [this, label] { m_shapes.newPhraseIn(label); });
    draw->setEnabled(label >= 0 && info->can.samplePrior);
    menu->addSeparator();
    menu->addAction(tr("Show only %1").arg(name), this,
                    [this, row] { m_map.legend()->isolate(row); });
    menu->addAction(tr("Show all"), this, [this] { m_map.legend()->showAll(); });
    menu->popup(global);
}

} // namespace canto::app
