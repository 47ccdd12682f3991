// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QProcess>
#include <QStandardPaths>

namespace canto::test {

/// Runs a JACK server with the dummy driver during its lifetime: a real device without hardware.
class JackServer {
  public:
    /// Makes this process look for a server of its own name only. Empty where there is no jackd.
    static QString choose() {
        if (QStandardPaths::findExecutable(QStringLiteral("jackd")).isEmpty()) {
            return {};
        }
        // Always the same name, since a killed server keeps one of eight slots until a server of
        // its name starts again.
        const QString name = QStringLiteral("canto-") + QCoreApplication::applicationName();
        qputenv("JACK_DEFAULT_SERVER", name.toUtf8());
        qputenv("JACK_NO_START_SERVER", "1");
        return name;
    }
    JackServer() = default;
    bool start(const QString& name, int rate = 48000) {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(QStringLiteral("jackd"),
                        {QStringLiteral("-n"), name, QStringLiteral("-d"), QStringLiteral("dummy"),
                         QStringLiteral("-r"), QString::number(rate), QStringLiteral("-p"),
                         QStringLiteral("256")});
        QProcess wait;
        wait.setStandardOutputFile(QProcess::nullDevice());
        wait.setStandardErrorFile(QProcess::nullDevice());
        wait.start(QStringLiteral("jack_wait"),
                   {QStringLiteral("-s"), name, QStringLiteral("-w"), QStringLiteral("-t"),
                    QString::number(kHungMs / 1000)});
        // It may be another server of this name that answers: one whose program was killed.
        return m_process.waitForStarted(kHungMs) && wait.waitForFinished(2 * kHungMs) &&
               wait.exitCode() == 0 && m_process.state() == QProcess::Running;
    }
    ~JackServer() {
        if (m_process.state() != QProcess::NotRunning) {
            kill();
        }
    }
    void stop() {
        m_process.terminate();
        if (!m_process.waitForFinished(5000)) {
            kill();
        }
    }
    /// What the server has reported of late work so far, in its own words (jackd 1.9).
    struct Late {
        int clients = 0; ///< periods that a client had not finished in time
        int timer = 0;   ///< periods for which the dummy driver itself woke too late
    };
    Late late() {
        m_said += m_process.readAll();
        return {int(m_said.count("JackEngine::XRun")),
                int(m_said.count("JackTimedDriver::Process"))};
    }
    void kill() {
        m_process.kill();
        m_process.waitForFinished(kHungMs);
    }

  private:
    static constexpr int kHungMs = 60'000; ///< reached only if a server hangs

    QProcess m_process;
    QByteArray m_said;
};

} // namespace canto::test
