#ifndef HEARTH_IO_FILE_WRITER_HPP
#define HEARTH_IO_FILE_WRITER_HPP

#include <hearth/core/bytes.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/io/detail/live_object.hpp>
#include <hearth/session/host/upload.hpp>

#include <cstdint>
#include <system_error>
#include <utility>
#include <variant>

namespace hearth::io {
inline namespace HEARTH_NET_ABI {

/// An upload under way: content is pushed (`async_write`) until all of it is there, then `async_finish` waits for the
/// agent's word that the file is in place. Letting the object go before aborts the upload; the target is untouched.
/// \req P-FILE-40, P-CLI-06
class file_writer : public detail::live_object<session::host::upload, std::variant<session::host::upload::completed>> {
public:
    using live_object::live_object;

    /// Bytes of the announced size not yet handed over.
    std::int64_t remaining() const noexcept { return handle_->remaining(); }

    /// Sends content. Completes with `void(net_error_code)` once everything is queued, at most 256 KiB ahead of the
    /// connection. An early refusal of the agent is its reason here, also when sending fails first; more bytes than
    /// announced are `errc::too_many_bytes`.
    /// \param bytes  Stay where they are until then.
    template <class Token>
    auto async_write(bytes_view bytes, Token&& token) {
        if (static_cast<std::int64_t>(bytes.size()) > remaining())
            fail(errc::too_many_bytes);
        return async_push(bytes, std::forward<Token>(token));
    }

    /// The source has failed with `why`, or has ended early (empty code): the upload ends and says so.
    void fail(std::error_code why) {
        handle_->source_failed(why);
        handle_.state->wake();
    }

    /// Waits until the file is in place. Completes with `void(net_error_code)`; `errc::source_failed` if content is
    /// missing. Cancellation: terminal, partial and total; the upload goes on.
    template <net::completion_token_for<void(net_error_code)> Token>
    auto async_finish(Token&& token) {
        return net::async_initiate<Token, void(net_error_code)>(
            [](auto handler, file_writer* self) { self->finish({std::move(handler), self->get_executor()}); }, token,
            this);
    }

private:
    void finish(any_handler<void(net_error_code)> handler) {
        if (remaining() > 0)
            fail({});
        pending_handler<void(net_error_code)> done(std::move(handler));
        const auto slot = done.slot();
        auto finished = [done = std::move(done)](net_error_code ec, const event&) mutable { done.dispatch(ec); };
        handle_.state->next({net::bind_cancellation_slot(slot, std::move(finished)), get_executor()});
    }
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io

#endif
