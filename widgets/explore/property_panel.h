// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/phrase_properties.h"

#include <QWidget>
#include <optional>
#include <vector>

class QCheckBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QSlider;

namespace canto::widgets {

/// An attribute with a slider, and its range.
struct PropertySlider {
    codec::Measure measure = codec::Measure::Notes;
    std::optional<codec::Family> track;
    double low = 0, high = 1; ///< of the slider
    double r = 0;             ///< correlation of the direction with the attribute on held-out songs
};

/// Sliders for attributes of the phrase. Each shows the target (if any), the value of the decoded
/// phrase, and in its tool tip how well its direction predicts the attribute.
class PropertyPanel : public QWidget {
    Q_OBJECT

  public:
    explicit PropertyPanel(QWidget* parent = nullptr);

    void setProperties(std::vector<PropertySlider> properties);
    int count() const { return int(m_rows.size()); }
    QSlider* slider(int property) const { return m_rows[std::size_t(property)].slider; }
    QString wantedText(int property) const;
    QString achievedText(int property) const;
    QString movedText() const;
    QCheckBox* keepOthers() const { return m_keep; }

  public Q_SLOTS:
    /// @param wanted  targets; none: free. @param achieved  values of the phrase now.
    void setValues(const std::vector<std::optional<double>>& wanted,
                   const std::vector<std::optional<double>>& achieved);
    void setMoved(const QString& text);
    void setStatus(const QString& text);
    void setSlidersEnabled(bool on);

  Q_SIGNALS:
    /// @param final  the slider was let go, or moved by keys.
    void wantedChanged(int property, double value, bool final);
    void keepOthersChanged(bool keep);
    void resetAsked();

  private:
    struct Row {
        PropertySlider property;
        QLabel *name, *wanted, *achieved;
        QSlider* slider;
    };
    double valueAt(const Row& row) const;

    std::vector<Row> m_rows;
    QWidget* m_box;
    QLabel *m_status, *m_moved;
    QCheckBox* m_keep;
    QPushButton* m_reset;
};

} // namespace canto::widgets
