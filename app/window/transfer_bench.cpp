// The bench's recipe, what is made of it and what is heard.

#include "app/window/transfer_bench.h"

#include "app/window/shape_controller.h"
#include "widgets/transfer/transfer_sheet.h"

#include <QCursor>
#include <QMenuBar>
#include <QToolButton>
#include <algorithm>

namespace canto::app {
namespace {

constexpr std::size_t kMostOutcomes = 50;

} // namespace

/// From one recipe to the next.
class RecipeStep : public QUndoCommand {
  public:
    RecipeStep(TransferBench& bench, Recipe before, Recipe after, const QString& what)
        : QUndoCommand(what), m_bench(bench), m_before(std::move(before)),
          m_after(std::move(after)) {}

    void undo() override { m_bench.apply(m_before, TransferBench::Sound::FromNextBar); }
    void redo() override { m_bench.apply(m_after, TransferBench::Sound::FromNextBar); }

  private:
    TransferBench& m_bench;
    Recipe m_before, m_after;
};

TransferBench::TransferBench(BenchParts parts, QObject* parent)
    : QObject(parent), m_parts(parts), m_dock(new BenchDock(&parts.window)),
      m_sheet(new widgets::TransferSheet(&parts.window)) {
    connect(&m_worker, &TransferWorker::grown, this, &TransferBench::onGrown);
    connect(&m_worker, &TransferWorker::made, this, &TransferBench::onMade);
    connect(&m_worker, &TransferWorker::failed, this, [this](const Error& error) {
        m_request = 0;
        Q_EMIT problem(QString::fromStdString(error.what), QString::fromStdString(error.hint));
    });
    connect(&m_worker, &TransferWorker::drawn, this,
            [this](std::uint64_t, const models::Latent& latent) {
                const Parent draw{latent, tr("Draw %1").arg(m_draws).toStdString(), -1};
                carryOver(draw, {m_drawing.second}, m_drawing.first);
            });
    connect(m_sheet, &widgets::TransferSheet::chosenChanged, this,
            [this](const QVector<int>& blocks) {
                const auto recipe =
                    carried(m_asked.first, {blocks.begin(), blocks.end()}, m_asked.second);
                if (recipe) {
                    taste(*recipe);
                }
            });
    connect(m_sheet, &QDialog::accepted, this, [this] {
        const QVector<int> blocks = m_sheet->chosen();
        m_tasting = false; // goes over into the real thing
        carryOver(m_asked.first, {blocks.begin(), blocks.end()}, m_asked.second);
    });
    connect(m_sheet, &QDialog::rejected, this, &TransferBench::endTaste);
    connectDock();
    connectSources();
    addTargets();
    setModel(nullptr, nullptr);
}

TransferBench::~TransferBench() = default;

void TransferBench::setModel(std::shared_ptr<const models::LatentModel> model, OpenModel open) {
    m_model = std::move(model);
    m_worker.setModel(std::move(open));
    QString why;
    if (!m_model) {
        why = tr("There is no model to carry elements with.");
    } else if (m_model->info().blocks.empty() || !m_model->info().can.decode) {
        why = tr("%1 has no elements that could be carried between songs.")
                  .arg(QString::fromStdString(m_model->info().title));
    }
    m_dock->setModelText(why);
    clear();
}

void TransferBench::clear() {
    m_sheet->hide();
    m_worker.cancel();
    m_request = 0;
    m_tasting = false;
    m_copied.reset();
    m_dock->separation()->clear();
    restore({});
}

void TransferBench::restore(const Recipe& recipe, std::vector<Transferred> outcomes) {
    const bool fits = m_model && recipe.givers.size() == m_model->info().blocks.size();
    m_recipe = fits ? recipe : Recipe();
    m_outcomes = std::move(outcomes);
    m_shown = int(m_outcomes.size()) - 1;
    showRecipe();
    showOutcomes();
    if (m_outcomes.empty() && m_recipe.changed()) {
        make(m_recipe, Sound::None, true);
    }
    Q_EMIT recipeChanged();
}

const Transferred* TransferBench::shown() const {
    return m_shown >= 0 && m_shown < int(m_outcomes.size()) ? &m_outcomes[std::size_t(m_shown)]
                                                            : nullptr;
}

std::vector<int> TransferBench::plainBlocks() const {
    std::vector<int> blocks;
    for (int i = 0; m_model && i < int(m_model->info().blocks.size()); ++i) {
        if (!m_model->info().blocks[std::size_t(i)].advanced) {
            blocks.push_back(i);
        }
    }
    return blocks;
}

QString TransferBench::blockNames(const std::vector<int>& blocks) const {
    QStringList names;
    for (const int block : blocks) {
        names.append(QString::fromStdString(m_model->info().blocks[std::size_t(block)].title));
    }
    return names.join(QStringLiteral(", "));
}

QString TransferBench::titleOf(const Transferred& outcome) const {
    const Recipe& recipe = outcome.recipe;
    QStringList from;
    for (std::size_t giver = 1; giver < recipe.parents.size(); ++giver) {
        std::vector<int> blocks;
        for (std::size_t block = 0; block < recipe.givers.size(); ++block) {
            if (recipe.givers[block] == int(giver)) {
                blocks.push_back(int(block));
            }
        }
        if (!blocks.empty()) {
            const QString what = blocks == plainBlocks() ? tr("all") : blockNames(blocks);
            from.append(
                tr("%1 of %2").arg(what, QString::fromStdString(recipe.parents[giver].name)));
        }
    }
    const QString receiver = QString::fromStdString(recipe.parents.front().name);
    return from.isEmpty() ? receiver
                          : tr("%1 with %2").arg(receiver, from.join(QStringLiteral("; ")));
}

void TransferBench::tellNoModel() {
    Q_EMIT problem(tr("There is no model to carry elements with"),
                   tr("The map and the original songs work without one."));
}

Parent TransferBench::phraseOf(qint64 row) const {
    return {m_parts.mapController.latentOf(row),
            m_parts.mapController.titleOfRow(row).toStdString(), row};
}

std::optional<Parent> TransferBench::heard() const {
    const Heard& heard = m_parts.audition.heard();
    if (!m_model || heard.latent.size() != std::size_t(m_model->info().latentSize)) {
        return std::nullopt;
    }
    return Parent{heard.latent, heard.title.toStdString(), heard.row, tempoOf(heard)};
}

void TransferBench::propose(const Recipe& next, const QString& what) {
    if (next != m_recipe) {
        m_parts.shapes.undo().push(new RecipeStep(*this, m_recipe, next, what)); // calls apply
    } else if (next.changed()) {
        apply(next, Sound::FromNextBar);
    }
}

void TransferBench::apply(const Recipe& recipe, Sound sound) {
    m_recipe = recipe;
    showRecipe();
    m_tasting = false;
    if (m_recipe.changed()) {
        make(m_recipe, sound, true);
    } else {
        m_worker.cancel();
        m_request = 0;
        m_shown = -1;
        showOutcomes();
    }
    Q_EMIT recipeChanged();
}

void TransferBench::put(const Parent& phrase) {
    if (!m_model) {
        tellNoModel();
        return;
    }
    Q_EMIT raiseAsked();
    Recipe next = m_recipe;
    if (next.parents.empty()) {
        next = Recipe::of(phrase, m_model->info().blocks.size());
    } else if (!next.take(phrase, {})) {
        Q_EMIT problem(tr("The Transfer panel is full"), tr("Remove a song from it first."));
        return;
    }
    propose(next, tr("Add %1 to Transfer").arg(QString::fromStdString(phrase.name)));
}

std::optional<Recipe> TransferBench::carried(const Parent& giver, const std::vector<int>& blocks,
                                             const Parent& receiver) {
    Recipe next = m_recipe;
    const int at = next.find(receiver);
    if (at < 0) {
        next = Recipe::of(receiver, m_model->info().blocks.size());
    } else if (at > 0) { // a giver becomes the receiver; what it had been given for is over
        std::rotate(next.parents.begin(), next.parents.begin() + at, next.parents.begin() + at + 1);
        std::fill(next.givers.begin(), next.givers.end(), 0);
    }
    return next.take(giver, blocks) ? std::optional(next) : std::nullopt;
}

void TransferBench::carryOver(const Parent& giver, const std::vector<int>& blocks,
                              const Parent& receiver) {
    if (!m_model) {
        tellNoModel();
        return;
    }
    const auto next = carried(giver, blocks, receiver);
    if (!next) {
        Q_EMIT problem(tr("The Transfer panel is full"), tr("Remove a song from it first."));
        return;
    }
    Q_EMIT raiseAsked();
    propose(*next, tr("Transfer %1").arg(blockNames(blocks)));
}

void TransferBench::choose(int block, int parent) {
    if (block < 0 || std::size_t(block) >= m_recipe.givers.size() || parent < 0 ||
        std::size_t(parent) >= m_recipe.parents.size()) {
        return;
    }
    Recipe next = m_recipe;
    next.givers[std::size_t(block)] = parent;
    propose(next, parent > 0 ? tr("Transfer %1").arg(blockNames({block}))
                             : tr("Restore %1").arg(blockNames({block})));
}

void TransferBench::ask(const Parent& giver, const Parent& receiver, QPoint global) {
    if (!m_model) {
        tellNoModel();
        return;
    }
    m_asked = {giver, receiver};
    QVector<widgets::TransferSheet::Element> elements;
    for (const auto& block : m_model->info().blocks) {
        elements.append({QString::fromStdString(block.title), block.advanced});
    }
    m_sheet->ask(QString::fromStdString(giver.name), QString::fromStdString(receiver.name),
                 elements, {}, global);
}

void TransferBench::remember() {
    m_copied = heard();
    if (!m_copied) {
        Q_EMIT problem(tr("There is no phrase to take elements from yet"),
                       tr("Click a point of the map first."));
        return;
    }
    Q_EMIT problem(tr("Copied the elements of %1").arg(QString::fromStdString(m_copied->name)),
                   tr("Go to another song and press Ctrl+Shift+V."));
}

void TransferBench::askForHeard() {
    const auto receiver = heard();
    if (!receiver || !m_copied || receiver->latent == m_copied->latent) {
        Q_EMIT problem(tr("Choose a source and a target song"),
                       tr("Press Ctrl+Shift+C while the one plays, Ctrl+Shift+V while the other "
                          "does."));
        return;
    }
    ask(*m_copied, *receiver, m_parts.map.mapToGlobal(m_parts.map.rect().center()));
}

void TransferBench::make(const Recipe& recipe, Sound sound, bool measure) {
    m_sound = sound;
    m_sounding = false;
    m_making = recipe;
    TransferRequest request{recipe, m_parts.mapController.library(),
                            m_parts.mapController.projection(), measure};
    m_request = m_worker.make(std::move(request));
}

void TransferBench::taste(const Recipe& recipe) {
    if (!m_tasting) {
        m_beforeTaste.reset();
        if (m_parts.audition.playing()) {
            m_beforeTaste = m_parts.audition.heard();
        }
    }
    m_tasting = true;
    make(recipe, Sound::FromNextBar, false);
}

void TransferBench::endTaste() {
    if (!std::exchange(m_tasting, false)) {
        return;
    }
    m_worker.cancel();
    m_request = 0;
    if (m_beforeTaste) {
        m_parts.audition.playFromNextBar(*std::exchange(m_beforeTaste, std::nullopt));
    } else {
        m_parts.audition.stop();
    }
    if (m_recipe.changed() && (shown() == nullptr || shown()->recipe != m_recipe)) {
        make(m_recipe, Sound::None, true); // the taste came between
    }
}

void TransferBench::onGrown(std::uint64_t generation, const SongPtr& song, int bars, bool whole) {
    if (generation != m_request || m_sound == Sound::None) {
        return;
    }
    const bool fromNextBar = m_sound == Sound::FromNextBar && m_parts.audition.playing();
    if (song->notes.empty() || (fromNextBar && !m_sounding && !whole)) {
        if (whole) {
            Q_EMIT problem(tr("The model decodes silence here"), tr("Transfer fewer elements."));
        }
        return;
    }
    if (m_sounding) {
        m_parts.audition.grow(song, whole);
        return;
    }
    Transferred as;
    as.recipe = m_making;
    Heard heard;
    heard.kind = Heard::Kind::Transferred;
    heard.song = song;
    heard.bars = m_model ? m_model->info().phraseBars : bars;
    heard.title = titleOf(as);
    heard.caption = m_tasting ? tr("Preview: %1").arg(heard.title) : heard.title;
    if (fromNextBar) {
        m_parts.audition.playFromNextBar(std::move(heard));
    } else {
        m_sounding = true;
        m_parts.audition.play(std::move(heard), !whole);
    }
}

void TransferBench::onMade(const Transferred& outcome) {
    if (outcome.generation != m_request) {
        return;
    }
    m_request = 0;
    const auto known =
        std::find_if(m_outcomes.begin(), m_outcomes.end(),
                     [&](const Transferred& one) { return one.recipe == outcome.recipe; });
    if (known != m_outcomes.end()) {
        m_outcomes.erase(known);
    } else if (m_outcomes.size() >= kMostOutcomes) {
        m_outcomes.erase(m_outcomes.begin());
    }
    m_outcomes.push_back(outcome);
    m_shown = int(m_outcomes.size()) - 1;
    showOutcomes();
    Q_EMIT outcomeMade(m_outcomes.back());
}

void TransferBench::hear(const Parent& parent) {
    if (parent.row >= 0) {
        m_parts.audition.pressed();
        m_parts.mapController.playRow(parent.row);
    } else if (m_model) {
        make(Recipe::of(parent, m_model->info().blocks.size()), Sound::Play, false);
    }
}

void TransferBench::drawFor(const Parent& receiver, int block) {
    if (!m_model) {
        tellNoModel();
        return;
    }
    m_drawing = {receiver, block};
    m_request = 0;
    m_worker.draw(++m_draws);
}

void TransferBench::playOutcome() {
    const Transferred* outcome = shown();
    if (outcome == nullptr) {
        Q_EMIT problem(tr("No result yet"), tr("Drag an element from one song to the other."));
        return;
    }
    Heard heard;
    heard.kind = Heard::Kind::Transferred;
    heard.song = outcome->song;
    heard.bars = outcome->bars;
    heard.latent = outcome->latent;
    heard.title = titleOf(*outcome);
    heard.caption = heard.title;
    if (m_parts.audition.playing()) {
        m_parts.audition.playFromNextBar(std::move(heard));
    } else {
        m_parts.audition.play(std::move(heard));
    }
}

void TransferBench::addMenu(QMenuBar& bar) {
    QMenu* menu = bar.addMenu(tr("Tr&ansfer"));
    const auto add = [&](const QString& text, const QKeySequence& key, auto run) {
        QAction* action = menu->addAction(text, this, run);
        action->setShortcut(key);
    };
    add(tr("S&how Transfer"), QKeySequence(tr("Ctrl+Shift+R")), [this] { Q_EMIT raiseAsked(); });
    add(tr("&Add what plays"), QKeySequence(tr("Ctrl+B")), [this] {
        if (const auto phrase = heard()) {
            put(*phrase);
        } else {
            Q_EMIT problem(tr("Nothing is playing"), tr("Click a point of the map first."));
        }
    });
    menu->addSeparator();
    add(tr("Copy &musical elements of what plays"), QKeySequence(tr("Ctrl+Shift+C")),
        [this] { remember(); });
    add(tr("Paste elements &onto what plays..."), QKeySequence(tr("Ctrl+Shift+V")),
        [this] { askForHeard(); });
    menu->addSeparator();
    add(tr("&Play result"), QKeySequence(tr("Ctrl+Shift+B")), [this] { playOutcome(); });
    add(tr("&Save result..."), QKeySequence(tr("Ctrl+Shift+O")),
        [this] { m_dock->saveButton()->click(); });
    add(tr("&Clear"), {}, [this] { m_dock->clearButton()->click(); });
}

} // namespace canto::app
