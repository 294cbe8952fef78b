#ifndef HEARTH_IO_DETAIL_TASK_SET_HPP
#define HEARTH_IO_DETAIL_TASK_SET_HPP

#include <hearth/net/coroutine.hpp>

#include <exception>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace hearth::io::detail {
inline namespace HEARTH_NET_ABI {

/// Coroutines that run, so that whoever spawned them can cancel them and knows when they have ended.
///
/// Everything happens on the executor that they run on, a strand or that of a context which one thread runs.
class task_set {
    struct task {
        net::cancellation_signal stop;
    };

public:
    /// Of one task; does not keep it.
    using handle = std::weak_ptr<task>;

    /// \param ended  Called when the task has ended, whatever it threw, and is no longer in the set.
    template <class Ended>
    handle spawn(const net::any_io_executor& on, net::awaitable<void> what, Ended ended) {
        const auto here = running_.insert(running_.end(), std::make_shared<task>());
        const handle made = *here;
        const auto slot = (*here)->stop.slot();
        net::co_spawn(on, std::move(what),
                      net::bind_cancellation_slot(slot, net::bind_executor(on, [this, here, ended = std::move(ended)](
                                                                                   std::exception_ptr) mutable {
                                                      running_.erase(here);
                                                      ended();
                                                  })));
        return made;
    }

    /// \note The signal is kept while it is emitted: what it stops may end meanwhile.
    static void cancel(const handle& which) {
        if (const auto it = which.lock())
            it->stop.emit(net::cancellation_type::terminal);
    }
    void cancel_all() {
        const std::vector<std::shared_ptr<task>> each(running_.begin(), running_.end());
        for (const auto& it : each)
            it->stop.emit(net::cancellation_type::terminal);
    }
    bool empty() const noexcept { return running_.empty(); }

private:
    std::list<std::shared_ptr<task>> running_;
};

}  // namespace HEARTH_NET_ABI
}  // namespace hearth::io::detail

#endif
