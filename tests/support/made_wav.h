// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/made_audio.h"

#include <QByteArray>
#include <QDataStream>
#include <QFile>
#include <QIODevice>
#include <QString>
#include <algorithm>

namespace canto::test {

/// A WAV file of 16 bits, one channel, kMadeRate.
inline QByteArray wavOf(const std::vector<float>& sound) {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setByteOrder(QDataStream::LittleEndian);
    const auto size = static_cast<quint32>(sound.size() * 2);
    out.writeRawData("RIFF", 4);
    out << quint32(36 + size);
    out.writeRawData("WAVEfmt ", 8);
    out << quint32(16) << quint16(1) << quint16(1) << quint32(kMadeRate) << quint32(2 * kMadeRate)
        << quint16(2) << quint16(16);
    out.writeRawData("data", 4);
    out << size;
    for (const float sample : sound) {
        out << static_cast<qint16>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767));
    }
    return bytes;
}

/// Writes a file; the path, or nothing where that failed.
inline QString put(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? path : QString();
}

} // namespace canto::test
