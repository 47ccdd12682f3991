// What the bench shows, where things are taken from and where they can be dropped.

#include "app/window/shape_controller.h"
#include "app/window/transfer_bench.h"
#include "core/music/class_labels.h"
#include "widgets/common/text.h"
#include "widgets/map/map_lineage.h"
#include "widgets/song/library_list.h"

#include <QMenu>
#include <QToolButton>
#include <algorithm>

namespace canto::app {

using widgets::DragChip;
using widgets::ElementStrip;

namespace {

/// What the classes of a label column are, in a sentence.
QString labelKind(const std::string& column) {
    return column == "emotion" ? TransferBench::tr("mood") : columnTitle(column).toLower();
}

/// The receiver is "R", givers are "A", "B" ...
QString badge(int song) { return song == 0 ? QStringLiteral("R") : QString(QChar('A' + song - 1)); }

} // namespace

void TransferBench::connectDock() {
    connect(m_dock, &BenchDock::stripMade, this, &TransferBench::onStrip);
    connect(m_dock->recipe(), &widgets::RecipeTable::giverChosen, this, &TransferBench::choose);
    connect(m_dock->recipe(), &widgets::RecipeTable::amountChosen, this,
            [this](int block, double amount) {
                Recipe next = m_recipe;
                next.amounts[std::size_t(block)] = amount;
                propose(next, tr("How far %1 goes").arg(blockNames({block})));
            });
    connect(m_dock->clearButton(), &QToolButton::clicked, this,
            [this] { propose({}, tr("Clear Transfer")); });
    connect(m_dock, &BenchDock::outcomeChosen, this, [this](int newestFirst) {
        m_shown = int(m_outcomes.size()) - 1 - newestFirst;
        showOutcomes();
        playOutcome();
    });
    connect(m_dock->outcomeChip(), &QAbstractButton::clicked, this, &TransferBench::playOutcome);
    connect(m_dock->playButton(), &QToolButton::clicked, this, &TransferBench::playOutcome);
    connect(m_dock->beforeButton(), &QToolButton::clicked, this, [this] {
        if (const Transferred* outcome = shown()) {
            make(Recipe::of(outcome->recipe.parents.front(), outcome->recipe.givers.size()),
                 Sound::FromNextBar, false);
        }
    });
    connect(m_dock->separation(), &widgets::SeparationView::measureAsked, this, [this] {
        const LibraryPtr& library = m_parts.mapController.library();
        m_dock->separation()->setStatus(library && m_model ? tr("Measuring...")
                                                           : tr("There is nothing to measure."));
        if (library && m_model) {
            m_worker.separate(library);
        }
    });
    connect(&m_worker, &TransferWorker::separated, this, &TransferBench::showSeparation);
    const auto out = [this](auto signal) {
        return [this, signal] {
            if (const Transferred* outcome = shown()) {
                Q_EMIT(this->*signal)(outcome->song, outcome->bars, titleOf(*outcome));
            }
        };
    };
    connect(m_dock->saveButton(), &QToolButton::clicked, this, out(&TransferBench::saveAsked));
    connect(m_dock->copyButton(), &QToolButton::clicked, this, out(&TransferBench::copyAsked));
    connect(m_dock, &BenchDock::dragOutAsked, this, out(&TransferBench::dragAsked));
    m_parts.carry.addChip(m_dock->outcomeChip(), [this]() -> std::optional<Carried> {
        const Transferred* outcome = shown();
        if (outcome == nullptr) {
            return std::nullopt;
        }
        const QString title = titleOf(*outcome);
        return Carried{{outcome->latent, title.toStdString(), -1}, {}, title};
    });
}

void TransferBench::connectSources() {
    widgets::LibraryList& list = m_parts.list;
    Carry& carry = m_parts.carry;
    connect(&list, &widgets::LibraryList::songDragBegan, this, [this](qint64 song) {
        const qint64 row = rowOfSong(song);
        if (row >= 0 && m_model) {
            const Parent phrase = phraseOf(row);
            m_parts.carry.begin({phrase, {}, QString::fromStdString(phrase.name)});
        }
    });
    connect(&list, &widgets::LibraryList::songDragMoved, &carry, &Carry::moveTo);
    connect(&list, &widgets::LibraryList::songDragDropped, &carry, &Carry::drop);
    connect(&list, &widgets::LibraryList::songDragCancelled, &carry, &Carry::cancel);
    connect(&m_parts.mapController, &MapController::mapShown, this, [this] {
        m_parts.map.setLineages({}, -1); // places belong to the map before
        if (m_parts.mapController.projection()) {
            for (Transferred& outcome : m_outcomes) {
                const auto place = m_parts.mapController.projection()->place(outcome.latent);
                outcome.place = place ? std::optional(*place) : std::nullopt;
            }
            showOutcomes();
        }
    });
}

void TransferBench::onStrip(ElementStrip* strip, int song) {
    const auto carriedFrom = [this, song](std::vector<int> blocks) -> std::optional<Carried> {
        if (std::size_t(song) >= m_recipe.parents.size()) {
            return std::nullopt;
        }
        const Parent& parent = m_recipe.parents[std::size_t(song)];
        const QString name = QString::fromStdString(parent.name);
        return Carried{parent, blocks,
                       blocks.empty() ? name : tr("%1 of %2").arg(blockNames(blocks), name)};
    };
    m_parts.carry.addChip(strip->whole(), [carriedFrom] { return carriedFrom({}); });
    connect(strip->whole(), &DragChip::menuAsked, this,
            [this, song](QPoint global) { showMenu(song, -1, global); });
    connect(strip, &ElementStrip::playAsked, this,
            [this, song] { hear(m_recipe.parents.at(std::size_t(song))); });
    connect(
        strip, &ElementStrip::removeAsked, this,
        [this, song] {
            Recipe next = m_recipe;
            next.remove(song);
            propose(next, tr("Remove a song from Transfer"));
        },
        Qt::QueuedConnection); // the strip itself goes
    connect(strip, &ElementStrip::chipMade, this,
            [this, song, carriedFrom](DragChip* chip, int element) {
                m_parts.carry.addChip(chip,
                                      [carriedFrom, element] { return carriedFrom({element}); });
                connect(chip, &QAbstractButton::clicked, this,
                        [this, song, element] { choose(element, song); });
                connect(chip, &DragChip::menuAsked, this,
                        [this, song, element](QPoint global) { showMenu(song, element, global); });
            });
}

void TransferBench::showMenu(int song, int block, QPoint global) {
    if (!m_model || std::size_t(song) >= m_recipe.parents.size()) {
        return;
    }
    auto* menu = new QMenu(&m_parts.window);
    menu->setObjectName(QStringLiteral("carryMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const Parent giver = m_recipe.parents[std::size_t(song)];
    std::vector<Parent> receivers = m_recipe.parents;
    if (const auto playing = heard(); playing && m_recipe.find(*playing) < 0) {
        receivers.push_back(*playing);
    }
    for (const Parent& receiver : receivers) {
        if (receiver.latent == giver.latent) {
            continue;
        }
        const QString name = QString::fromStdString(receiver.name);
        const QString text = block < 0 ? tr("Transfer elements to %1...").arg(name)
                                       : tr("Transfer %1 to %2").arg(blockNames({block}), name);
        menu->addAction(widgets::escapeMnemonics(text), this,
                        [this, giver, receiver, block, global] {
                            if (block < 0) {
                                ask(giver, receiver, global);
                            } else {
                                carryOver(giver, {block}, receiver);
                            }
                        });
    }
    if (block >= 0 && m_model->info().can.samplePrior) {
        menu->addSeparator();
        menu->addAction(tr("Generate new %1").arg(blockNames({block})), this,
                        [this, giver, block] { drawFor(giver, block); });
    }
    if (block < 0) {
        menu->addSeparator();
        menu->addAction(tr("Play"), this, [this, giver] { hear(giver); });
    }
    menu->popup(global);
}

qint64 TransferBench::rowOfSong(qint64 song) const {
    const LibraryPtr& library = m_parts.mapController.library();
    const qint64 row = m_parts.audition.heard().row; // of its phrases the one that is heard
    if (library && row >= 0 && std::size_t(row) < library->points.count() &&
        library->points.songOf(std::size_t(row)).id == song) {
        return row;
    }
    return m_parts.mapController.rowOfSong(song);
}

CarryTarget TransferBench::targetFor(const Parent& receiver, const QString& id,
                                     const Carried& carried) {
    CarryTarget target;
    target.id = id;
    const QString name = QString::fromStdString(receiver.name);
    if (receiver.latent == carried.phrase.latent) {
        target.whyNot = tr("This is the song itself");
        target.hint = tr("Drop it on another song.");
        return target;
    }
    if (!m_model || m_model->info().blocks.empty() || !m_model->info().can.decode) {
        target.whyNot = tr("This model has no elements to transfer");
        return target;
    }
    target.text = tr("%1 \u2192 %2").arg(carried.text, name);
    const std::vector<int> blocks = carried.blocks.empty() ? plainBlocks() : carried.blocks;
    target.dwell = [this, giver = carried.phrase, blocks, receiver] {
        if (const auto recipe = this->carried(giver, blocks, receiver)) {
            taste(*recipe);
        }
    };
    target.leave = [this] { endTaste(); };
    target.drop = [this, carried, receiver](QPoint global) {
        if (carried.blocks.empty()) {
            ask(carried.phrase, receiver, global);
        } else {
            carryOver(carried.phrase, carried.blocks, receiver);
        }
    };
    return target;
}

std::optional<CarryTarget> TransferBench::targetAt(QPoint global, const Carried& carried) {
    if (const int song = m_dock->stripAt(global);
        song >= 0 && std::size_t(song) < m_recipe.parents.size()) {
        CarryTarget target = targetFor(m_recipe.parents[std::size_t(song)],
                                       QStringLiteral("bench %1").arg(song), carried);
        target.mark = [this, song](bool on) { m_dock->setTarget(on ? song : -1); };
        return target;
    }
    if (m_dock->covers(global)) { // beside the songs that are there: one more
        CarryTarget target;
        target.id = QStringLiteral("bench");
        target.text = tr("Add %1").arg(QString::fromStdString(carried.phrase.name));
        target.drop = [this, phrase = carried.phrase](QPoint) { put(phrase); };
        return target;
    }
    if (const qint64 row = m_parts.map.rowUnder(global); row >= 0) {
        CarryTarget target = targetFor(phraseOf(row), QStringLiteral("map %1").arg(row), carried);
        target.mark = [this, row](bool on) { m_parts.map.setTargetRow(on ? row : -1); };
        return target;
    }
    if (const qint64 song = m_parts.list.songAt(global); song >= 0) {
        const qint64 row = rowOfSong(song);
        if (row < 0) {
            return std::nullopt;
        }
        CarryTarget target =
            targetFor(phraseOf(row), QStringLiteral("library %1").arg(song), carried);
        target.mark = [this, song](bool on) { m_parts.list.setDropTarget(on ? song : -1); };
        return target;
    }
    return std::nullopt;
}

void TransferBench::addTargets() {
    m_parts.carry.addTargets(
        [this](QPoint global, const Carried& carried) { return targetAt(global, carried); });
}

void TransferBench::showRecipe() {
    const int songs = m_model ? int(m_recipe.parents.size()) : 0;
    m_dock->setCount(songs);
    if (songs == 0) {
        return;
    }
    QStringList elements, badges, titles;
    QVector<widgets::RecipeTable::Row> rows;
    for (std::size_t i = 0; i < m_recipe.givers.size(); ++i) {
        const auto& block = m_model->info().blocks[i];
        elements.append(QString::fromStdString(block.title));
        rows.append({elements.back(), m_recipe.givers[i], block.continuous, m_recipe.amounts[i]});
    }
    for (int song = 0; song < songs; ++song) {
        const QString title = QString::fromStdString(m_recipe.parents[std::size_t(song)].name);
        badges.append(badge(song));
        titles.append(title);
        ElementStrip* strip = m_dock->strip(song);
        if (strip->count() != int(elements.size())) {
            strip->setElements(elements);
        }
        QVector<bool> used;
        for (const int giver : m_recipe.givers) {
            used.append(giver == song);
        }
        strip->setSong(title, badge(song), song == 0 ? tr("Target") : tr("Source"));
        strip->setUsed(used);
    }
    m_dock->recipe()->setRecipe(rows, badges, titles);
}

void TransferBench::showOutcomes() {
    QStringList titles;
    for (auto outcome = m_outcomes.rbegin(); outcome != m_outcomes.rend(); ++outcome) {
        titles.append(titleOf(*outcome));
    }
    m_dock->setOutcomes(titles, m_shown < 0 ? -1 : int(m_outcomes.size()) - 1 - m_shown);
    showReport();
    QVector<widgets::MapLineage> lineages;
    int shownAt = -1;
    const LibraryPtr& library = m_parts.mapController.library();
    for (std::size_t i = 0; i < m_outcomes.size(); ++i) {
        const Transferred& outcome = m_outcomes[i];
        if (!outcome.place || !library) {
            continue;
        }
        widgets::MapLineage lineage;
        lineage.place = {double(outcome.place->x), double(outcome.place->y)};
        lineage.name = tr("Result %1").arg(i + 1);
        for (std::size_t song = 0; song < outcome.recipe.parents.size(); ++song) {
            const Parent& parent = outcome.recipe.parents[song];
            std::vector<int> blocks;
            for (std::size_t block = 0; block < outcome.recipe.givers.size(); ++block) {
                if (outcome.recipe.givers[block] == int(song)) {
                    blocks.push_back(int(block));
                }
            }
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

void TransferBench::showSeparation(const LibraryPtr& library,
                                   const std::vector<Separation>& columns) {
    if (library != m_parts.mapController.library() || !m_model) {
        return;
    }
    QStringList rows{tr("All")};
    for (const auto& block : m_model->info().blocks) {
        rows.append(QString::fromStdString(block.title));
    }
    QVector<widgets::SeparationView::Column> shownColumns;
    for (const Separation& separation : columns) {
        widgets::SeparationView::Column column;
        column.label = columnTitle(separation.column);
        column.values = {separation.byBlock.begin(), separation.byBlock.end()};
        for (std::size_t row = 0; row < separation.byBlock.size(); ++row) {
            QStringList pairs;
            for (const Separation::Pair& pair : separation.pairs) {
                pairs.append(tr("%1: %2").arg(QString::fromStdString(pair.classes),
                                              QString::number(pair.byBlock[row], 'f', 3)));
            }
            column.tips.append(pairs.join(QLatin1Char('\n')));
        }
        shownColumns.append(std::move(column));
    }
    m_dock->separation()->setColumns(rows, shownColumns);
}

void TransferBench::showReport() {
    const Transferred* outcome = shown();
    if (outcome == nullptr) {
        m_dock->report()->setReport({}, {});
        return;
    }
    QVector<widgets::TransferReport::Line> lines;
    int moved = 0, carried = 0, stayed = 0, others = 0;
    for (const ElementChange& change : outcome->changes) {
        const auto& block = m_model->info().blocks[std::size_t(change.block)];
        const bool given = change.giver > 0;
        (given ? carried : others) += 1;
        (given ? moved : stayed) += change.asMeant ? 1 : 0;
        const QString verdict = given ? (change.alike     ? tr("same in both")
                                         : change.asMeant ? tr("moved")
                                                          : tr("did not move"))
                                      : (change.asMeant ? tr("stayed") : tr("drifted"));
        lines.append({QString::fromStdString(block.title), given ? badge(change.giver) : QString(),
                      change.toGiverBefore, change.toGiverAfter, change.toReceiver, verdict,
                      change.asMeant});
    }
    QStringList summary;
    if (lines.isEmpty()) {
        summary.append(tr("The result's music cannot be measured."));
    } else {
        summary.append(tr("%1 of %2 transferred elements now match the source; %3 of %4 other "
                          "elements stayed.")
                           .arg(moved)
                           .arg(carried)
                           .arg(stayed)
                           .arg(others));
    }
    const auto best = [](const std::vector<double>& scores) {
        return std::max_element(scores.begin(), scores.end()) - scores.begin();
    };
    const auto& classes = m_model->info().classes;
    if (!classes.empty() && outcome->scoresAfter.size() == classes.size() &&
        outcome->scoresBefore.size() == classes.size()) {
        const auto before = std::size_t(best(outcome->scoresBefore));
        const auto after = std::size_t(best(outcome->scoresAfter));
        const QString kind = labelKind(m_model->info().labelColumn);
        const auto inSentence = [this, &classes](std::size_t label) {
            const QString name = m_parts.shapes.className(int(label));
            const bool plain = music::findClassLabel(m_model->info().labelColumn, classes[label]);
            return plain ? name.toLower() : name; // "happy", but "Brahms"
        };
        const QString now = inSentence(after), then = inSentence(before);
        summary.append(before == after ? tr("Predicted %1: %2, as before.").arg(kind, now)
                                       : tr("Predicted %1: %2 (was %3).").arg(kind, now, then));
        if (!outcome->judge.empty()) {
            summary.append(QString::fromStdString(outcome->judge));
        }
    }
    m_dock->report()->setReport(summary.join(QLatin1Char(' ')), lines);
}

} // namespace canto::app
