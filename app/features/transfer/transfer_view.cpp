// SPDX-License-Identifier: GPL-3.0-or-later
// Display of the Transfer panel, its drag sources and its drop targets.

#include "app/features/transfer/transfer_controller.h"
#include "app/workspace/class_names.h"
#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "core/music/class_labels.h"
#include "widgets/common/text.h"
#include "widgets/map/map_lineage.h"
#include "widgets/song/library_list.h"

#include <QLocale>
#include <QMenu>
#include <QToolButton>
#include <algorithm>

namespace canto::app {

using widgets::DragChip;
using widgets::ElementStrip;

namespace {

constexpr std::size_t kSeparated = 800; ///< phrases at most

/// Name of a label column within a sentence.
QString labelKind(const std::string& column) {
    return column == "emotion" ? TransferController::tr("mood") : columnTitle(column).toLower();
}

/// The target is "T", sources are "A", "B" ...
QString badge(int song) { return song == 0 ? QStringLiteral("T") : QString(QChar('A' + song - 1)); }

} // namespace

void TransferController::connectDock() {
    connect(m_dock, &TransferDock::stripMade, this, &TransferController::onStrip);
    connect(m_dock->spec(), &widgets::TransferSpecTable::sourceChosen, this,
            &TransferController::choose);
    connect(m_dock->spec(), &widgets::TransferSpecTable::amountChosen, this,
            [this](int block, double amount) {
                TransferSpec next = m_spec;
                next.amounts[std::size_t(block)] = amount;
                propose(next, tr("Change amount of %1").arg(blockNames({block})));
            });
    connect(m_dock->clearButton(), &QToolButton::clicked, this,
            [this] { propose({}, tr("Clear Transfer")); });
    connect(m_dock, &TransferDock::resultChosen, this, [this](int newestFirst) {
        m_shown = int(m_results.size()) - 1 - newestFirst;
        showResults();
        playResult();
    });
    connect(m_dock->resultChip(), &QAbstractButton::clicked, this, &TransferController::playResult);
    connect(m_dock->playButton(), &QToolButton::clicked, this, &TransferController::playResult);
    connect(m_dock->beforeButton(), &QToolButton::clicked, this, [this] {
        if (const Transferred* result = shown()) {
            make(TransferSpec::of(result->spec.parents.front(), result->spec.sources.size()),
                 Sound::FromNextBar, false);
        }
    });
    connect(m_dock->separation(), &widgets::SeparationView::measureAsked, this,
            &TransferController::measureSeparation);
    const auto out = [this](auto signal) {
        return [this, signal] {
            if (const Transferred* result = shown()) {
                Q_EMIT(this->*signal)(result->song, result->bars, titleOf(*result));
            }
        };
    };
    connect(m_dock->saveButton(), &QToolButton::clicked, this, out(&TransferController::saveAsked));
    connect(m_dock->copyButton(), &QToolButton::clicked, this, out(&TransferController::copyAsked));
    connect(m_dock, &TransferDock::dragOutAsked, this, out(&TransferController::dragAsked));
    m_parts.drag.addChip(m_dock->resultChip(), [this]() -> std::optional<DraggedPhrase> {
        const Transferred* result = shown();
        if (result == nullptr) {
            return std::nullopt;
        }
        const QString title = titleOf(*result);
        return DraggedPhrase{{result->latent, title.toStdString(), -1}, {}, title};
    });
}

void TransferController::connectSources() {
    widgets::LibraryList& list = m_parts.list;
    connect(&list, &widgets::LibraryList::songDragBegan, this, [this](qint64 song) {
        const qint64 row = rowOfSong(song);
        if (row >= 0 && m_model) {
            const Parent phrase = phraseOf(row);
            m_parts.drag.begin({phrase, {}, text(phrase.name)});
        }
    });
    m_parts.drag.follow(&list, &widgets::LibraryList::songDragMoved,
                        &widgets::LibraryList::songDragDropped,
                        &widgets::LibraryList::songDragCancelled);
    connect(&m_parts.mapController, &MapController::mapShown, this, [this] {
        m_parts.map.setLineages({}, -1); // positions of the previous map
        if (m_parts.mapController.projection()) {
            for (Transferred& result : m_results) {
                const auto place = m_parts.mapController.projection()->place(result.latent);
                result.place = place ? std::optional(*place) : std::nullopt;
            }
            showResults();
        }
    });
}

void TransferController::onStrip(ElementStrip* strip, int song) {
    const auto draggedFrom = [this, song](std::vector<int> blocks) -> std::optional<DraggedPhrase> {
        if (std::size_t(song) >= m_spec.parents.size()) {
            return std::nullopt;
        }
        const Parent& parent = m_spec.parents[std::size_t(song)];
        const QString name = text(parent.name);
        return DraggedPhrase{parent, blocks,
                             blocks.empty() ? name : tr("%1 of %2").arg(blockNames(blocks), name)};
    };
    m_parts.drag.addChip(strip->whole(), [draggedFrom] { return draggedFrom({}); });
    connect(strip->whole(), &DragChip::menuAsked, this,
            [this, song](QPoint global) { showMenu(song, -1, global); });
    connect(strip, &ElementStrip::playAsked, this,
            [this, song] { play(m_spec.parents.at(std::size_t(song))); });
    connect(
        strip, &ElementStrip::removeAsked, this,
        [this, song] {
            TransferSpec next = m_spec;
            next.remove(song);
            propose(next, tr("Remove a song from Transfer"));
        },
        Qt::QueuedConnection); // it deletes the strip
    connect(strip, &ElementStrip::chipMade, this,
            [this, song, draggedFrom](DragChip* chip, int element) {
                m_parts.drag.addChip(chip,
                                     [draggedFrom, element] { return draggedFrom({element}); });
                connect(chip, &QAbstractButton::clicked, this,
                        [this, song, element] { choose(element, song); });
                connect(chip, &DragChip::menuAsked, this,
                        [this, song, element](QPoint global) { showMenu(song, element, global); });
            });
}

void TransferController::showMenu(int song, int block, QPoint global) {
    if (!m_model || std::size_t(song) >= m_spec.parents.size()) {
        return;
    }
    auto* menu = new QMenu(&m_parts.workspace.window());
    menu->setObjectName(QStringLiteral("carryMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const Parent source = m_spec.parents[std::size_t(song)];
    std::vector<Parent> targets = m_spec.parents;
    if (const auto playing = item(); playing && m_spec.find(*playing) < 0) {
        targets.push_back(*playing);
    }
    for (const Parent& target : targets) {
        if (target.latent == source.latent) {
            continue;
        }
        const QString name = text(target.name);
        const QString text = block < 0 ? tr("Transfer elements to %1...").arg(name)
                                       : tr("Transfer %1 to %2").arg(blockNames({block}), name);
        menu->addAction(widgets::escapeMnemonics(text), this,
                        [this, source, target, block, global] {
                            if (block < 0) {
                                ask(source, target, global);
                            } else {
                                transferElements(source, {block}, target);
                            }
                        });
    }
    if (block >= 0 && m_model->info().can.samplePrior) {
        menu->addSeparator();
        menu->addAction(tr("Generate new %1").arg(blockNames({block})), this,
                        [this, source, block] { drawFor(source, block); });
    }
    if (block < 0) {
        menu->addSeparator();
        menu->addAction(tr("Play"), this, [this, source] { play(source); });
    }
    menu->popup(global);
}

qint64 TransferController::rowOfSong(qint64 song) const {
    const LibraryPtr& library = m_parts.mapController.library();
    const qint64 row = m_parts.player.currentItem().row; // prefer the phrase that plays
    if (library && row >= 0 && std::size_t(row) < library->points.count() &&
        library->points.songOf(std::size_t(row)).id == song) {
        return row;
    }
    return m_parts.mapController.rowOfSong(song);
}

DropTarget TransferController::targetFor(const Parent& onto, const QString& id,
                                         const DraggedPhrase& dragged) {
    DropTarget target;
    target.id = id;
    const QString name = text(onto.name);
    if (onto.latent == dragged.phrase.latent) {
        target.whyNot = tr("This is the song itself");
        target.hint = tr("Drop it on another song.");
        return target;
    }
    if (!m_model || m_model->info().blocks.empty() || !m_model->info().can.decode) {
        target.whyNot = tr("This model has no elements to transfer");
        return target;
    }
    target.text = tr("%1 \u2192 %2").arg(dragged.text, name);
    const std::vector<int> blocks = dragged.blocks.empty() ? plainBlocks() : dragged.blocks;
    target.dwell = [this, source = dragged.phrase, blocks, onto] {
        if (const auto spec = this->dragged(source, blocks, onto)) {
            preview(*spec);
        }
    };
    target.leave = [this] { endPreview(); };
    target.drop = [this, dragged, onto](QPoint global) {
        if (dragged.blocks.empty()) {
            ask(dragged.phrase, onto, global);
        } else {
            transferElements(dragged.phrase, dragged.blocks, onto);
        }
    };
    return target;
}

std::optional<DropTarget> TransferController::targetAt(QPoint global,
                                                       const DraggedPhrase& dragged) {
    if (const int song = m_dock->stripAt(global);
        song >= 0 && std::size_t(song) < m_spec.parents.size()) {
        DropTarget target = targetFor(m_spec.parents[std::size_t(song)],
                                      QStringLiteral("transfer %1").arg(song), dragged);
        target.mark = [this, song](bool on) { m_dock->setTarget(on ? song : -1); };
        return target;
    }
    if (m_dock->covers(global)) { // next to the songs: adds one
        DropTarget target;
        target.id = QStringLiteral("transfer");
        target.text = tr("Add %1").arg(text(dragged.phrase.name));
        target.drop = [this, phrase = dragged.phrase](QPoint) { put(phrase); };
        return target;
    }
    if (const qint64 row = m_parts.map.rowUnder(global); row >= 0) {
        DropTarget target = targetFor(phraseOf(row), QStringLiteral("map %1").arg(row), dragged);
        target.mark = [this, row](bool on) { m_parts.map.setTargetRow(on ? row : -1); };
        return target;
    }
    if (const qint64 song = m_parts.list.songAt(global); song >= 0) {
        const qint64 row = rowOfSong(song);
        if (row < 0) {
            return std::nullopt;
        }
        DropTarget target =
            targetFor(phraseOf(row), QStringLiteral("library %1").arg(song), dragged);
        target.mark = [this, song](bool on) { m_parts.list.setDropTarget(on ? song : -1); };
        return target;
    }
    return std::nullopt;
}

void TransferController::addTargets() {
    m_parts.drag.addTargets(
        [this](QPoint global, const DraggedPhrase& dragged) { return targetAt(global, dragged); });
}

void TransferController::showSpec() {
    const int songs = m_model ? int(m_spec.parents.size()) : 0;
    m_dock->setCount(songs);
    if (songs == 0) {
        return;
    }
    QStringList elements, badges, titles;
    QVector<widgets::TransferSpecTable::Row> rows;
    for (std::size_t i = 0; i < m_spec.sources.size(); ++i) {
        const auto& block = m_model->info().blocks[i];
        elements.append(coreText(block.title));
        rows.append({elements.back(), m_spec.sources[i], block.continuous, m_spec.amounts[i]});
    }
    for (int song = 0; song < songs; ++song) {
        const QString title = text(m_spec.parents[std::size_t(song)].name);
        badges.append(badge(song));
        titles.append(title);
        ElementStrip* strip = m_dock->strip(song);
        if (strip->count() != int(elements.size())) {
            strip->setElements(elements);
        }
        QVector<bool> used;
        for (const int source : m_spec.sources) {
            used.append(source == song);
        }
        strip->setSong(title, badge(song), song == 0 ? tr("Target") : tr("Source"));
        strip->setUsed(used);
    }
    m_dock->spec()->setSpec(rows, badges, titles);
}

void TransferController::showResults() {
    QStringList titles;
    for (auto result = m_results.rbegin(); result != m_results.rend(); ++result) {
        titles.append(titleOf(*result));
    }
    m_dock->setResults(titles, m_shown < 0 ? -1 : int(m_results.size()) - 1 - m_shown);
    showReport();
    QVector<widgets::MapLineage> lineages;
    int shownAt = -1;
    const LibraryPtr& library = m_parts.mapController.library();
    for (std::size_t i = 0; i < m_results.size(); ++i) {
        const Transferred& result = m_results[i];
        if (!result.place || !library) {
            continue;
        }
        widgets::MapLineage lineage;
        lineage.place = asPoint(*result.place);
        lineage.name = tr("Result %L1").arg(i + 1);
        for (std::size_t song = 0; song < result.spec.parents.size(); ++song) {
            const Parent& parent = result.spec.parents[song];
            const std::vector<int> blocks = result.spec.blocksOf(song);
            if (parent.row >= 0 && std::size_t(parent.row) < library->points.count() &&
                (song == 0 || !blocks.empty())) {
                lineage.parents.append({m_parts.mapController.placeOf(parent.row),
                                        song == 0 ? QString() : blockNames(blocks)});
            }
        }
        if (int(i) == m_shown) {
            shownAt = int(lineages.size());
        }
        lineages.append(std::move(lineage));
    }
    m_parts.map.setLineages(std::move(lineages), shownAt);
}

void TransferController::measureSeparation() {
    const LibraryPtr library = m_parts.mapController.library();
    m_dock->separation()->setStatus(library && m_model ? tr("Measuring...")
                                                       : tr("There is nothing to measure."));
    if (!library || !m_model) {
        return;
    }
    m_separation.start([open = m_open, library](const auto& run) {
        const auto model = open();
        run.deliverResult(
            model ? separationOf(*library, **model, kSeparated, run.cancel())
                  : Result<std::vector<Separation>>(fail(model.error())),
            [library](TransferController& to, const std::vector<Separation>& columns) {
                to.showSeparation(library, columns);
            },
            &TransferController::onFailed);
    });
}

void TransferController::showSeparation(const LibraryPtr& library,
                                        const std::vector<Separation>& columns) {
    if (library != m_parts.mapController.library() || !m_model) {
        return;
    }
    QStringList rows{tr("All")};
    for (const auto& block : m_model->info().blocks) {
        rows.append(coreText(block.title));
    }
    QVector<widgets::SeparationView::Column> shownColumns;
    for (const Separation& separation : columns) {
        widgets::SeparationView::Column column;
        column.label = columnTitle(separation.column);
        column.values = {separation.byBlock.begin(), separation.byBlock.end()};
        for (std::size_t row = 0; row < separation.byBlock.size(); ++row) {
            QStringList pairs;
            for (const Separation::Pair& pair : separation.pairs) {
                pairs.append(tr("%1: %2").arg(text(pair.classes),
                                              QLocale().toString(pair.byBlock[row], 'f', 3)));
            }
            column.tips.append(pairs.join(QLatin1Char('\n')));
        }
        shownColumns.append(std::move(column));
    }
    m_dock->separation()->setColumns(rows, shownColumns);
}

void TransferController::showReport() {
    const Transferred* result = shown();
    if (result == nullptr) {
        m_dock->report()->setReport({}, {});
        return;
    }
    QVector<widgets::TransferReport::Line> lines;
    int moved = 0, dragged = 0, stayed = 0, others = 0;
    for (const ElementChange& change : result->changes) {
        const auto& block = m_model->info().blocks[std::size_t(change.block)];
        const bool given = change.source > 0;
        (given ? dragged : others) += 1;
        (given ? moved : stayed) += change.asMeant ? 1 : 0;
        const QString prediction = given ? (change.similar   ? tr("same in both")
                                            : change.asMeant ? tr("moved")
                                                             : tr("did not move"))
                                         : (change.asMeant ? tr("stayed") : tr("drifted"));
        lines.append({coreText(block.title), given ? badge(change.source) : QString(),
                      change.toSourceBefore, change.toSourceAfter, change.toTarget, prediction,
                      change.asMeant});
    }
    QStringList summary;
    if (lines.isEmpty()) {
        summary.append(tr("The result's music cannot be measured."));
    } else {
        summary.append(tr("%L1 of %L2 transferred elements now match the source; %L3 of %L4 other "
                          "elements stayed.")
                           .arg(moved)
                           .arg(dragged)
                           .arg(stayed)
                           .arg(others));
    }
    const auto best = [](const std::vector<double>& scores) {
        return std::max_element(scores.begin(), scores.end()) - scores.begin();
    };
    const auto& classes = m_model->info().classes;
    if (!classes.empty() && result->scoresAfter.size() == classes.size() &&
        result->scoresBefore.size() == classes.size()) {
        const auto before = std::size_t(best(result->scoresBefore));
        const auto after = std::size_t(best(result->scoresAfter));
        const QString kind = labelKind(m_model->info().labelColumn);
        const auto inSentence = [this, &classes](std::size_t label) {
            const QString name = classText(m_model->info().labelColumn, classes[label]);
            const bool plain = music::findClassLabel(m_model->info().labelColumn, classes[label]);
            return plain ? name.toLower() : name; // "happy", but "Brahms"
        };
        const QString now = inSentence(after), then = inSentence(before);
        summary.append(before == after ? tr("Predicted %1: %2, as before.").arg(kind, now)
                                       : tr("Predicted %1: %2 (was %3).").arg(kind, now, then));
        if (!result->classifier.empty()) {
            summary.append(coreText(result->classifier));
        }
    }
    m_dock->report()->setReport(summary.join(QLatin1Char(' ')), lines);
}

} // namespace canto::app
