// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/compose/compose.h"

#include "app/workspace/action_table.h"
#include "app/workspace/qt_text.h"
#include "core/music/class_labels.h"
#include "models/common/mood_path.h"
#include "widgets/explore/mood_plane.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace canto::app {

namespace {

constexpr int kMostMoodPoints = 33;

/// Whether the classes of the model are the quadrants of the plane.
bool hasMoods(const models::LatentModel& model) {
    return model.info().classes == std::vector<std::string>{"Q1", "Q2", "Q3", "Q4"};
}

} // namespace

Compose::Compose(Workspace& workspace)
    : m_workspace(workspace), m_panel(new QWidget(&workspace.window())),
      m_plane(new widgets::MoodPlane(m_panel)), m_bars(new QSpinBox(m_panel)),
      m_seed(new QSpinBox(m_panel)), m_class(new QComboBox(m_panel)),
      m_form(new QComboBox(m_panel)), m_continue(new QCheckBox(tr("Continue what plays"), m_panel)),
      m_start(new QPushButton(tr("Compose"), m_panel)), m_status(new QLabel(m_panel)) {
    m_panel->setWindowTitle(tr("Compose"));
    std::array<QString, 4> names;
    std::array<QColor, 4> colours;
    std::size_t quadrant = 0;
    for (const auto& label : music::classLabels("emotion")) {
        names[quadrant] = text(std::string(label.name));
        colours[quadrant++] = QColor::fromRgb(label.colour);
    }
    m_plane->setCorners(names, colours);
    m_bars->setRange(1, 256);
    m_bars->setValue(32);
    m_seed->setRange(1, 999'999);
    m_class->setObjectName(QStringLiteral("composeClass"));
    m_form->setObjectName(QStringLiteral("composeForm"));
    m_form->addItem(tr("None"), QString());
    const std::pair<QString, const char*> forms[] = {{tr("AABA"), "AABA"},
                                                     {tr("ABAB"), "ABAB"},
                                                     {tr("ABAC"), "ABAC"},
                                                     {tr("AABB"), "AABB"},
                                                     {tr("ABCA"), "ABCA"}};
    for (const auto& [title, form] : forms) {
        m_form->addItem(title, QLatin1String(form));
    }
    m_form->setToolTip(tr("Sections of equal length. Where a letter returns, its bars return with "
                          "variation."));
    m_status->setWordWrap(true);
    auto* layout = new QVBoxLayout(m_panel);
    layout->addWidget(m_plane, 1);
    m_fields = new QFormLayout;
    auto* fields = m_fields;
    fields->addRow(tr("Class:"), m_class);
    fields->addRow(tr("Bars:"), m_bars);
    fields->addRow(tr("Form:"), m_form);
    fields->addRow(tr("Seed:"), m_seed);
    layout->addLayout(fields);
    layout->addWidget(m_continue);
    layout->addWidget(m_start);
    layout->addWidget(m_status);
    layout->addStretch();
    connect(m_start, &QPushButton::clicked, this, [this] {
        if (composing()) {
            escape();
        } else {
            compose();
        }
    });
    connect(m_class, &QComboBox::currentIndexChanged, this, &Compose::showState);
    connect(m_plane, &widgets::MoodPlane::pathChanged, this, &Compose::showState);
    connect(&workspace, &Workspace::modelChanged, this, [this] {
        m_task.cancel();
        m_model = m_workspace.model();
        m_status->clear();
        listClasses();
        showState();
    });
    connect(&workspace.player(), &Player::currentItemChanged, this, &Compose::showState);
    showState();
}

Compose::~Compose() = default;

std::vector<Panel> Compose::panels() {
    return {{.id = "compose", .widget = m_panel, .scrolls = true, .open = false}};
}

void Compose::addActions(ActionTable& table) {
    table.add(MenuId::Tools, 3, tr("&Compose music..."), {},
              [this] { Q_EMIT raiseWanted(m_panel); });
}

bool Compose::escape() {
    if (!composing()) {
        return false;
    }
    m_task.cancel();
    m_status->setText(tr("Cancelled"));
    showState();
    return true;
}

void Compose::listClasses() {
    m_class->clear();
    m_class->addItem(tr("Any"), -1);
    if (m_model && !hasMoods(*m_model)) {
        const auto& info = m_model->info();
        for (std::size_t k = 0; k < info.classes.size(); ++k) {
            m_class->addItem(text(music::className(info.labelColumn, info.classes[k])), int(k));
        }
    }
}

QString Compose::moodText() const {
    if (m_model && !hasMoods(*m_model)) {
        return m_class->currentData().toInt() < 0 ? tr("any class") : m_class->currentText();
    }
    const auto& path = m_plane->path();
    const auto nameAt = [](QPointF mood) {
        const auto weights = models::moodWeights({mood.x(), mood.y()});
        const auto largest = std::max_element(weights.begin(), weights.end()) - weights.begin();
        return text(std::string(music::classLabels("emotion")[std::size_t(largest)].name));
    };
    if (path.isEmpty()) {
        return tr("any mood");
    }
    const QString first = nameAt(path.first());
    const QString last = nameAt(path.last());
    return first == last ? first : tr("%1 to %2").arg(first, last);
}

models::ComposeOptions Compose::options() const {
    models::ComposeOptions options;
    options.bars = m_bars->value();
    options.seed = std::uint64_t(m_seed->value());
    options.form = m_form->currentData().toString().toStdString();
    if (options.form.size() > std::size_t(options.bars)) {
        options.form.clear(); // fewer bars than sections
    }
    if (m_model && !hasMoods(*m_model) && m_class->currentData().toInt() >= 0) {
        options.label = m_class->currentData().toInt();
    }
    if (m_model && hasMoods(*m_model) && !m_plane->path().isEmpty()) {
        std::vector<models::MoodPoint> points;
        for (const QPointF& mood : widgets::evenlyAlong(m_plane->path(), kMostMoodPoints)) {
            points.push_back({mood.x(), mood.y()});
        }
        options.moods = models::moodsAlong(points, options.bars);
    }
    return options;
}

void Compose::showState() {
    const auto* composer = dynamic_cast<const models::Composer*>(m_model.get());
    // A square for the four moods; other models' classes stand in a list.
    const bool listed = composer != nullptr && !hasMoods(*m_model) && m_class->count() > 1;
    m_plane->setVisible(!listed);
    m_plane->setEnabled(composer != nullptr && hasMoods(*m_model));
    m_fields->setRowVisible(m_class, listed);
    m_start->setEnabled(composer != nullptr);
    m_start->setText(composing() ? tr("Cancel") : tr("Compose"));
    m_continue->setEnabled(bool(m_workspace.player().currentItem().song));
    if (composer == nullptr) {
        m_status->setText(tr("The model of this space generates single phrases only. The Style and "
                             "the Emotion space compose."));
    } else if (!composing()) {
        m_start->setToolTip(tr("%n bar(s), %1", nullptr, m_bars->value()).arg(moodText()));
    }
}

void Compose::compose() {
    if (!dynamic_cast<const models::Composer*>(m_model.get())) {
        return;
    }
    const auto asked = options();
    const auto& current = m_workspace.player().currentItem();
    const SongPtr begun = m_continue->isChecked() && current.song ? current.song : nullptr;
    m_item = {};
    m_item.kind = PlaybackItem::Kind::Decoded;
    m_item.title =
        begun ? tr("%1, continued").arg(current.title) : tr("Composed: %1").arg(moodText());
    m_item.caption = tr("Composed, seed %1").arg(m_seed->value());
    m_item.origin.how =
        asked.form.empty()
            ? m_item.caption
            : tr("Composed as %1, seed %2").arg(text(asked.form)).arg(m_seed->value());
    m_item.origin.seed = asked.seed;
    if (begun) {
        m_item.origin.parents = {current.title};
    }
    m_playing = false;
    m_seed->setValue(m_seed->value() + 1);
    m_task.start([model = m_model, asked, begun](const auto& run) {
        auto options = asked;
        options.cancel = run.cancel();
        const auto* composer = dynamic_cast<const models::Composer*>(model.get());
        auto song = composer->compose(
            begun ? *begun : music::Song(), options, [&](const music::Song& soFar, int bars) {
                run.beat();
                run.deliver(&Compose::onBars, std::make_shared<const music::Song>(soFar), bars);
                return !run.cancelled();
            });
        if (song) {
            run.deliver(&Compose::onComposed,
                        std::make_shared<const music::Song>(std::move(*song)));
        } else {
            run.deliverError(&Compose::onFailed, song.error());
        }
    });
    showState();
}

void Compose::onBars(const SongPtr& song, int bars) {
    m_status->setText(tr("%n bar(s)", nullptr, bars));
    if (m_playing || song->notes.empty()) {
        if (m_playing && m_workspace.player().growing()) {
            m_workspace.player().grow(song, false);
        }
        return;
    }
    m_playing = true;
    m_item.song = song;
    m_workspace.player().play(m_item, true);
}

void Compose::onComposed(const SongPtr& song) {
    m_item.song = song;
    m_item.bars = song->bars();
    if (song->notes.empty()) {
        m_status->setText(tr("The model wrote no notes. Try the next seed."));
    } else if (m_playing && m_workspace.player().growing()) {
        m_workspace.player().grow(song, true);
        m_status->setText(tr("%n bar(s)", nullptr, song->bars()));
    } else {
        m_workspace.player().play(m_item);
        m_status->setText(tr("%n bar(s)", nullptr, song->bars()));
    }
    showState();
    Q_EMIT composed(song);
}

void Compose::onFailed(const Error& error) {
    m_status->clear();
    showState();
    Q_EMIT problem(text(error.what), text(error.hint));
}

} // namespace canto::app
