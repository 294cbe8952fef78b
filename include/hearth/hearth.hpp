#ifndef HEARTH_HEARTH_HPP
#define HEARTH_HEARTH_HPP

/// Everything, for examples and first programs. A larger program includes what it uses.

#include <hearth/core.hpp>
#include <hearth/engine.hpp>
#include <hearth/io.hpp>
#include <hearth/session.hpp>
#include <hearth/wire.hpp>

#endif
