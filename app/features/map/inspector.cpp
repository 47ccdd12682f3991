// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/map/inspector.h"

#include "widgets/common/elided_combo.h"
#include "widgets/common/elided_label.h"
#include "widgets/common/flow_layout.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/song/path_controls.h"
#include "widgets/song/similar_list.h"

#include <QApplication>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
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

/// A form in a widget of its own, its parent.
QFormLayout* factForm(QWidget* parent) {
    auto* form = new QFormLayout(new QWidget(parent));
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(6);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

} // namespace

Inspector::Inspector(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    column->setSpacing(10);

    column->addWidget(heading(tr("Map"), this));
    auto* choices = new QFormLayout;
    choices->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    choices->setRowWrapPolicy(QFormLayout::WrapLongRows);
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
    m_path->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    column->addWidget(m_path);
    column->addWidget(line(this));

    m_title = heading(tr("Now playing"), this);
    column->addWidget(m_title);
    m_chip = new widgets::PhraseChip(this);
    column->addWidget(m_chip);
    m_hint = new QLabel(tr("Click a point to play it. Click empty space to generate something "
                           "new. Press P to draw a path."),
                        this);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_hint);
    m_form = factForm(this);
    column->addWidget(m_form->parentWidget());
    m_details = new QToolButton(this);
    m_details->setObjectName(QStringLiteral("details"));
    m_details->setText(tr("Details"));
    m_details->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_details->setArrowType(Qt::RightArrow);
    m_details->setCheckable(true);
    m_details->hide();
    column->addWidget(m_details);
    m_detailForm = factForm(this);
    m_detailForm->parentWidget()->hide();
    column->addWidget(m_detailForm->parentWidget());
    m_locate = new QPushButton(tr("Locate original files..."), this);
    m_locate->setObjectName(QStringLiteral("locateOriginals"));
    m_locate->setToolTip(tr("Choose the folder that has the original files now"));
    m_locate->hide();
    connect(m_locate, &QPushButton::clicked, this, &Inspector::locateWanted);
    column->addWidget(m_locate);

    auto* row = new widgets::FlowLayout(6);
    const auto button = [&](const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        made->setEnabled(false);
        row->addWidget(made);
        return made;
    };
    m_drag = button(tr("Drag as MIDI"), tr("Drag what plays into another program"));
    m_drag->setCursor(Qt::OpenHandCursor);
    m_drag->installEventFilter(this);
    m_copy = button(tr("Copy"), tr("Copy what plays as MIDI (Ctrl+C)"));
    m_save = button(tr("Export..."), tr("Export what plays as MIDI or audio (Ctrl+E)"));
    column->addLayout(row);
    m_similar = new widgets::SimilarList(this);
    column->addWidget(m_similar);
    column->addStretch();

    connect(m_details, &QToolButton::toggled, this, [this](bool shown) {
        m_details->setArrowType(shown ? Qt::DownArrow : Qt::RightArrow);
        m_detailForm->parentWidget()->setVisible(shown && !m_details->isHidden());
    });
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
        m_map->addItem(MapController::mapTitle(map));
    }
}

void Inspector::showColumn(const std::string& column) {
    m_colour->setCurrentIndex(m_colour->findData(QString::fromStdString(column)));
}

void Inspector::showMap(std::size_t map) { m_map->setCurrentIndex(int(map)); }

void Inspector::setFacts(const Facts& facts) {
    m_facts = facts;
    m_hint->setVisible(facts.isEmpty());
    for (QFormLayout* form : {m_form, m_detailForm}) {
        while (form->rowCount() > 0) {
            form->removeRow(0);
        }
    }
    for (const Fact& fact : facts) {
        QFormLayout* form = fact.detail ? m_detailForm : m_form;
        auto* label = new QLabel(fact.name, form->parentWidget());
        label->setForegroundRole(QPalette::PlaceholderText);
        auto* text = new widgets::ElidedLabel(fact.value, form->parentWidget());
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        form->addRow(label, text);
    }
    const bool detailed = m_detailForm->rowCount() > 0;
    m_details->setVisible(detailed);
    m_detailForm->parentWidget()->setVisible(detailed && m_details->isChecked());
}

QString Inspector::factsText() const {
    QStringList lines;
    for (const Fact& fact : m_facts) {
        lines.append(fact.name + QStringLiteral(": ") + fact.value);
    }
    return lines.join(QLatin1Char('\n'));
}

void Inspector::setCurrent(const PlaybackItem& item) {
    const bool notes = item.song != nullptr;
    m_drag->setEnabled(notes);
    m_copy->setEnabled(notes);
    m_save->setEnabled(notes || item.sound != nullptr);
}

void Inspector::setLocateOffered(bool offered) { m_locate->setVisible(offered); }

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
