// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/feature.h"
#include "app/workspace/row_files.h"
#include "app/workspace/workspace.h"
#include "core/atlas/latent_library.h"

namespace canto::app {

/// Opens latents that other programs made as a library of the space "My latents", plays the files
/// of their rows, and writes the latents of any library for other programs. Thread: GUI.
class LatentsFeature : public Feature, public RowFiles {
    Q_OBJECT

  public:
    explicit LatentsFeature(Workspace& workspace);
    ~LatentsFeature() override;

    void addActions(ActionTable& table) override;
    Takes takes(const QString& path) const override;
    /// Latents, and perhaps a table with their labels.
    void openFiles(const QStringList& paths) override;
    void closing() override { m_make.cancel(); }

    /// Makes a library of latents and shows it. @param labels  empty: the table beside them.
    void open(const QString& path, const QString& labels = {});
    bool opening() const { return m_make.busy(); }
    /// Writes the latents of the library that is shown: .npz or .csv.
    void exportTo(const QString& path);

    void playRowFile(qint64 row) override;

  Q_SIGNALS:
    void opened(const QString& library);
    void failed(const QString& text);

  private:
    enum class BadRows { Refuse, LeaveOut };
    void make(const QString& path, const QString& labels, BadRows badRows);
    void chooseLatents();
    void chooseExport();
    void showProgress(const QString& text);
    void onMade(const std::filesystem::path& library, const atlas::LatentMapReport& report);
    void onFailed(const QString& path, const QString& labels, const Error& error);
    void play(qint64 row, PlaybackItem item);

    Workspace& m_workspace;
    LatestTask<LatentsFeature> m_make{this, "latents", Priority::Low};
    LatestTask<LatentsFeature> m_read{this, "row file"};
};

} // namespace canto::app
