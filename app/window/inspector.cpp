#include "app/window/inspector.h"

#include "widgets/common/elided_combo.h"
#include "widgets/common/elided_label.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/song/alike_list.h"
#include "widgets/song/path_controls.h"

#include <QApplication>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace canto::app {
namespace {

constexpr int kMargin = 12;

QLabel* heading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

QFrame* line(QWidget* parent) {
    auto* frame = new QFrame(parent);
    frame->setFrameShape(QFrame::HLine);
    frame->setFrameShadow(QFrame::Plain);
    frame->setForegroundRole(QPalette::Mid);
    return frame;
}

} // namespace

Inspector::Inspector(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    column->setSpacing(10);

    column->addWidget(heading(tr("Map"), this));
    auto* choices = new QFormLayout;
    choices->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_map = new widgets::ElidedCombo(this);
    m_map->setAccessibleName(tr("Projection of the map"));
    m_colour = new widgets::ElidedCombo(this);
    m_colour->setAccessibleName(tr("Label that colours the map"));
    choices->addRow(tr("Projection"), m_map);
    choices->addRow(tr("Colour by"), m_colour);
    column->addLayout(choices);
    column->addWidget(line(this));

    column->addWidget(heading(tr("Path"), this));
    m_path = new widgets::PathControls(this);
    m_path->layout()->setContentsMargins(0, 0, 0, 0);
    m_path->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    column->addWidget(m_path);
    column->addWidget(line(this));

    m_title = heading(tr("Listening"), this);
    column->addWidget(m_title);
    m_chip = new widgets::PhraseChip(this);
    column->addWidget(m_chip);
    m_hint = new QLabel(tr("Click a point to hear its song, an empty place to hear what the model "
                           "makes of it, or draw a path (P)."),
                        this);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_hint);
    m_factBox = new QWidget(this);
    m_form = new QFormLayout(m_factBox);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setVerticalSpacing(6);
    m_form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    column->addWidget(m_factBox);

    auto* row = new QHBoxLayout;
    const auto button = [&](const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        made->setEnabled(false);
        row->addWidget(made);
        return made;
    };
    m_drag = button(tr("Drag MIDI"), tr("Drag what plays into another program"));
    m_drag->setCursor(Qt::OpenHandCursor);
    m_drag->installEventFilter(this);
    m_copy = button(tr("Copy"), tr("Copy what plays as MIDI (Ctrl+C)"));
    m_save = button(tr("Save..."), tr("Save what plays as MIDI or sound (Ctrl+E)"));
    row->addStretch();
    column->addLayout(row);
    m_alike = new widgets::AlikeList(this);
    column->addWidget(m_alike);
    column->addStretch();

    connect(m_copy, &QToolButton::clicked, this, &Inspector::copyWanted);
    connect(m_save, &QToolButton::clicked, this, &Inspector::saveWanted);
    connect(m_map, &QComboBox::activated, this,
            [this](int index) { Q_EMIT mapChosen(std::size_t(index)); });
    connect(m_colour, &QComboBox::activated, this, [this](int index) {
        Q_EMIT columnChosen(m_colour->itemData(index).toString().toStdString());
    });
}

void Inspector::setColumns(const std::vector<std::string>& columns) {
    m_colour->clear();
    for (const std::string& column : columns) {
        m_colour->addItem(columnTitle(column), QString::fromStdString(column));
    }
}

void Inspector::setMaps(const std::vector<MapController::Map>& maps) {
    m_map->clear();
    for (const MapController::Map& map : maps) {
        m_map->addItem(map.block ? tr("%1 alone").arg(map.name) : map.name);
    }
}

void Inspector::showColumn(const std::string& column) {
    m_colour->setCurrentIndex(m_colour->findData(QString::fromStdString(column)));
}

void Inspector::showMap(std::size_t map) { m_map->setCurrentIndex(int(map)); }

void Inspector::setFacts(const Facts& facts) {
    m_facts = facts;
    m_hint->setVisible(facts.isEmpty());
    while (m_form->rowCount() > 0) {
        m_form->removeRow(0);
    }
    for (const auto& [name, value] : facts) {
        auto* label = new QLabel(name, m_factBox);
        label->setForegroundRole(QPalette::PlaceholderText);
        auto* text = new widgets::ElidedLabel(value, m_factBox);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_form->addRow(label, text);
    }
}

QString Inspector::factsText() const {
    QStringList lines;
    for (const auto& [name, value] : m_facts) {
        lines.append(name + QStringLiteral(": ") + value);
    }
    return lines.join(QLatin1Char('\n'));
}

void Inspector::setHeard(const Heard& heard) {
    const bool notes = heard.song != nullptr;
    m_drag->setEnabled(notes);
    m_copy->setEnabled(notes);
    m_save->setEnabled(notes || heard.sound != nullptr);
}

bool Inspector::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_drag && m_drag->isEnabled()) {
        if (event->type() == QEvent::MouseButtonPress) {
            m_pressed = static_cast<QMouseEvent*>(event)->pos();
        } else if (event->type() == QEvent::MouseMove) {
            const auto* mouse = static_cast<QMouseEvent*>(event);
            if ((mouse->buttons() & Qt::LeftButton) &&
                (mouse->pos() - m_pressed).manhattanLength() >= QApplication::startDragDistance()) {
                m_drag->setDown(false);
                Q_EMIT dragWanted();
                return true;
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace canto::app
