// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/genre_panel.h"

#include "widgets/common/elided_label.h"
#include "widgets/common/theme.h"
#include "widgets/common/wrapped_check_box.h"
#include "widgets/explore/key_slider.h"
#include "widgets/explore/panel_parts.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLocale>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <algorithm>
#include <cmath>

namespace canto::widgets {

ShareBar::ShareBar(QColor colour, QWidget* parent) : QWidget(parent), m_colour(colour) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ShareBar::setShares(double before, double now) {
    m_before = std::clamp(before, 0.0, 1.0);
    m_now = std::clamp(now, 0.0, 1.0);
    const QLocale locale;
    const auto percent = [&](double value) { return locale.toString(value * 100, 'f', 0); };
    setToolTip(tr("%1 %, before %2 %").arg(percent(m_now), percent(m_before)));
    setAccessibleName(toolTip());
    update();
}

void ShareBar::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.5, 2.5, -0.5, -2.5);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(colours.ground);
    painter.drawRoundedRect(area, 3, 3);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_colour);
    QRectF filled = area;
    filled.setWidth(area.width() * m_now);
    painter.drawRoundedRect(filled, 3, 3);
    const double x = area.left() + area.width() * m_before; // a line where it was
    painter.setPen(QPen(colours.text, 2));
    painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom() + 2));
}

GenrePanel::GenrePanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("genrePanel"));
    m_box = new QWidget(this);
    m_amount = new KeySlider(Qt::Horizontal, this);
    m_amount->setRange(0, 300); // of the difference between both genres
    m_amount->setValue(100);
    m_amount->setPageStep(10);
    m_amount->setMinimumHeight(26);
    m_amount->setAccessibleName(tr("Amount of the move"));
    m_amountText = new QLabel(tr("%L1 %").arg(100), this);
    m_amountText->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("100 %0")));
    m_amountText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_report = new QLabel(this);
    m_report->setWordWrap(true);
    m_report->setTextFormat(Qt::PlainText);
    m_prior = new WrappedCheckBox({}, this);
    m_prior->setMinimumHeight(24);
    m_hint = mutedLabel(this);

    auto* far = new QHBoxLayout;
    far->addWidget(new QLabel(tr("Amount"), this));
    far->addWidget(m_amount, 1);
    far->addWidget(m_amountText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(8);
    column->addWidget(m_hint);
    column->addWidget(m_box);
    column->addLayout(far);
    column->addWidget(m_report);
    column->addWidget(m_prior);
    column->addStretch(1);
    setLabelKind(tr("genre"));

    connect(m_amount, &QSlider::valueChanged, this, [this](int value) {
        m_amountText->setText(tr("%L1 %").arg(value));
        Q_EMIT amountChanged(value / 100.0, !m_amount->isSliderDown());
    });
    connect(m_amount, &QSlider::sliderReleased, this,
            [this] { Q_EMIT amountChanged(m_amount->value() / 100.0, true); });
    connect(m_prior, &QCheckBox::toggled, this, &GenrePanel::priorShownChanged);
}

void GenrePanel::setLabelKind(const QString& kind) {
    setAccessibleName(tr("Phrase by %1").arg(kind));
    m_prior->setText(tr("Show %1 regions").arg(kind));
    m_prior->setToolTip(
        tr("Where the model expects each %1 on the map: centre and spread").arg(kind));
    m_hint->setText(tr("Drag the phrase to another %1 in the legend, or use Move.").arg(kind));
}

void GenrePanel::setGenres(const QVector<Genre>& genres) {
    delete m_box->layout();
    for (const Row& row : m_rows) {
        for (QWidget* widget : {static_cast<QWidget*>(row.name), static_cast<QWidget*>(row.bar),
                                static_cast<QWidget*>(row.move), static_cast<QWidget*>(row.draw)}) {
            widget->deleteLater();
        }
    }
    m_rows.clear();
    auto* grid = new QGridLayout(m_box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    for (const Genre& genre : genres) {
        const int index = count();
        const auto button = [&](const QString& text, const QString& tip) {
            auto* made = new QToolButton(m_box);
            made->setText(text);
            made->setToolTip(tip);
            made->setAccessibleName(tip);
            made->setMinimumHeight(26);
            return made;
        };
        Row row{new ElidedLabel(genre.name, m_box), new ShareBar(genre.colour, m_box),
                button(tr("Move"), tr("Move the phrase to %1").arg(genre.name)),
                button(tr("Generate"), tr("Generate a new phrase: %1").arg(genre.name))};
        row.name->setToolTip(genre.description);
        grid->addWidget(row.name, index, 0);
        grid->addWidget(row.bar, index, 1);
        grid->addWidget(row.move, index, 2);
        grid->addWidget(row.draw, index, 3);
        connect(row.move, &QToolButton::clicked, this, [this, index] { Q_EMIT moveAsked(index); });
        connect(row.draw, &QToolButton::clicked, this,
                [this, index] { Q_EMIT newPhraseAsked(index); });
        m_rows.push_back(row);
    }
}

void GenrePanel::setScores(const std::vector<double>& before, const std::vector<double>& now) {
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        m_rows[i].bar->setShares(i < before.size() ? before[i] : 0, i < now.size() ? now[i] : 0);
    }
}

void GenrePanel::setAmount(double amount) {
    if (!m_amount->isSliderDown()) {
        const QSignalBlocker quiet(m_amount);
        m_amount->setValue(int(std::lround(amount * 100)));
        m_amountText->setText(tr("%L1 %").arg(m_amount->value()));
    }
}

void GenrePanel::setMoveEnabled(bool move, bool sample) {
    for (const Row& row : m_rows) {
        row.move->setEnabled(move);
        row.draw->setEnabled(sample);
    }
    m_amount->setEnabled(move);
}

void GenrePanel::setReport(const QString& text) { m_report->setText(text); }

} // namespace canto::widgets
