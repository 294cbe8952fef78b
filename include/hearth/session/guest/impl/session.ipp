#ifndef HEARTH_SESSION_GUEST_IMPL_SESSION_IPP
#define HEARTH_SESSION_GUEST_IMPL_SESSION_IPP

#include <hearth/session/guest/session.hpp>
#include <hearth/wire/frame_type.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace hearth::session::guest {

HEARTH_DECL session::session(options what, const agent_limits& limits, activity& seen)
    : process_port(limits, static_cast<unsigned>(stream::out)), what_(std::move(what)), limits_(limits), seen_(seen) {}

HEARTH_DECL wire::session_info session::info() const {
    wire::session_info out;
    out.session_id = what_.id;
    out.argv = what_.argv;
    out.tty = what_.tty;
    out.running = !end_.exited();
    if (end_.exited())
        out.exit_code = end_.status();
    out.attached = attached();
    out.created_at = what_.created_at;
    return out;
}

HEARTH_DECL void session::kill_all() {
    kill_ = !end_.exited();
    wake();
}

HEARTH_DECL time_point session::tick(time_point now) {
    if (gone_)
        return no_deadline;
    if (now >= idle_until_) {
        idle_until_ = no_deadline;
        kill_all();
    }
    if (end_.wants_drain(now) && !std::exchange(drain_, true))
        wake();
    if (!over_ && end_.over(now))
        process_over(now);
    const time_point expiry = retained_since_ && !client_ ? *retained_since_ + limits_.exit_retention : no_deadline;
    gone_ = now >= expiry;
    return std::min({idle_until_, over_ ? no_deadline : end_.deadline(now), gone_ ? no_deadline : expiry});
}

// --- the process's side -----------------------------------------------------------------------------------------------

HEARTH_DECL void session::on_started(time_point now) {
    started_ = true;
    if (client_)
        greet(now);
}

HEARTH_DECL void session::on_start_failed(std::string_view text, time_point now) {
    start_failed_ = gone_ = release_ = true;
    if (session_client* client = std::exchange(client_, nullptr))
        client->fail(text, now);
}

HEARTH_DECL void session::on_output(stream, bytes_view bytes, time_point now) {
    if (bytes.empty() || over_)
        return;
    output_.append(bytes);
    if (client_)
        client_->send(wire::frame_type::stdout_data, bytes, now);
}

HEARTH_DECL std::size_t session::output_room() const noexcept {
    return room_beside(client_ ? client_->backlog() : 0, limits_);
}

HEARTH_DECL void session::changed(time_point now) {
    if (end_.exited())
        for (const std::function<void()>* wake_waiting : awaiting_death_)
            if (*wake_waiting)
                (*wake_waiting)();
    if (!over_ && end_.over(now))
        process_over(now);
    if (client_)
        client_->wake();
}

HEARTH_DECL void session::process_over(time_point now) {
    over_ = release_ = true;
    idle_until_ = no_deadline;
    if (client_)
        client_->exit(end_.status(), now);
    else
        retained_since_ = now;
    wake();
}

// --- the attachment's side --------------------------------------------------------------------------------------------

HEARTH_DECL void session::attach(session_client& client, std::optional<wire::terminal_size> size, time_point now) {
    if (client_)
        client_->taken_over(now);
    client_ = &client;
    idle_until_ = no_deadline;
    if (what_.tty && size)
        resize_ = size;
    if (started_)
        greet(now);
    wake();
}

HEARTH_DECL void session::greet(time_point now) {
    std::string json;
    wire::write_session_info(info(), json);
    client_->send(wire::frame_type::session_info, as_bytes(json), now);
    for (const bytes_view piece : output_.contents())
        if (!piece.empty())
            client_->send(wire::frame_type::stdout_data, piece, now);
    if (over_)
        client_->exit(end_.status(), now);
}

HEARTH_DECL void session::detach(const session_client& client, time_point now) {
    if (client_ != &client)
        return;
    client_ = nullptr;
    if (over_)
        retained_since_ = now;
    else if (what_.max_idle_sec > 0)
        idle_until_ = now + std::chrono::seconds{std::min<std::int64_t>(what_.max_idle_sec, 1'000'000'000)};
    wake();
}

HEARTH_DECL void session::exit_delivered(const session_client& client) noexcept {
    if (client_ != &client)
        return;
    client_ = nullptr;
    gone_ = true;
}

HEARTH_DECL void session::note_input(const session_client& client, time_point now) noexcept {
    if (client_ == &client)
        seen_.on_session_input(now);
}

HEARTH_DECL std::size_t session::type(const session_client& client, bytes_view input) {
    if (client_ != &client)
        return input.size();
    const std::size_t taken = input_.append(input);
    wake();
    return taken;
}

HEARTH_DECL void session::end_input(const session_client& client) {
    if (client_ != &client || what_.tty)
        return;
    input_.end();
    wake();
}

HEARTH_DECL void session::resize_terminal(const session_client& client, wire::terminal_size size) {
    if (client_ != &client || !what_.tty)
        return;
    resize_ = size;
    wake();
}

HEARTH_DECL void session::terminate_process(const session_client& client) {
    if (client_ != &client)
        return;
    terminate_ = true;
    wake();
}

}  // namespace hearth::session::guest

#endif
