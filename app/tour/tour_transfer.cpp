// SPDX-License-Identifier: GPL-3.0-or-later
// Stations of the tour: the spaces and the Transfer panel.

#include "app/features/transfer/transfer_controller.h"
#include "app/tour/tour.h"
#include "app/workspace/exports.h"
#include "app/workspace/space_switch.h"
#include "widgets/map/latent_map.h"
#include "widgets/transfer/transfer_sheet.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableWidget>
#include <QToolBar>
#include <QToolButton>

namespace canto::app {
namespace {

constexpr int kClicksElsewhere = 10;

} // namespace

void Tour::enterSpace(std::size_t space) {
    SpaceSwitch& spaces = m_window.workspace().spaces();
    if (spaces.index() != space) {
        const QString name = QString::fromStdString(spaces.spaces()[space].title);
        auto* bar = m_window.findChild<QToolBar*>(QStringLiteral("toolBar"));
        auto* button = bar->widgetForAction(spaces.action(space));
        QElapsedTimer since;
        since.start();
        click(button, QPointF(button->rect().center()));
        until(QStringLiteral("the space %1 is shown").arg(name),
              [&] { return spaces.index() == space; });
        m_figures["spaces"][spaces.spaces()[space].id]["secondsToShow"] =
            double(since.nsecsElapsed()) * 1e-9;
    }
    until(QStringLiteral("its maps have inverse projections"),
          [this] { return m_window.workspace().maps().view().whole(); });
    m_window.map()->fit();
    settle();
}

void Tour::showSpaces() {
    SpaceSwitch& spaces = m_window.workspace().spaces();
    const std::size_t home = spaces.index();
    m_window.setScheme(widgets::Scheme::Light);
    for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
        const Space& space = spaces.spaces()[i];
        const QString id = QString::fromStdString(space.id);
        auto& figures = m_figures["spaces"][space.id];
        figures["available"] = space.whyNot.empty();
        if (!space.whyNot.empty()) {
            figures["whyNot"] = space.whyNot;
            continue;
        }
        if (space.atlas.empty()) {
            continue; // "My latents" has no library before one is opened
        }
        enterSpace(i);
        const LibraryPtr library = m_window.workspace().maps().library();
        figures["points"] = library->points.count();
        figures["columns"] = library->columns;
        if (i != home) {
            showColours(QStringLiteral("space-%1").arg(id));
            if (const auto& model = m_window.workspace().inference().model();
                model && model->info().can.decode) {
                figures.update(measureClicks(kClicksElsewhere));
            }
        }
        transfer(id);
        playSounds(id);
    }
    enterSpace(home);
}

void Tour::showColours(const QString& name) {
    constexpr std::size_t kColumns = 3;
    MapController& maps = m_window.workspace().maps();
    const auto columns = maps.library()->columns;
    for (std::size_t c = 0; c < std::min(columns.size(), kColumns); ++c) {
        maps.colourBy(columns[c]);
        settle();
        picture(name + QStringLiteral("-%1.png").arg(QString::fromStdString(columns[c])));
    }
    maps.colourBy(columns.front());
    // One element alone, on a map that is made for it now.
    for (std::size_t map = maps.maps().size(); map-- > 0;) {
        if (maps.maps()[map].block) {
            maps.showMap(map);
            until(QStringLiteral("the map of one element is shown"),
                  [&] { return maps.shownMap() == map; });
            settle();
            picture(name + QStringLiteral("-element.png"));
            break;
        }
    }
    maps.showMap(0);
    m_window.setScheme(widgets::Scheme::Dark);
    picture(name + QStringLiteral("-dark.png"));
    m_window.setScheme(widgets::Scheme::Light);
}

void Tour::transfer(const QString& space) {
    TransferController& transfer = m_window.feature<TransferController>();
    TransferDock& dock = *transfer.dock();
    const auto& model = m_window.workspace().inference().model();
    if (!model || model->info().blocks.size() < 2 || !model->info().can.decode) {
        return;
    }
    silence();
    const auto name = [&](const char* what) {
        return QStringLiteral("transfer-%1-%2").arg(space, QLatin1String(what));
    };
    // Two songs of different labels that lie apart.
    const qint64 source = songRow(81);
    qint64 target = songRow(82);
    const auto& points = m_window.workspace().maps().library()->points;
    const std::string& column = m_window.workspace().maps().library()->columns.front();
    const auto label = [&](qint64 row) { return points.songOf(std::size_t(row)).label(column); };
    for (std::uint64_t seed = 83; label(target) == label(source) && seed < 140; ++seed) {
        target = songRow(seed);
    }
    transfer.put(transfer.phraseOf(source));
    settle();
    // The last plain element by the mouse, from the Transfer panel onto a point of the map.
    int block = 0;
    for (int i = 0; i < int(model->info().blocks.size()); ++i) {
        const auto& one = model->info().blocks[std::size_t(i)];
        const bool most = (one.end - one.begin) * 2 > model->info().latentSize;
        block = one.advanced || most ? block : i;
    }
    widgets::DragChip* chip = dock.strip(0)->chip(block);
    const QPoint dropAt = m_window.map()->mapToGlobal(pixelOf(target).toPoint());
    const QPointF from(chip->rect().center()), to(chip->mapFromGlobal(dropAt));
    hold(chip, {from, (from + to) / 2, to});
    picture(name("drag.png"));
    release(chip, to);
    until(QStringLiteral("an element is transferred"), [&] { return transfer.shown() != nullptr; });
    until(QStringLiteral("the result plays"),
          [this] { return m_window.workspace().player().playing(); });
    // A whole song: the sheet asks.
    transfer.ask(transfer.phraseOf(source), transfer.phraseOf(target), dropAt);
    until(QStringLiteral("the preview plays"), [this] {
        return m_window.workspace().player().currentItem().caption.startsWith(
            QLatin1String("Preview"));
    });
    picture(name("sheet.png"));
    const std::size_t before = transfer.results().size();
    QWidget* ok = transfer.sheet()->buttons()->button(QDialogButtonBox::Ok);
    click(ok, QPointF(ok->rect().center()));
    until(QStringLiteral("the whole song is transferred"),
          [&] { return transfer.results().size() > before; });
    // A third song on the Transfer panel gives the first element.
    transfer.put(transfer.phraseOf(songRow(150)));
    const std::size_t two = transfer.results().size();
    transfer.choose(0, int(transfer.spec().parents.size()) - 1);
    until(QStringLiteral("several sources make one result"),
          [&] { return transfer.results().size() > two; });
    widgets::SeparationView* separation = dock.separation();
    click(separation->openButton(), QPointF(separation->openButton()->rect().center()));
    until(QStringLiteral("labels are measured"),
          [&] { return separation->table()->rowCount() > 0; });
    m_figures["separation"][space.toStdString()] = separation->prediction().toStdString();
    settle();
    for (QWidget* above = &dock; above != nullptr; above = above->parentWidget()) {
        if (auto* scroll = qobject_cast<QScrollArea*>(above)) {
            scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
        }
    }
    picture(name("report.png"));
    m_window.setScheme(widgets::Scheme::Dark);
    picture(name("dark.png"));
    m_window.setScheme(widgets::Scheme::Light);
    keepTransfers(space);
    silence();
}

void Tour::keepTransfers(const QString& space) {
    const auto& blocks = m_window.workspace().inference().model()->info().blocks;
    auto& figures = m_figures["transfer"][space.toStdString()];
    figures = nlohmann::json::array();
    for (const Transferred& result : m_window.feature<TransferController>().results()) {
        nlohmann::json elements = nlohmann::json::object();
        for (const ElementChange& change : result.changes) {
            elements[blocks[std::size_t(change.block)].id] = {
                {"source", change.source},
                {"toGiverBefore", change.toSourceBefore},
                {"toGiverAfter", change.toSourceAfter},
                {"toReceiver", change.toTarget},
                {"asMeant", change.asMeant}};
        }
        figures.push_back(
            {{"title", m_window.feature<TransferController>().titleOf(result).toStdString()},
             {"elements", elements}});
    }
    const Transferred* shown = m_window.feature<TransferController>().shown();
    if (shown == nullptr) {
        return;
    }
    saveMidi(QStringLiteral("transfer-%1.mid").arg(space), {shown->before, shown->song},
             shown->bars, 1);
    bool over = false;
    connect(&m_window.workspace().exports(), &Exports::soundSaved, this,
            [&](const QString&, double, double peak, double rms) {
                over = true;
                expect(peak < 0 && rms > -60,
                       QStringLiteral("The transfer's sound is silent or too loud"));
            });
    connect(&m_window.workspace().exports(), &Exports::failed, this, [&](const Error& error) {
        over = true;
        m_problems.append(QString::fromStdString(error.message()));
    });
    m_window.workspace().exports().saveSound({shown->before, shown->song}, shown->bars,
                                             m_folder /
                                                 ("transfer-" + space.toStdString() + ".wav"),
                                             m_window.workspace().player().engine().soundFont());
    until(QStringLiteral("the transfer's sound is written"), [&] { return over; });
    disconnect(&m_window.workspace().exports(), nullptr, this, nullptr);
}

} // namespace canto::app
