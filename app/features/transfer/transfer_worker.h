// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/transfer/separation.h"
#include "app/library/model_store.h"
#include "app/workspace/inference_worker.h"
#include "app/workspace/library.h"
#include "app/workspace/transfer_spec.h"

#include <QObject>
#include <map>

namespace canto::app {

/// What happened to one element. Similarities are shares of random pairs of the library's phrases
/// that are less similar in this element: 1 is the same, .5 as any two. They are measured on the
/// music that was made, encoded again, and not on the latent that was asked for.
struct ElementChange {
    int block = 0;
    int source = 0; ///< parent it was asked of; 0: it was to stay
    double toSourceBefore = 0,
           toSourceAfter = 0; ///< of the target's, of the result's music;
                              ///< without a source: to the nearest of the sources
    double toTarget = 0;      ///< of the result's to the target
    /// Nearer to the source than to the target where it was carried, else the other way round.
    bool asMeant = false;
    bool similar = false; ///< source and target are the same in it: nothing could move
};

/// A transfer spec carried out.
struct Transferred {
    std::uint64_t generation = 0;
    TransferSpec spec;
    models::Latent latent;
    SongPtr song;   ///< of the result
    SongPtr before; ///< the target, through the decoder as well
    int bars = 0;
    std::vector<ElementChange> changes; ///< one a block; empty where the music cannot be encoded
    std::vector<double> scoresBefore, scoresAfter; ///< of the model's classes; may be empty
    std::string classifier;                        ///< how good who gave them is; empty: the model
    std::optional<projection::MapPoint> place;     ///< of the result
};

struct TransferRequest {
    TransferSpec spec;
    LibraryPtr library;       ///< what similarities are measured by; may be null: no changes then
    ProjectionPtr projection; ///< for the place on the map; may be null
    bool measure = true;      ///< false: only its music is wanted
};

/// Carries out transfer specs in the background: first the music, bar by bar, then the measures of
/// what moved. The newest request wins; music that was just made is not made again. Thread: GUI;
/// signals come later, never from inside a call.
class TransferWorker : public QObject {
    Q_OBJECT

  public:
    explicit TransferWorker(QObject* parent = nullptr);
    ~TransferWorker() override; ///< cancels

    void setModel(OpenModel open);
    std::uint64_t make(TransferRequest request);
    /// Measures which elements carry which labels of the library, behind everything else; answered
    /// by separated.
    void separate(LibraryPtr library);
    /// A draw from the prior without a class, answered by drawn; what is being made is dropped.
    std::uint64_t draw(std::uint64_t seed);
    void cancel() { m_transfer.cancel(); }
    bool busy() const { return m_transfer.busy(); }

  Q_SIGNALS:
    /// The result so far, after each bar; `whole` once, also when it needed no making.
    void grown(std::uint64_t generation, const canto::app::SongPtr& song, int bars, bool whole);
    void made(const canto::app::Transferred& result); ///< not for requests without measure
    void separated(const canto::app::LibraryPtr& library,
                   const std::vector<canto::app::Separation>& columns);
    void drawn(std::uint64_t generation, const canto::models::Latent& latent);
    void failed(const canto::Error& error);

  private:
    struct Workshop;
    OpenModel m_open;
    std::shared_ptr<Workshop> m_workshop; ///< used by tasks of m_transfer only
    LatestTask<TransferWorker> m_transfer{this, "transfer"};
    LatestTask<TransferWorker> m_separation{this, "separation", Priority::Low};
};

} // namespace canto::app
