#include "row.hpp"

#include <exception>
#include <memory>
#include <vector>

namespace hearth::bench {

namespace {

bool of_bandwidth(const bar& limit) {
    return limit.of == bar::scale::bandwidth_ratio || limit.of == bar::scale::gigabytes;
}

measurement empty_measurement(const probe& of) {
    measurement out;
    out.name = of.name;
    out.bytes = of.bytes;
    return out;
}

void summarize_into(measurement& out, const series& raw) {
    out.batch = raw.batch;
    out.samples = summarize(raw.samples);
    out.warm_up = summarize(raw.warm_up);
    out.warm_up_iterations = raw.warm_up_iterations;
}

}  // namespace

std::optional<double> outcome::ratio() const noexcept {
    if (!floor || work.samples.n == 0 || floor->samples.n == 0 || floor->samples.p50 <= 0 || work.samples.p50 <= 0)
        return std::nullopt;
    if (limit && of_bandwidth(*limit))
        return work.gigabytes() / floor->gigabytes();
    return work.samples.p50 / floor->samples.p50;
}

std::optional<bool> outcome::met() const noexcept {
    if (!limit || work.samples.n == 0)
        return std::nullopt;
    switch (limit->of) {
    case bar::scale::nanoseconds: return work.samples.p50 <= limit->limit;
    case bar::scale::gigabytes: return work.gigabytes() >= limit->limit;
    case bar::scale::time_ratio:
    case bar::scale::bandwidth_ratio: break;
    }
    const auto against_floor = ratio();
    if (!against_floor)
        return std::nullopt;
    return of_bandwidth(*limit) ? *against_floor >= limit->limit : *against_floor <= limit->limit;
}

outcome run(const row& what, const sampling& how, const clock_function& now) {
    outcome out;
    out.work = empty_measurement(what.work);
    out.limit = what.limit;
    if (what.floor)
        out.floor = empty_measurement(*what.floor);
    try {
        std::vector<std::unique_ptr<operation>> made;
        made.push_back(what.work.make());
        if (what.floor)
            made.push_back(what.floor->make());
        std::vector<operation*> operations;
        for (const auto& each : made)
            operations.push_back(each.get());

        const auto measured = measure(operations, how, now);
        summarize_into(out.work, measured[0]);
        if (out.floor)
            summarize_into(*out.floor, measured[1]);
        if (out.work.samples.n == 0)
            out.error = "interrupted";
    } catch (const std::exception& failure) {
        out.error = failure.what();
    }
    return out;
}

}  // namespace hearth::bench
