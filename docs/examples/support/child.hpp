// A child process with its standard streams on pipes or on a terminal: what the operating system wants, nothing else.

#ifndef HEARTH_EXAMPLES_CHILD_HPP
#define HEARTH_EXAMPLES_CHILD_HPP

#include <hearth/io.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace example {

namespace net = hearth::net;
namespace wire = hearth::wire;
using descriptor = net::posix::stream_descriptor;

struct child {
    pid_t pid{-1};
    descriptor exit;          ///< a pidfd: readable once the process has ended
    descriptor in, out, err;  ///< our ends; on a terminal `in` and `out` are its master and `err` is closed

    explicit child(const net::any_io_executor& on) : exit(on), in(on), out(on), err(on) {}
    child(child&&) = default;
    ~child() {
        if (pid > 0)
            (void)reap();
    }

    /// \returns 0, or the `errno` of the step that failed.
    int start(const wire::exec_request& what);
    void signal(int number) const { ::kill(-pid, number); }
    void resize(wire::terminal_size size) {
        const winsize to{size.rows, size.cols, 0, 0};
        ::ioctl(in.native_handle(), TIOCSWINSZ, &to);
    }
    /// Ends the process if it still runs. \returns Its exit status.
    int reap() {
        int status = 0;
        if (::waitpid(pid, &status, WNOHANG) == 0) {
            signal(SIGKILL);
            ::waitpid(pid, &status, 0);
        }
        pid = -1;
        return WIFSIGNALED(status) ? wire::exit_status_of_signal(WTERMSIG(status)) : WEXITSTATUS(status);
    }
};

inline int child::start(const wire::exec_request& what) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, what.tty || what.session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP);
    std::vector<int> theirs;
    if (what.tty) {
        const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        std::array<char, 64> slave{};
        if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0 ||
            ::ptsname_r(master, slave.data(), slave.size()) != 0)
            return errno;
        in.assign(master);
        out.assign(::fcntl(master, F_DUPFD_CLOEXEC, 0));
        resize(what.size());
        ::posix_spawn_file_actions_addopen(&actions, 0, slave.data(), O_RDWR, 0);
        ::posix_spawn_file_actions_adddup2(&actions, 0, 1);
        ::posix_spawn_file_actions_adddup2(&actions, 0, 2);
    } else {
        for (int fd = 0; fd < 3; ++fd) {
            int ends[2];
            if (::pipe2(ends, O_CLOEXEC) != 0)
                return errno;
            theirs.push_back(ends[fd == 0 ? 0 : 1]);
            (fd == 0 ? in : fd == 1 ? out : err).assign(ends[fd == 0 ? 1 : 0]);
            ::posix_spawn_file_actions_adddup2(&actions, theirs.back(), fd);
        }
    }
    if (!what.cwd.empty())
        ::posix_spawn_file_actions_addchdir_np(&actions, what.cwd.c_str());

    std::vector<char*> argv, env;
    for (const auto& word : what.argv)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    std::vector<std::string> variables{"PATH=/usr/local/bin:/usr/bin:/bin", "TERM=xterm-256color", "PS1=$ "};
    for (const auto& [name, value] : what.env)
        variables.push_back(name + "=" + value);
    for (auto& variable : variables)
        env.push_back(variable.data());
    env.push_back(nullptr);
    const int failure = ::posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), env.data());
    for (const int fd : theirs)
        ::close(fd);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failure == 0)
        exit.assign(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    else
        pid = -1;
    return failure;
}

}  // namespace example

#endif
