#ifndef HEARTH_ENGINE_HPP
#define HEARTH_ENGINE_HPP

/// What a daemon asks of whatever runs sandboxes.

#include <hearth/engine/capabilities.hpp>
#include <hearth/engine/engine_id.hpp>
#include <hearth/engine/error.hpp>
#include <hearth/engine/operations.hpp>
#include <hearth/engine/sandbox_engine.hpp>
#include <hearth/engine/sandbox_info.hpp>
#include <hearth/engine/sandbox_spec.hpp>
#include <hearth/engine/snapshot_manifest.hpp>
#include <hearth/engine/state_map.hpp>

#endif
