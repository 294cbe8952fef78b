#ifndef HEARTH_CORE_CONFIG_HPP
#define HEARTH_CORE_CONFIG_HPP

/// HEARTH_DECL marks functions whose bodies live in `impl/*.ipp`.
///
/// Header-only use needs nothing. A project with slow builds defines HEARTH_SEPARATE_COMPILATION everywhere and includes
/// `hearth/src.hpp` in exactly one source file.
#if defined(HEARTH_SEPARATE_COMPILATION)
#    define HEARTH_DECL
#else
#    define HEARTH_DECL inline
#endif

#endif
