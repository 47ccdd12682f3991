// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/accessible_role.h"

#include <QAccessibleWidget>
#include <QVariant>

namespace canto::widgets {
namespace {

constexpr const char* kProperty = "accessibleRole";

QAccessibleInterface* interfaceOf(const QString&, QObject* object) {
    auto* widget = qobject_cast<QWidget*>(object);
    const QVariant role = widget != nullptr ? widget->property(kProperty) : QVariant();
    return role.isValid() ? new QAccessibleWidget(widget, QAccessible::Role(role.toInt()))
                          : nullptr;
}

} // namespace

void setAccessibleRole(QWidget& widget, QAccessible::Role role) {
    static const bool installed = [] {
        QAccessible::installFactory(&interfaceOf);
        return true;
    }();
    Q_UNUSED(installed)
    widget.setProperty(kProperty, int(role));
}

} // namespace canto::widgets
