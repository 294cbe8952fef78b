#ifndef HEARTH_ENGINE_SANDBOX_ENGINE_HPP
#define HEARTH_ENGINE_SANDBOX_ENGINE_HPP

#include <hearth/core/clock.hpp>
#include <hearth/core/result.hpp>
#include <hearth/engine/capabilities.hpp>
#include <hearth/engine/engine_id.hpp>
#include <hearth/engine/error.hpp>
#include <hearth/engine/sandbox_info.hpp>
#include <hearth/engine/sandbox_spec.hpp>
#include <hearth/engine/snapshot_manifest.hpp>
#include <hearth/engine/state_map.hpp>
#include <hearth/io/any_connector.hpp>
#include <hearth/net/any_handler.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth::engine {
inline namespace HEARTH_NET_ABI {

/// Which of an agent's two listeners.
enum class agent_port {
    control,  ///< exec, sessions, files, activity
    forward,  ///< TCP tunnels
};

struct start_options {
    bool force{false};  ///< try a snapshot that failed before once more (D-243)
    bool fresh{false};  ///< boot from the disk and ignore any memory snapshot (H-163)
};

struct checkpoint_request {
    std::string name{};
    std::string directory{};  ///< where to, on the host
    checkpoint_kind kind{checkpoint_kind::memory};
};

/// What runs sandboxes: containers, virtual machines, plain processes. The daemon knows engines by this interface only.
///
/// Implementations override the virtual functions; callers use the `async_` functions of `hearth/engine/operations.hpp`,
/// which take any completion token. Exec, terminals, files, sessions, tunnels, listening ports and activity are **not**
/// operations of an engine: they go through `agent_channel` and the agent client of `io`, the same for every engine
/// (E-32).
///
/// The mandatory operations are pure. The optional ones answer `engine_errc::unsupported` unless overridden, or do what
/// D-110 says about an engine without them; `supports` tells beforehand, and why not.
///
/// Every operation
/// - takes an engine id (D-100) and a deadline, after which it fails with `engine_errc::timeout`;
/// - calls its handler exactly once, on the handler's executor, never from inside the call: `io::pending_handler`;
/// - fails with a code whose `class_of` is meant (D-103); `sandbox_info::detail` then has the story;
/// - is all or nothing: after a failure the sandbox is as it was, and nothing new is left on the host (D-210, D-233);
/// - ends early with `errc::operation_cancelled` if its handler's slot asks for it, where that leaves nothing half done;
///   who wants a transition to outlive its request gives no slot.
/// Concurrent transitions of one sandbox are queued, or join the running one of the same target (D-021, D-023).
///
/// Every engine keeps the contract of D-102: what the test suite does to one of them, it does to all.
///
/// Thread safety: every member may be called from any thread. An engine outlives its operations.
/// \req D-100, D-101, D-102, D-103, D-110, D-112, E-03, E-12, E-32
class sandbox_engine {
public:
    using info_handler = io::any_handler<void(net_error_code, sandbox_info)>;
    using manifest_handler = io::any_handler<void(net_error_code, snapshot_manifest)>;
    using done_handler = io::any_handler<void(net_error_code)>;

    sandbox_engine() = default;
    sandbox_engine(const sandbox_engine&) = delete;
    sandbox_engine& operator=(const sandbox_engine&) = delete;
    virtual ~sandbox_engine() = default;

    /// Where handlers without an executor of their own run.
    virtual net::any_io_executor get_executor() const = 0;
    /// The first part of its engine ids: `oci`, `qemu`, … (E-04).
    virtual std::string_view name() const noexcept = 0;
    /// What it can do on this host, as last probed.
    /// \req E-10
    virtual engine::capabilities supports() const = 0;

    // --- mandatory --------------------------------------------------------------------------------------------------

    /// Builds, boots and waits for the agent (30 s at most). Answers status `running`, thermal state hot.
    virtual void create(sandbox_spec spec, time_point deadline, info_handler done) = 0;
    /// Ends it and removes everything it had. A second destroy succeeds; an id that never was is `not_found`.
    virtual void destroy(std::string engine_id, time_point deadline, done_handler done) = 0;
    /// Saves its memory if the engine can, and frees it; says `memory_lost` if it cannot (E-12). Stopping a stopped one
    /// succeeds and changes nothing.
    virtual void stop(std::string engine_id, time_point deadline, info_handler done) = 0;
    /// Restores it from its snapshot, or boots from its disk if there is none. Starting a running one succeeds and
    /// changes nothing.
    virtual void start(std::string engine_id, start_options options, time_point deadline, info_handler done) = 0;
    /// From memory: never asks the guest, never waits for a transition. `not_found` for an unknown id.
    virtual result<sandbox_info> status(std::string_view engine_id) const = 0;
    /// All it knows, in any state. From memory, as `status`.
    virtual std::vector<sandbox_info> list() const = 0;
    /// Connects to the sandbox's agent: a stream with nothing in front of the first frame. Fails within a second with
    /// `not_running` unless the sandbox is hot; never wakes it (D-112).
    /// \param on  The stream's executor: a strand, or that of a context which one thread runs.
    virtual void agent_channel(std::string engine_id, agent_port port, const net::any_io_executor& on,
                               time_point deadline, io::connect_handler done) = 0;

    // --- thermal ----------------------------------------------------------------------------------------------------

    /// Never waits for a transition in progress (D-111). Without thermal control, what runs is hot (D-110).
    virtual thermal_state thermal(std::string_view engine_id) const {
        const auto known = status(engine_id);
        if (!known)
            return thermal_state::none;
        return known->status == sandbox_status::running ? thermal_state::hot : thermal_state::cold;
    }
    /// Resumes a warm sandbox, starts a cold one, does nothing to a hot one. Without thermal control, nothing at all
    /// (D-110).
    virtual void ensure_hot(std::string engine_id, time_point, info_handler done) {
        auto known = status(engine_id);
        io::pending_handler<void(net_error_code, sandbox_info)>(std::move(done))
            .post(known.error(), known ? std::move(*known) : sandbox_info{});
    }
    /// Hot to warm; nothing to do for a warm one; `not_running` for a cold one (D-113).
    virtual void pause(std::string, time_point, info_handler done) { refuse(std::move(done)); }
    /// Takes back guest memory before a pause; the resume gives it back (D-114).
    virtual void set_balloon(std::string, std::int64_t /*mebibytes*/, time_point, done_handler done) {
        refuse(std::move(done));
    }

    // --- recovery ---------------------------------------------------------------------------------------------------

    /// What the daemon stores for `restore`; empty for an unknown id.
    virtual state_map save_state(std::string_view) const { return {}; }
    /// Makes a sandbox known again after the daemon's restart, adopting what still runs. `known` is what was stored.
    virtual void restore(sandbox_info /*known*/, state_map, time_point, info_handler done) { refuse(std::move(done)); }
    /// Removes host objects that carry this daemon's mark and belong to no known sandbox. Called after all `restore`s.
    virtual void cleanup_orphans(time_point, done_handler done) {
        io::pending_handler<void(net_error_code)>(std::move(done)).post({});
    }

    // --- copies -----------------------------------------------------------------------------------------------------

    /// Takes a named snapshot of a running or stopped sandbox, which goes on as it was.
    virtual void checkpoint(std::string /*engine_id*/, checkpoint_request, time_point, manifest_handler done) {
        refuse(std::move(done));
    }
    /// A new sandbox from a named snapshot: `spec` says id, name and what the agent is told, the manifest the rest.
    virtual void resume_snapshot(std::string /*directory*/, snapshot_manifest, sandbox_spec /*spec*/, time_point,
                                 info_handler done) {
        refuse(std::move(done));
    }
    /// A running copy of a running sandbox.
    virtual void fork(std::string /*engine_id*/, sandbox_spec /*spec*/, time_point, info_handler done) {
        refuse(std::move(done));
    }
    /// Copies the root disk of a running sandbox to a file that can be an image.
    virtual void save_image(std::string /*engine_id*/, std::string /*destination*/, time_point, done_handler done) {
        refuse(std::move(done));
    }

    /// Lets go of everything that need not outlive the daemon; running sandboxes are left for adoption.
    virtual void shutdown(time_point, done_handler done) {
        io::pending_handler<void(net_error_code)>(std::move(done)).post({});
    }

protected:
    /// Completes an operation that this engine does not have.
    template <class... Values>
    static void refuse(io::any_handler<void(net_error_code, Values...)> done) {
        io::pending_handler<void(net_error_code, Values...)>(std::move(done))
            .post(make_error_code(engine_errc::unsupported), Values{}...);
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::engine

#endif
