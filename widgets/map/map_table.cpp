// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_table.h"

#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QHash>
#include <QPointer>
#include <QTimer>
#include <algorithm>
#include <utility>
#include <vector>

namespace canto::widgets {
namespace {

constexpr int kTold = 250;   ///< ms after a change, when the view has come to rest
constexpr int kCellSize = 9; ///< pixels around a point
enum Column { kTitle, kClass, kColumns };

class MapTable;

/// One cell: the title of a point, or its class.
class MapCell : public QAccessibleInterface,
                public QAccessibleTableCellInterface,
                public QAccessibleActionInterface {
  public:
    MapCell(MapTable& table, int line, int column)
        : m_table(table), m_line(line), m_column(column) {}

    bool isValid() const override;
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override;
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QString text(QAccessible::Text which) const override;
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override;
    QAccessible::Role role() const override { return QAccessible::Cell; }
    QAccessible::State state() const override;

    bool isSelected() const override;
    QList<QAccessibleInterface*> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface*> rowHeaderCells() const override { return {}; }
    int columnIndex() const override { return m_column; }
    int rowIndex() const override { return m_line; }
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface* table() const override { return parent(); }

    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString& name) override;
    QStringList keyBindingsForAction(const QString&) const override { return {}; }

    void* interface_cast(QAccessible::InterfaceType type) override;

  private:
    MapTable& m_table;
    int m_line, m_column;
};

class MapTable : public QAccessibleInterface, public QAccessibleTableInterface {
  public:
    explicit MapTable(LatentMap* map) : m_map(map) {
        m_later.setSingleShot(true);
        m_later.setInterval(kTold);
        QObject::connect(&m_later, &QTimer::timeout, &m_later, [this] { report(); });
        const auto changed = [this] {
            m_stale = true;
            m_later.start();
        };
        QObject::connect(map, &LatentMap::viewChanged, &m_later, changed);
        QObject::connect(map, &LatentMap::selectionChanged, &m_later, changed);
        QObject::connect(map, &LatentMap::classVisibilityChanged, &m_later, changed);
    }
    ~MapTable() override { forgetCells(); }

    LatentMap* map() const { return m_map; }
    /// Rows of the snapshot, in the order of the table.
    const std::vector<std::uint32_t>& rows() const {
        if (m_map && (m_stale || m_snapshot != m_map->snapshot().get() ||
                      m_colouring != m_map->colouring().get())) {
            m_stale = false;
            m_snapshot = m_map->snapshot().get();
            m_colouring = m_map->colouring().get();
            forgetCells();
            m_rows = m_map->rowsForTable(m_all);
        }
        return m_rows;
    }
    bool ofSelection() const { return m_map && !m_map->selection().empty(); }

    // ---- QAccessibleInterface ----
    bool isValid() const override { return m_map != nullptr; }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* childAt(int x, int y) const override {
        const qint64 row = m_map ? m_map->rowUnder(QPoint(x, y)) : -1;
        const auto& all = rows();
        const auto found = std::find(all.begin(), all.end(), row);
        return found == all.end() ? nullptr : cellAt(int(found - all.begin()), kTitle);
    }
    QAccessibleInterface* parent() const override {
        return QAccessible::queryAccessibleInterface(m_map);
    }
    QAccessibleInterface* child(int index) const override {
        return cellAt(index / kColumns, index % kColumns);
    }
    int childCount() const override { return rowCount() * kColumns; }
    int indexOfChild(const QAccessibleInterface* child) const override {
        auto* cell = const_cast<QAccessibleInterface*>(child)->tableCellInterface();
        return cell == nullptr ? -1 : cell->rowIndex() * kColumns + cell->columnIndex();
    }
    QString text(QAccessible::Text which) const override {
        if (which == QAccessible::Name) {
            return ofSelection() ? LatentMap::tr("Selected points")
                                 : LatentMap::tr("Points in view");
        }
        if (which == QAccessible::Description && rows().size() < m_all) {
            return LatentMap::tr("%1 of %2; zoom in or select some for the others")
                .arg(grouped(m_rows.size()), grouped(m_all));
        }
        return {};
    }
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override {
        return m_map ? QRect(m_map->mapToGlobal(QPoint()), m_map->size()) : QRect();
    }
    QAccessible::Role role() const override { return QAccessible::Table; }
    QAccessible::State state() const override {
        QAccessible::State state;
        state.invisible = !m_map || !m_map->isVisible();
        state.multiSelectable = true;
        state.readOnly = true;
        return state;
    }

    // ---- QAccessibleTableInterface ----
    QAccessibleInterface* caption() const override { return nullptr; }
    QAccessibleInterface* summary() const override { return nullptr; }
    QAccessibleInterface* cellAt(int line, int column) const override {
        if (line < 0 || line >= rowCount() || column < 0 || column >= kColumns) {
            return nullptr;
        }
        const int number = line * kColumns + column;
        if (const auto known = m_cells.constFind(number); known != m_cells.constEnd()) {
            return QAccessible::accessibleInterface(*known);
        }
        auto* cell = new MapCell(const_cast<MapTable&>(*this), line, column);
        m_cells.insert(number, QAccessible::registerAccessibleInterface(cell));
        return cell;
    }
    int selectedCellCount() const override { return int(selectedCells().size()); }
    QList<QAccessibleInterface*> selectedCells() const override {
        QList<QAccessibleInterface*> cells;
        for (int i = 0; ofSelection() && i < childCount(); ++i) {
            cells.append(child(i));
        }
        return cells;
    }
    QString columnDescription(int column) const override {
        if (column == kClass) {
            const auto colouring = m_map ? m_map->colouring() : nullptr;
            return colouring ? colouring->title : QString();
        }
        return LatentMap::tr("Title");
    }
    QString rowDescription(int line) const override { return QString::number(line + 1); }
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override { return ofSelection() ? rowCount() : 0; }
    int columnCount() const override { return kColumns; }
    int rowCount() const override { return int(rows().size()); }
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override {
        QList<int> lines;
        for (int line = 0; line < selectedRowCount(); ++line) {
            lines.append(line);
        }
        return lines;
    }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return ofSelection(); }
    bool selectRow(int line) override {
        if (line < 0 || line >= rowCount()) {
            return false;
        }
        m_map->setSelection({rows()[std::size_t(line)]});
        return true;
    }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int line) override {
        auto chosen = m_map->selection();
        if (line < 0 || line >= selectedRowCount()) {
            return false;
        }
        std::erase(chosen, rows()[std::size_t(line)]);
        m_map->setSelection(std::move(chosen));
        return true;
    }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent*) override {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::TableInterface ? static_cast<QAccessibleTableInterface*>(this)
                                                   : nullptr;
    }

  private:
    void forgetCells() const {
        for (const QAccessible::Id id : std::exchange(m_cells, {})) {
            QAccessible::deleteAccessibleInterface(id);
        }
    }
    void report() {
        if (m_map && QAccessible::isActive()) {
            QAccessibleTableModelChangeEvent reset(this,
                                                   QAccessibleTableModelChangeEvent::ModelReset);
            QAccessible::updateAccessibility(&reset);
        }
    }

    QPointer<LatentMap> m_map;
    QTimer m_later;
    mutable bool m_stale = true;
    mutable const void* m_snapshot = nullptr;  ///< for which m_rows is
    mutable const void* m_colouring = nullptr; ///< the same
    mutable std::vector<std::uint32_t> m_rows;
    mutable std::size_t m_all = 0; ///< points that there would be without a limit
    mutable QHash<int, QAccessible::Id> m_cells;
};

bool MapCell::isValid() const {
    return m_table.isValid() && std::size_t(m_line) < m_table.rows().size();
}

QAccessibleInterface* MapCell::parent() const { return &m_table; }

QString MapCell::text(QAccessible::Text which) const {
    if (which != QAccessible::Name || !isValid()) {
        return {};
    }
    const std::uint32_t row = m_table.rows()[std::size_t(m_line)];
    return m_column == kTitle ? m_table.map()->rowName(row) : m_table.map()->className(row);
}

QRect MapCell::rect() const {
    if (!isValid()) {
        return {};
    }
    const LatentMap* map = m_table.map();
    const std::uint32_t row = m_table.rows()[std::size_t(m_line)];
    const auto snapshot = map->snapshot();
    QRect box(0, 0, kCellSize, kCellSize);
    box.moveCenter(
        map->mapToGlobal(map->toPixel(QPointF(snapshot->x()[row], snapshot->y()[row])).toPoint()));
    return box;
}

QAccessible::State MapCell::state() const {
    QAccessible::State state;
    state.selectable = true;
    state.selected = isSelected();
    state.invisible = m_table.state().invisible;
    state.invalid = !isValid();
    return state;
}

bool MapCell::isSelected() const { return m_table.ofSelection(); }

void MapCell::doAction(const QString& name) {
    if (name == pressAction() && isValid()) {
        Q_EMIT m_table.map()->pointClicked(m_table.rows()[std::size_t(m_line)]);
    }
}

void* MapCell::interface_cast(QAccessible::InterfaceType type) {
    if (type == QAccessible::TableCellInterface) {
        return static_cast<QAccessibleTableCellInterface*>(this);
    }
    if (type == QAccessible::ActionInterface) {
        return static_cast<QAccessibleActionInterface*>(this);
    }
    return nullptr;
}

/// The map itself: its widgets, and the table after them.
class MapInterface : public QAccessibleWidget {
  public:
    explicit MapInterface(LatentMap* map)
        : QAccessibleWidget(map, QAccessible::Graphic), m_table(new MapTable(map)),
          m_id(QAccessible::registerAccessibleInterface(m_table)) {}
    ~MapInterface() override { QAccessible::deleteAccessibleInterface(m_id); }

    int childCount() const override { return QAccessibleWidget::childCount() + 1; }
    QAccessibleInterface* child(int index) const override {
        return index == QAccessibleWidget::childCount() ? QAccessible::accessibleInterface(m_id)
                                                        : QAccessibleWidget::child(index);
    }
    int indexOfChild(const QAccessibleInterface* child) const override {
        return child == m_table ? QAccessibleWidget::childCount()
                                : QAccessibleWidget::indexOfChild(child);
    }

  private:
    MapTable* m_table;
    QAccessible::Id m_id;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
    auto* map = qobject_cast<LatentMap*>(object);
    return map == nullptr ? nullptr : new MapInterface(map);
}

} // namespace

void installMapTable() {
    static const bool once = [] {
        QAccessible::installFactory(&makeInterface);
        return true;
    }();
    Q_UNUSED(once);
}

} // namespace canto::widgets
