#ifndef HEARTH_BENCH_OPERATION_HPP
#define HEARTH_BENCH_OPERATION_HPP

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace hearth::bench {

/// Something to be timed, together with everything it needs: files, threads and buffers live as long as it does.
class operation {
public:
    operation() = default;
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;
    virtual ~operation() = default;

    /// Does the work `iterations` times. The loop is inside, so that work of a few nanoseconds pays no call per iteration.
    /// \throws std::exception if the work cannot be done; the row is then reported as failed.
    virtual void run(std::size_t iterations) = 0;
};

/// \returns An operation that calls `body()` once per iteration.
template <class Body>
std::unique_ptr<operation> repeat(Body body) {
    class repeated final : public operation {
    public:
        explicit repeated(Body b) : body_(std::move(b)) {}
        void run(std::size_t iterations) override {
            for (; iterations != 0; --iterations)
                body_();
        }

    private:
        Body body_;
    };
    return std::make_unique<repeated>(std::move(body));
}

/// Makes the optimiser believe that `value`, and all memory reachable from outside, is looked at here.
template <class T>
inline void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

/// A named way to make an operation. Making it may cost a directory of 10,000 files, so it happens just before the row runs.
struct probe {
    std::string name;
    std::function<std::unique_ptr<operation>()> make;
    double bytes{0};  ///< moved per iteration; 0 if bandwidth says nothing about this work
};

}  // namespace hearth::bench

#endif
