// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/ranks.h"

#include <cstdlib>
#include <exception>
#include <torch/torch.h>

#if defined(USE_C10D_GLOO) && __has_include(<gloo/rendezvous/store.h>)
#define CANTO_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif
#if defined(CANTO_GLOO) && defined(USE_C10D_NCCL)
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace canto::models::train {

namespace {

std::string variable(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr ? text : "";
}

/// A whole number from the environment, in [least, most].
Result<void> whole(const char* name, int least, int most, int& value) {
    const auto text = variable(name);
    char* end = nullptr;
    const long number = std::strtol(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0' || number < least || number > most) {
        return fail(Error::Code::BadInput,
                    std::string("The environment's ") + name + " makes no sense: \"" + text + "\"",
                    {}, "torchrun sets it");
    }
    value = static_cast<int>(number);
    return {};
}

} // namespace

Result<std::optional<RankEnvironment>> RankEnvironment::fromEnvironment() {
    if (variable("WORLD_SIZE").empty()) {
        return std::optional<RankEnvironment>();
    }
    RankEnvironment environment;
    CANTO_CHECK(whole("WORLD_SIZE", 1, 65536, environment.world));
    if (environment.world == 1) {
        return std::optional<RankEnvironment>();
    }
    CANTO_CHECK(whole("RANK", 0, environment.world - 1, environment.rank));
    CANTO_CHECK(whole("MASTER_PORT", 1, 65535, environment.port));
    if (!variable("LOCAL_RANK").empty()) {
        CANTO_CHECK(whole("LOCAL_RANK", 0, 1024, environment.localRank));
    }
    if (!variable("CANTO_RANK_TIMEOUT").empty()) {
        int seconds = 0;
        CANTO_CHECK(whole("CANTO_RANK_TIMEOUT", 1, 86400, seconds));
        environment.patience = std::chrono::seconds(seconds);
    }
    environment.address = variable("MASTER_ADDR");
    if (environment.address.empty()) {
        return fail(Error::Code::BadInput, "The environment has WORLD_SIZE but no MASTER_ADDR", {},
                    "torchrun sets both");
    }
    environment.agentServes = variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
    environment.attempt = variable("TORCHELASTIC_RESTART_COUNT");
    return std::optional<RankEnvironment>(environment);
}

#ifdef CANTO_GLOO

namespace {

class GroupRanks : public Ranks {
  public:
    GroupRanks(c10::intrusive_ptr<c10d::ProcessGroup> group, c10::intrusive_ptr<c10d::Store> store)
        : m_store(std::move(store)), m_group(std::move(group)) {}

    int rank() const override { return m_group->getRank(); }
    int world() const override { return m_group->getSize(); }

    Result<void> mean(at::Tensor& tensor) override {
        auto ok = reduce(tensor, c10d::ReduceOp::SUM);
        if (ok) {
            tensor.div_(world());
        }
        return ok;
    }
    Result<void> largest(at::Tensor& tensor) override {
        return reduce(tensor, c10d::ReduceOp::MAX);
    }
    Result<void> fromFirst(at::Tensor& tensor) override {
        return guarded([&] {
            std::vector<at::Tensor> tensors{tensor};
            m_group->broadcast(tensors)->wait();
        });
    }

  private:
    Result<void> reduce(at::Tensor& tensor, c10d::ReduceOp::RedOpType what) {
        return guarded([&] {
            std::vector<at::Tensor> tensors{tensor};
            c10d::AllreduceOptions options;
            options.reduceOp = what;
            m_group->allreduce(tensors, options)->wait();
        });
    }

    template <class Work>
    Result<void> guarded(Work&& work) {
        try {
            const torch::NoGradGuard off;
            work();
            return {};
        } catch (const std::exception& e) {
            return fail(Error::Code::Io,
                        "Another process of this run is gone or does not answer (this is rank " +
                            std::to_string(rank()) + " of " + std::to_string(world()) + ")",
                        std::string(e.what()).substr(0, 200),
                        "The last checkpoint is good: start all of them again with --resume");
        }
    }

    c10::intrusive_ptr<c10d::Store> m_store; ///< outlives the group
    c10::intrusive_ptr<c10d::ProcessGroup> m_group;
};

std::shared_ptr<gloo::transport::Device> wayOut(const RankEnvironment& environment) {
    if (const auto name = variable("GLOO_SOCKET_IFNAME"); !name.empty()) {
        return c10d::ProcessGroupGloo::createDeviceForInterface(name);
    }
    // The machine's name may not resolve; for processes on one machine none is needed.
    if (environment.address == "127.0.0.1" || environment.address == "localhost") {
        return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
    }
    return c10d::ProcessGroupGloo::createDefaultDevice();
}

c10::intrusive_ptr<c10d::ProcessGroup> makeGroup(const c10::intrusive_ptr<c10d::Store>& store,
                                                 const RankEnvironment& environment, bool cuda) {
#ifdef USE_C10D_NCCL
    if (cuda) {
        auto options = c10d::ProcessGroupNCCL::Options::create();
        options->timeout = environment.patience;
        return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, environment.rank,
                                                           environment.world, options);
    }
#else
    TORCH_CHECK(!cuda, "this LibTorch was built without NCCL");
#endif
    auto options = c10d::ProcessGroupGloo::Options::create(environment.patience);
    options->threads = 1;
    options->devices.push_back(wayOut(environment));
    return c10::make_intrusive<c10d::ProcessGroupGloo>(store, environment.rank, environment.world,
                                                       options);
}

} // namespace

Result<std::shared_ptr<Ranks>> Ranks::meet(const RankEnvironment& environment, bool cuda) {
    try {
        c10d::TCPStoreOptions options;
        options.port = static_cast<std::uint16_t>(environment.port);
        options.isServer = environment.rank == 0 && !environment.agentServes;
        options.waitWorkers = false;
        options.timeout = environment.patience;
        c10::intrusive_ptr<c10d::Store> store =
            c10::make_intrusive<c10d::TCPStore>(environment.address, options);
        store = c10::make_intrusive<c10d::PrefixStore>("canto/" + environment.attempt, store);
        auto group = makeGroup(store, environment, cuda);
        return std::make_shared<GroupRanks>(std::move(group), std::move(store));
    } catch (const std::exception& e) {
        return fail(Error::Code::Io,
                    "The " + std::to_string(environment.world) +
                        " processes of this run did not meet",
                    environment.address + ":" + std::to_string(environment.port) + ", " +
                        std::string(e.what()).substr(0, 200));
    }
}

#else

Result<std::shared_ptr<Ranks>> Ranks::meet(const RankEnvironment&, bool) {
    return fail(Error::Code::NotFound, "This build cannot train with several processes", {},
                "Install the headers of Gloo (Debian: libgloo-dev) and build again");
}

#endif

} // namespace canto::models::train
