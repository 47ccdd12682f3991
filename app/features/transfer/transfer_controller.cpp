// SPDX-License-Identifier: GPL-3.0-or-later
// The Transfer panel: which elements come from which song, the result, and its playback.

#include "app/features/transfer/transfer_controller.h"

#include "app/workspace/action_table.h"
#include "app/workspace/qt_text.h"
#include "widgets/transfer/transfer_sheet.h"

#include <QCursor>
#include <QToolButton>
#include <algorithm>
#include <iterator>

namespace canto::app {
namespace {

constexpr std::size_t kMostResults = 50;

} // namespace

/// From one transfer spec to the next.
class TransferSpecStep : public QUndoCommand {
  public:
    TransferSpecStep(TransferController& transfer, TransferSpec before, TransferSpec after,
                     const QString& what)
        : QUndoCommand(what), m_transfer(transfer), m_before(std::move(before)),
          m_after(std::move(after)) {}

    void undo() override { m_transfer.apply(m_before, TransferController::Sound::FromNextBar); }
    void redo() override { m_transfer.apply(m_after, TransferController::Sound::FromNextBar); }

  private:
    TransferController& m_transfer;
    TransferSpec m_before, m_after;
};

TransferController::TransferController(Workspace& workspace, widgets::LibraryList& list)
    : m_parts{workspace,        workspace.map(),       list, workspace.maps(), workspace.player(),
              workspace.undo(), workspace.phraseDrag()},
      m_dock(new TransferDock(&workspace.window())),
      m_sheet(new widgets::TransferSheet(&workspace.window())) {
    m_dock->setWindowTitle(tr("Transfer"));
    // Its phrases are those of the library that goes.
    connect(&workspace, &Workspace::libraryComing, this, &TransferController::clear);
    connect(&workspace, &Workspace::modelChanged, this, [this](bool there) {
        if (there) {
            setModel(m_parts.workspace.model(), m_parts.workspace.space().open);
        }
    });
    connect(m_sheet, &widgets::TransferSheet::chosenChanged, this,
            [this](const QVector<int>& blocks) {
                const auto spec =
                    dragged(m_asked.first, {blocks.begin(), blocks.end()}, m_asked.second);
                if (spec) {
                    preview(*spec);
                }
            });
    connect(m_sheet, &QDialog::accepted, this, [this] {
        const QVector<int> blocks = m_sheet->chosen();
        m_previewing = false; // the preview becomes the result
        transferElements(m_asked.first, {blocks.begin(), blocks.end()}, m_asked.second);
    });
    connect(m_sheet, &QDialog::rejected, this, &TransferController::endPreview);
    connectDock();
    connectSources();
    addTargets();
    setModel(nullptr, nullptr);
}

TransferController::~TransferController() = default;

std::vector<Panel> TransferController::panels() {
    return {{.id = "transferDock", .widget = m_dock, .scrolls = true}};
}

void TransferController::setModel(std::shared_ptr<const models::LatentModel> model,
                                  OpenModel open) {
    m_model = std::move(model);
    m_open = std::move(open);
    m_maker = std::make_shared<TransferMaker>(m_open);
    m_separation.cancel();
    QString why;
    if (!m_model) {
        why = tr("There is no model to transfer elements with.");
    } else if (m_model->info().blocks.empty() || !m_model->info().can.decode) {
        why = tr("%1 has no elements that can be transferred between songs.")
                  .arg(coreText(m_model->info().title));
    }
    m_dock->setModelText(why);
    clear();
}

void TransferController::clear() {
    m_sheet->hide();
    m_make.cancel();
    m_previewing = false;
    m_copied.reset();
    m_dock->separation()->clear();
    restore({});
}

bool TransferController::fits(const TransferSpec& spec) const {
    return m_model && !spec.parents.empty() && spec.sources.size() == m_model->info().blocks.size();
}

void TransferController::restore(const TransferSpec& spec, std::vector<Transferred> results) {
    m_waiting.clear();
    m_spec = fits(spec) ? spec : TransferSpec();
    m_results = std::move(results);
    m_shown = int(m_results.size()) - 1;
    showSpec();
    showResults();
    if (m_results.empty() && m_spec.changed()) {
        make(m_spec, Sound::None, true);
    }
    Q_EMIT changed();
}

const Transferred* TransferController::shown() const {
    return m_shown >= 0 && m_shown < int(m_results.size()) ? &m_results[std::size_t(m_shown)]
                                                           : nullptr;
}

std::vector<int> TransferController::plainBlocks() const {
    std::vector<int> blocks;
    for (int i = 0; m_model && i < int(m_model->info().blocks.size()); ++i) {
        if (!m_model->info().blocks[std::size_t(i)].advanced) {
            blocks.push_back(i);
        }
    }
    return blocks;
}

QString TransferController::blockNames(const std::vector<int>& blocks) const {
    QStringList names;
    for (const int block : blocks) {
        names.append(coreText(m_model->info().blocks[std::size_t(block)].title));
    }
    return names.join(QStringLiteral(", "));
}

QString TransferController::titleOf(const Transferred& result) const {
    const TransferSpec& spec = result.spec;
    QStringList from;
    for (std::size_t source = 1; source < spec.parents.size(); ++source) {
        const std::vector<int> blocks = spec.blocksOf(source);
        if (!blocks.empty()) {
            const QString what = blocks == plainBlocks() ? tr("all") : blockNames(blocks);
            from.append(tr("%1 of %2").arg(what, text(spec.parents[source].name)));
        }
    }
    const QString target = text(spec.parents.front().name);
    return from.isEmpty() ? target : tr("%1 with %2").arg(target, from.join(QStringLiteral("; ")));
}

void TransferController::showNoModel() {
    Q_EMIT problem(tr("There is no model to transfer elements with"),
                   tr("The map and the original songs work without one."));
}

Parent TransferController::phraseOf(qint64 row) const {
    return {m_parts.mapController.latentOf(row),
            m_parts.mapController.titleOfRow(row).toStdString(), row};
}

std::optional<Parent> TransferController::item() const {
    const PlaybackItem& item = m_parts.player.currentItem();
    if (!m_model || item.latent.size() != std::size_t(m_model->info().latentSize)) {
        return std::nullopt;
    }
    return Parent{item.latent, item.title.toStdString(), item.row, tempoOf(item)};
}

void TransferController::saveTo(SessionState& state) const {
    state.spec = m_spec;
    for (const Transferred& result : m_results) {
        state.results.push_back(result.spec);
    }
    state.results.insert(state.results.end(), m_waiting.begin(), m_waiting.end());
}

void TransferController::restoreFrom(const SessionState& state, bool sameModel) {
    if (!sameModel) {
        return;
    }
    const bool same = std::equal(
        m_results.begin(), m_results.end(), state.results.begin(), state.results.end(),
        [](const Transferred& result, const TransferSpec& spec) { return result.spec == spec; });
    if (same) {
        restore(state.spec, m_results);
        return;
    }
    m_make.cancel();
    restore({});
    m_spec = fits(state.spec) ? state.spec : TransferSpec();
    showSpec();
    std::copy_if(state.results.begin(), state.results.end(), std::back_inserter(m_waiting),
                 [this](const TransferSpec& spec) { return fits(spec); });
    if (m_spec.changed() &&
        std::find(m_waiting.begin(), m_waiting.end(), m_spec) == m_waiting.end()) {
        m_waiting.push_back(m_spec);
    }
    makeWaiting();
    Q_EMIT changed();
}

void TransferController::makeWaiting() {
    if (!m_waiting.empty()) {
        make(TransferSpec(m_waiting.front()), Sound::None, true);
    }
}

void TransferController::enter(std::any kept) {
    auto* results = std::any_cast<std::vector<Transferred>>(&kept);
    restore({}, results != nullptr ? std::move(*results) : std::vector<Transferred>());
}

void TransferController::propose(const TransferSpec& next, const QString& what) {
    if (next != m_spec) {
        m_parts.undo.stack().push(new TransferSpecStep(*this, m_spec, next, what)); // calls apply
    } else if (next.changed()) {
        apply(next, Sound::FromNextBar);
    }
}

void TransferController::apply(const TransferSpec& spec, Sound sound) {
    m_spec = spec;
    showSpec();
    m_previewing = false;
    if (m_spec.changed()) {
        make(m_spec, sound, true);
    } else {
        m_make.cancel();
        m_shown = -1;
        showResults();
    }
    Q_EMIT changed();
}

void TransferController::put(const Parent& phrase) {
    if (!m_model) {
        showNoModel();
        return;
    }
    Q_EMIT raiseWanted(m_dock);
    TransferSpec next = m_spec;
    if (next.parents.empty()) {
        next = TransferSpec::of(phrase, m_model->info().blocks.size());
    } else if (!next.take(phrase, {})) {
        Q_EMIT problem(tr("The Transfer panel is full"), tr("Remove a song from it first."));
        return;
    }
    propose(next, tr("Add %1 to Transfer").arg(text(phrase.name)));
}

std::optional<TransferSpec> TransferController::dragged(const Parent& source,
                                                        const std::vector<int>& blocks,
                                                        const Parent& target) {
    TransferSpec next = m_spec;
    const int at = next.find(target);
    if (at < 0) {
        next = TransferSpec::of(target, m_model->info().blocks.size());
    } else if (at > 0) { // a source becomes the target; its own transfers end
        std::rotate(next.parents.begin(), next.parents.begin() + at, next.parents.begin() + at + 1);
        std::fill(next.sources.begin(), next.sources.end(), 0);
    }
    return next.take(source, blocks) ? std::optional(next) : std::nullopt;
}

void TransferController::transferElements(const Parent& source, const std::vector<int>& blocks,
                                          const Parent& target) {
    if (!m_model) {
        showNoModel();
        return;
    }
    const auto next = dragged(source, blocks, target);
    if (!next) {
        Q_EMIT problem(tr("The Transfer panel is full"), tr("Remove a song from it first."));
        return;
    }
    Q_EMIT raiseWanted(m_dock);
    propose(*next, tr("Transfer %1").arg(blockNames(blocks)));
}

void TransferController::choose(int block, int parent) {
    if (block < 0 || std::size_t(block) >= m_spec.sources.size() || parent < 0 ||
        std::size_t(parent) >= m_spec.parents.size()) {
        return;
    }
    TransferSpec next = m_spec;
    next.sources[std::size_t(block)] = parent;
    propose(next, parent > 0 ? tr("Transfer %1").arg(blockNames({block}))
                             : tr("Restore %1").arg(blockNames({block})));
}

void TransferController::ask(const Parent& source, const Parent& target, QPoint global) {
    if (!m_model) {
        showNoModel();
        return;
    }
    m_asked = {source, target};
    QVector<widgets::TransferSheet::Element> elements;
    for (const auto& block : m_model->info().blocks) {
        elements.append({coreText(block.title), block.advanced});
    }
    m_sheet->ask(text(source.name), text(target.name), elements, {}, global);
}

void TransferController::remember() {
    m_copied = item();
    if (!m_copied) {
        Q_EMIT problem(tr("There is no phrase to copy elements from yet"),
                       tr("Click a point of the map first."));
        return;
    }
    Q_EMIT problem(tr("Copied the elements of %1").arg(text(m_copied->name)),
                   tr("Go to another song and press Ctrl+Shift+V."));
}

void TransferController::askForCurrent() {
    const auto target = item();
    if (!target || !m_copied || target->latent == m_copied->latent) {
        Q_EMIT problem(tr("Choose a source and a target song"),
                       tr("Press Ctrl+Shift+C while the source plays, Ctrl+Shift+V while the "
                          "target plays."));
        return;
    }
    ask(*m_copied, *target, m_parts.map.mapToGlobal(m_parts.map.rect().center()));
}

void TransferController::make(const TransferSpec& spec, Sound sound, bool measure) {
    m_sound = sound;
    m_sounding = false;
    m_making = spec;
    const TransferRequest request{spec, m_parts.mapController.library(),
                                  m_parts.mapController.projection(), measure};
    m_make.start([maker = m_maker, request](const auto& run) {
        const auto onBars = [&](const music::Song& song, int bars, bool whole) {
            run.deliver(&TransferController::onGrown, std::make_shared<const music::Song>(song),
                        bars, whole);
        };
        const auto result = maker->make(request, run, onBars);
        if (!result) {
            run.deliverError(&TransferController::onFailed, result.error());
        } else if (request.measure) {
            run.deliver(&TransferController::onMade, *result);
        }
    });
}

void TransferController::onFailed(const Error& error) {
    Q_EMIT problem(text(error.what), text(error.hint));
    std::erase(m_waiting, m_making);
    makeWaiting();
}

void TransferController::preview(const TransferSpec& spec) {
    if (!m_previewing) {
        m_beforePreview.reset();
        if (m_parts.player.playing()) {
            m_beforePreview = m_parts.player.currentItem();
        }
    }
    m_previewing = true;
    make(spec, Sound::FromNextBar, false);
}

void TransferController::endPreview() {
    if (!std::exchange(m_previewing, false)) {
        return;
    }
    m_make.cancel();
    if (m_beforePreview) {
        m_parts.player.playFromNextBar(*std::exchange(m_beforePreview, std::nullopt));
    } else {
        m_parts.player.stop();
    }
    if (m_spec.changed() && (shown() == nullptr || shown()->spec != m_spec)) {
        make(m_spec, Sound::None, true); // the preview replaced it
    }
}

void TransferController::onGrown(const SongPtr& song, int bars, bool whole) {
    if (m_sound == Sound::None) {
        return;
    }
    const bool fromNextBar = m_sound == Sound::FromNextBar && m_parts.player.playing();
    if (song->notes.empty() || (fromNextBar && !m_sounding && !whole)) {
        if (whole) {
            Q_EMIT problem(tr("The model generates silence here"), tr("Transfer fewer elements."));
        }
        return;
    }
    if (m_sounding) {
        m_parts.player.grow(song, whole);
        return;
    }
    Transferred as;
    as.spec = m_making;
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Transferred;
    item.song = song;
    item.bars = m_model ? m_model->info().phraseBars : bars;
    item.title = titleOf(as);
    item.caption = m_previewing ? tr("Preview: %1").arg(item.title) : item.title;
    if (fromNextBar) {
        m_parts.player.playFromNextBar(std::move(item));
    } else {
        m_sounding = true;
        m_parts.player.play(std::move(item), !whole);
    }
}

void TransferController::onMade(const Transferred& result) {
    const auto known =
        std::find_if(m_results.begin(), m_results.end(),
                     [&](const Transferred& one) { return one.spec == result.spec; });
    if (known != m_results.end()) {
        m_results.erase(known);
    } else if (m_results.size() >= kMostResults) {
        m_results.erase(m_results.begin());
    }
    m_results.push_back(result);
    m_shown = int(m_results.size()) - 1;
    showResults();
    if (std::erase(m_waiting, result.spec) == 0) { // else it was made before, and is restored
        m_parts.player.offer(itemOf(m_results.back()));
    }
    Q_EMIT resultMade(m_results.back());
    Q_EMIT changed();
    makeWaiting();
}

PlaybackItem TransferController::itemOf(const Transferred& result) const {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Transferred;
    item.song = result.song;
    item.bars = result.bars;
    item.latent = result.latent;
    item.title = titleOf(result);
    item.caption = item.title;
    for (const Parent& parent : result.spec.parents) {
        item.origin.parents.append(text(parent.name));
    }
    return item;
}

void TransferController::play(const Parent& parent) {
    if (parent.row >= 0) {
        m_parts.player.pressed();
        m_parts.mapController.playRow(parent.row);
    } else if (m_model) {
        make(TransferSpec::of(parent, m_model->info().blocks.size()), Sound::Play, false);
    }
}

void TransferController::drawFor(const Parent& target, int block) {
    if (!m_model) {
        showNoModel();
        return;
    }
    m_drawing = {target, block};
    m_make.start([maker = m_maker, seed = ++m_draws](const auto& run) {
        run.deliverResult(maker->draw(seed), &TransferController::onDrawn,
                          &TransferController::onFailed);
    });
}

void TransferController::onDrawn(const models::Latent& latent) {
    const Parent draw{latent, tr("Generated %L1").arg(m_draws).toStdString(), -1};
    transferElements(draw, {m_drawing.second}, m_drawing.first);
}

void TransferController::playResult() {
    const Transferred* result = shown();
    if (result == nullptr) {
        Q_EMIT problem(tr("No result yet"), tr("Drag an element from one song to the other."));
        return;
    }
    PlaybackItem item = itemOf(*result);
    if (m_parts.player.playing()) {
        m_parts.player.playFromNextBar(std::move(item));
    } else {
        m_parts.player.play(std::move(item));
    }
}

void TransferController::addActions(ActionTable& table) {
    const auto add = [&](int group, const QString& text, const QKeySequence& key, auto run) {
        table.add(MenuId::Transfer, group, text, key, run);
    };
    add(0, tr("S&how Transfer"), QKeySequence(tr("Ctrl+Shift+R")),
        [this] { Q_EMIT raiseWanted(m_dock); });
    add(0, tr("&Add what plays"), QKeySequence(tr("Ctrl+B")), [this] {
        if (const auto phrase = item()) {
            put(*phrase);
        } else {
            Q_EMIT problem(tr("Nothing is playing"), tr("Click a point of the map first."));
        }
    });
    add(1, tr("Copy &musical elements of what plays"), QKeySequence(tr("Ctrl+Shift+C")),
        [this] { remember(); });
    add(1, tr("Paste elements &onto what plays..."), QKeySequence(tr("Ctrl+Shift+V")),
        [this] { askForCurrent(); });
    add(2, tr("&Play result"), QKeySequence(tr("Ctrl+Shift+B")), [this] { playResult(); });
    add(2, tr("&Export result..."), QKeySequence(tr("Ctrl+Shift+O")),
        [this] { m_dock->saveButton()->click(); });
    add(2, tr("&Clear"), {}, [this] { m_dock->clearButton()->click(); });
}

} // namespace canto::app
