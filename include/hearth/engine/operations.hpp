#ifndef HEARTH_ENGINE_OPERATIONS_HPP
#define HEARTH_ENGINE_OPERATIONS_HPP

#include <hearth/engine/sandbox_engine.hpp>
#include <hearth/io/agent_address.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace hearth::engine {
inline namespace HEARTH_NET_ABI {
namespace detail {

/// Turns any completion token into the type-erased handler that an engine's operation takes last.
template <class Signature, class Operation, class Token, class... Args>
auto initiate(sandbox_engine& engine, Operation operation, Token&& token, Args&&... args) {
    return net::async_initiate<Token, Signature>(
        [](auto handler, sandbox_engine* on, Operation what, std::decay_t<Args>... values) {
            io::any_handler<Signature> erased(std::move(handler), on->get_executor());
            (on->*what)(std::move(values)..., std::move(erased));
        },
        token, &engine, operation, std::forward<Args>(args)...);
}

}  // namespace detail

using info_signature = void(net_error_code, sandbox_info);
using manifest_signature = void(net_error_code, snapshot_manifest);
using done_signature = void(net_error_code);

// The operations of `sandbox_engine` for any completion token; its comments describe them. The engine outlives them.

/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_create(sandbox_engine& e, sandbox_spec spec, time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::create, std::forward<Token>(token), std::move(spec),
                                            deadline);
}
/// Completes with `void(net_error_code)`.
template <net::completion_token_for<done_signature> Token>
auto async_destroy(sandbox_engine& e, std::string engine_id, time_point deadline, Token&& token) {
    return detail::initiate<done_signature>(e, &sandbox_engine::destroy, std::forward<Token>(token),
                                            std::move(engine_id), deadline);
}
/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_stop(sandbox_engine& e, std::string engine_id, time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::stop, std::forward<Token>(token), std::move(engine_id),
                                            deadline);
}
/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_start(sandbox_engine& e, std::string engine_id, start_options options, time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::start, std::forward<Token>(token), std::move(engine_id),
                                            options, deadline);
}
/// Completes with `void(net_error_code, io::any_stream)`.
template <net::completion_token_for<io::connect_signature> Token>
auto async_agent_channel(sandbox_engine& e, std::string engine_id, agent_port port,
                         const net::any_io_executor& stream_executor, time_point deadline, Token&& token) {
    return detail::initiate<io::connect_signature>(e, &sandbox_engine::agent_channel, std::forward<Token>(token),
                                                   std::move(engine_id), port, stream_executor, deadline);
}
/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_ensure_hot(sandbox_engine& e, std::string engine_id, time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::ensure_hot, std::forward<Token>(token),
                                            std::move(engine_id), deadline);
}
/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_pause(sandbox_engine& e, std::string engine_id, time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::pause, std::forward<Token>(token), std::move(engine_id),
                                            deadline);
}
/// Completes with `void(net_error_code)`.
template <net::completion_token_for<done_signature> Token>
auto async_set_balloon(sandbox_engine& e, std::string engine_id, std::int64_t mebibytes, time_point deadline,
                       Token&& token) {
    return detail::initiate<done_signature>(e, &sandbox_engine::set_balloon, std::forward<Token>(token),
                                            std::move(engine_id), mebibytes, deadline);
}
/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_restore(sandbox_engine& e, sandbox_info known, state_map state, time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::restore, std::forward<Token>(token), std::move(known),
                                            std::move(state), deadline);
}
/// Completes with `void(net_error_code)`.
template <net::completion_token_for<done_signature> Token>
auto async_cleanup_orphans(sandbox_engine& e, time_point deadline, Token&& token) {
    return detail::initiate<done_signature>(e, &sandbox_engine::cleanup_orphans, std::forward<Token>(token), deadline);
}
/// Completes with `void(net_error_code, snapshot_manifest)`.
template <net::completion_token_for<manifest_signature> Token>
auto async_checkpoint(sandbox_engine& e, std::string engine_id, checkpoint_request request, time_point deadline,
                      Token&& token) {
    return detail::initiate<manifest_signature>(e, &sandbox_engine::checkpoint, std::forward<Token>(token),
                                                std::move(engine_id), std::move(request), deadline);
}
/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_resume_snapshot(sandbox_engine& e, std::string directory, snapshot_manifest manifest, sandbox_spec spec,
                           time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::resume_snapshot, std::forward<Token>(token),
                                            std::move(directory), std::move(manifest), std::move(spec), deadline);
}
/// Completes with `void(net_error_code, sandbox_info)`.
template <net::completion_token_for<info_signature> Token>
auto async_fork(sandbox_engine& e, std::string engine_id, sandbox_spec spec, time_point deadline, Token&& token) {
    return detail::initiate<info_signature>(e, &sandbox_engine::fork, std::forward<Token>(token), std::move(engine_id),
                                            std::move(spec), deadline);
}
/// Completes with `void(net_error_code)`.
template <net::completion_token_for<done_signature> Token>
auto async_save_image(sandbox_engine& e, std::string engine_id, std::string destination, time_point deadline,
                      Token&& token) {
    return detail::initiate<done_signature>(e, &sandbox_engine::save_image, std::forward<Token>(token),
                                            std::move(engine_id), std::move(destination), deadline);
}
/// Completes with `void(net_error_code)`.
template <net::completion_token_for<done_signature> Token>
auto async_shutdown(sandbox_engine& e, time_point deadline, Token&& token) {
    return detail::initiate<done_signature>(e, &sandbox_engine::shutdown, std::forward<Token>(token), deadline);
}

/// One sandbox's agent as a connector, so that the agent client reaches it like any other. Borrows the engine.
/// \req E-32
struct engine_connector {
    sandbox_engine* engine;
    std::string engine_id;
    agent_port port{agent_port::control};

    /// As `io::any_connector::async_connect`; errors are the engine's.
    template <net::completion_token_for<io::connect_signature> Token>
    auto async_connect(const net::any_io_executor& on, time_point deadline, Token&& token) const {
        return async_agent_channel(*engine, engine_id, port, on, deadline, std::forward<Token>(token));
    }
};

/// Where the agent of a sandbox is, for `io::agent_client`. The engine outlives its use.
/// \req E-32
inline io::agent_address agent_of(sandbox_engine& e, const std::string& engine_id) {
    return {engine_connector{&e, engine_id, agent_port::control}, engine_connector{&e, engine_id, agent_port::forward}};
}

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::engine

#endif
