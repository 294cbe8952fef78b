#ifndef HEARTH_IO_DETAIL_REFILLED_HPP
#define HEARTH_IO_DETAIL_REFILLED_HPP

#include <functional>
#include <utility>

namespace hearth::io::detail {

/// A machine that a driver asks for more to send before each write (see `driver`); who has more is told.
template <class Machine>
class refilled : public Machine {
public:
    refilled(Machine machine, std::function<void(Machine&)> refill)
        : Machine(std::move(machine)), refill_(std::move(refill)) {}

    void refill() { refill_(*this); }

private:
    std::function<void(Machine&)> refill_;
};

}  // namespace hearth::io::detail

#endif
