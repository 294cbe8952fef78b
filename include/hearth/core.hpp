#ifndef HEARTH_CORE_HPP
#define HEARTH_CORE_HPP

/// Vocabulary of the SDK: errors, results, limits, bytes, time.

#include <hearth/core/bytes.hpp>
#include <hearth/core/clock.hpp>
#include <hearth/core/config.hpp>
#include <hearth/core/errc.hpp>
#include <hearth/core/limits.hpp>
#include <hearth/core/result.hpp>
#include <hearth/core/utf8.hpp>
#include <hearth/core/version.hpp>

#endif
