#ifndef HEARTH_SRC_HPP
#define HEARTH_SRC_HPP

/// The bodies of the SDK, for projects that define HEARTH_SEPARATE_COMPILATION. Include this in exactly one source file.

#if !defined(HEARTH_SEPARATE_COMPILATION)
#    error "define HEARTH_SEPARATE_COMPILATION for every source before including hearth/src.hpp"
#endif

#include <hearth/core/impl/errc.ipp>
#include <hearth/core/impl/utf8.ipp>
#include <hearth/wire/impl/frame_type.ipp>

#endif
