// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusVariant>
#include <QObject>

namespace canto::app {

/// Whether the desktop is dark, from its settings portal (org.freedesktop.portal.Settings, key
/// color-scheme), which GNOME, KDE and others serve and which says when it changes. Without a
/// portal nothing is ever reported. Nothing waits for it. Thread: GUI.
class SystemScheme : public QObject {
    Q_OBJECT

  public:
    explicit SystemScheme(QObject* parent = nullptr);

  Q_SIGNALS:
    /// The desktop's choice, once it is known and whenever it changes.
    void found(bool dark);

  private Q_SLOTS:
    void onSetting(const QString& group, const QString& key, const QDBusVariant& value);
};

} // namespace canto::app
