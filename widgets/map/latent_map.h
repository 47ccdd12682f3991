// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/map_components.h"
#include "widgets/map/map_lineage.h"
#include "widgets/map/map_snapshot.h"

#include <QPointF>
#include <QVector>
#include <QWidget>
#include <functional>
#include <memory>
#include <optional>

namespace canto::widgets {

class Legend;

/// The map: points of a latent space coloured by a label, to be clicked, selected and drawn over.
///
/// Drag pans, the wheel zooms at the cursor, a double click fits. Shift+drag selects a rectangle,
/// Shift+Ctrl+drag a lasso, Esc clears. With the Path tool a drag draws a path and clicks add
/// anchors (double click or Enter ends); anchors snap to a point within 12 px unless Alt is held
/// and can be moved afterwards. Arrows move a keyboard cursor from point to point, Enter clicks it.
/// With the Select tool, the marked phrase (or, with Ctrl, any point) can be dragged; the signals
/// carry the position where it is dropped. Shift+click chooses a second end. The map shows points
/// and emits requests; whoever listens decides what a click does. Coordinates in signals are map
/// units with y upwards, rows are those of the snapshot. Thread: GUI.
class LatentMap : public QWidget {
    Q_OBJECT

  public:
    enum class Tool { Select, Hand, Path };
    Q_ENUM(Tool)
    /// Playing: filled; Waiting: the next step is not decoded yet; Stopped: hollow.
    enum class PlayheadState { Hidden, Playing, Waiting, Stopped };
    Q_ENUM(PlayheadState)

    explicit LatentMap(QWidget* parent = nullptr);
    ~LatentMap() override;

    MapSnapshotPtr snapshot() const;
    /// The column the points are coloured by now.
    std::shared_ptr<const MapColouring> colouring() const;
    /// The legend shown in the top right corner; it filters the map by itself.
    Legend* legend() const;
    Tool tool() const;
    bool classVisible(int index) const;
    /// Rows, ascending.
    std::vector<std::uint32_t> selection() const;
    /// "1,204 of 98,112 selected", or the number of points when nothing is selected.
    QString selectionText() const;

    QVector<QPointF> path() const;
    /// For each anchor of path() the row it snapped to, or -1.
    QVector<qint64> pathRows() const;

    /// The part of the map in view, map units.
    QRectF view() const;
    void setView(const QRectF& box);
    QPointF toPixel(QPointF map) const;
    QPointF toMap(QPointF pixel) const;
    /// Nothing moves, and what is shown is as fine as it will get.
    bool settled() const;
    /// The picture of the map alone at any size, drawn again (export).
    QImage render(QSize size, double devicePixelRatio = 1.0) const;

    const QVector<MapComponent>& components() const;
    /// The component under a screen position, the nearest of several; -1 for none.
    int componentAt(QPoint global) const;

    /// The point under a screen position, -1 for none.
    qint64 rowUnder(QPoint global) const;
    /// The position of the mark of showDecodeMark(), while it is shown.
    std::optional<QPointF> decodeMark() const;
    QVector<QPointF> markTrail() const;
    const QVector<MapLineage>& lineages() const;

    /// What the table for screen readers lists: the selected rows, else the visible ones in view,
    /// at most a thousand. @param all  how many there are without that limit.
    std::vector<std::uint32_t> rowsForTable(std::size_t& all) const;
    /// What setRowNamer() calls the row; empty without one.
    QString rowName(qint64 row) const;
    /// The class that colours the row.
    QString className(qint64 row) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  public Q_SLOTS:
    /// Replaces the points; the view is fitted when there was no map before or `fit` is asked.
    void setSnapshot(canto::widgets::MapSnapshotPtr snapshot, bool fit = true);
    /// Moves the points of `from` to their places in `to` (as many rows) in 600 ms; at once where
    /// reduced motion is set or the sizes differ.
    void animate(canto::widgets::MapSnapshotPtr from, canto::widgets::MapSnapshotPtr to);
    void setReducedMotion(bool on);
    /// Colours by another column of as many rows; filters of the old column are dropped.
    void setColourBy(std::shared_ptr<const canto::widgets::MapColouring> colouring);
    void setClassVisible(int index, bool visible);
    void setTool(canto::widgets::LatentMap::Tool tool);
    void fit();
    /// Moves the view to the row in 300 ms (at once with reduced motion) and pulses it.
    void flyTo(qint64 row);
    void setSelection(std::vector<std::uint32_t> rows);
    void clearSelection();
    /// Selects all points of visible classes.
    void selectAllVisible();
    /// Selects the points of visible classes that are not selected, and no others.
    void invertSelection();
    /// Whether selectionText() is written on the map (on at first).
    void setSelectionTextShown(bool on);

    /// @param rows  of the points that the anchors lie on, -1: none; may be shorter.
    void setPath(QVector<QPointF> anchors, QVector<qint64> rows = {});
    void clearPath();
    void reversePath();
    /// Where the N steps of the path lie, in order; shown as chips with the numbers 1..N.
    void setPathSteps(QVector<QPointF> positions);
    /// The step that plays, from 0; -1 for none.
    void setActiveStep(int step);

    void setPlayhead(QPointF place, canto::widgets::LatentMap::PlayheadState state);
    /// A position being decoded: a turning ring appears there after 100 ms until the mark is shown
    /// or cleared.
    void setBusy(QPointF place);
    /// The decoded position: a solid ring, or a dashed one with "outside the library" when
    /// extrapolated; `card` is a line or two of text beside it.
    void showDecodeMark(QPointF place, bool extrapolated, const QString& card);
    /// The line along which the mark came, from its first position to the mark; it goes with the
    /// mark.
    void setMarkTrail(QVector<QPointF> places);
    void clearDecodeMark();
    /// Marks a clicked point until the next mark.
    void markRow(qint64 row);
    /// Text in the middle of an empty map, at its lower edge otherwise; empty removes it.
    void setMessage(const QString& text);
    /// Class names on the map where their points are densest.
    void setLabelsShown(bool on);
    /// Parts of the prior, drawn over the points; colours are those of the classes of their names.
    void setComponents(QVector<canto::widgets::MapComponent> components);
    /// Transfer results and their sources; lines are drawn for one of them (-1: none).
    void setLineages(QVector<canto::widgets::MapLineage> lineages, int shown);
    /// Marks a point as the drop target; -1 for none.
    void setTargetRow(qint64 row);
    /// Marks a component as the drop target; -1 for none.
    void setTargetComponent(int component);
    /// Names a row for screen readers; called when the keyboard cursor moves to it.
    void setRowNamer(std::function<QString(qint64 row)> namer);

  Q_SIGNALS:
    void pointClicked(qint64 row);
    void pointDoubleClicked(qint64 row);
    void emptyClicked(QPointF place);
    /// Shift+click on a point (its row) or an empty position (row -1).
    void endClicked(qint64 row, QPointF place);
    /// A phrase is dragged: the marked one (row -1) or that of a row. Screen coordinates; ended by
    /// either dropped or cancelled.
    void phraseDragBegan(qint64 row);
    void phraseDragMoved(QPoint global);
    void phraseDragDropped(QPoint global);
    void phraseDragCancelled();
    /// The row under the cursor changed; -1 when there is none. `global` is the cursor's
    /// screen position.
    void pointHovered(qint64 row, QPoint global);
    /// While a path is drawn or changed.
    void pathChanged(QVector<QPointF> anchors);
    /// A path is complete, or an anchor was moved and let go.
    void pathFinished(QVector<QPointF> anchors);
    void pathCleared();
    void stepClicked(int step);
    void selectionChanged();
    /// A menu is asked for on a point (its row) or elsewhere (row -1), by the right button or the
    /// menu key.
    void menuAsked(qint64 row, QPointF place, QPoint global);
    void classVisibilityChanged();
    void toolChanged(canto::widgets::LatentMap::Tool tool);
    void viewChanged(QRectF view);

  protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    /// To the nearest point in a direction (unit vector, y upwards).
    void moveKeyboardCursor(QPointF direction);
    /// Begins or continues dragging a phrase. @return false: this drag does not start on one.
    bool dragPhrase(const QMouseEvent& event);
    void dropPhrase(const QMouseEvent& event);

    struct Parts;
    std::unique_ptr<Parts> m;
};

} // namespace canto::widgets
