// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/control/osc_message.h"
#include "app/workspace/controllable.h"
#include "core/base/result.h"

#include <QObject>
#include <memory>
#include <span>

class QSocketNotifier;

namespace canto::app {

/// OSC by UDP on this machine alone (127.0.0.1): "/cantograph/ID value" sets the control of that
/// id, from its least to its greatest value; without a value a button is pressed, and the value of
/// anything else is sent back. "/cantograph/list" sends all ids with their values. What is sent
/// goes to the port above the one listened on. Thread: GUI.
class OscPort : public QObject {
    Q_OBJECT

  public:
    static constexpr int kPort = 9010;

    explicit OscPort(ControllableTable& controls, QObject* parent = nullptr);
    ~OscPort() override;

    /// @param port  0: any that is free. Errors: Io, when another program has it.
    Result<void> open(int port);
    void close();
    bool isOpen() const { return m_socket >= 0; }
    int port() const { return m_port; } ///< that is listened on
    /// Does what a packet asks for. @return messages that were handled.
    int take(std::span<const std::uint8_t> packet);
    void send(const OscMessage& message);

  Q_SIGNALS:
    void sent(const canto::app::OscMessage& message);

  private:
    void readAll();
    bool handle(const OscMessage& message);
    void sendValue(const QString& id);

    ControllableTable& m_controls;
    int m_socket = -1;
    int m_port = 0;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace canto::app
