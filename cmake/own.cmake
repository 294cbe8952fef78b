# Settings of our own programs. Nothing here reaches a project that links the SDK.

if((CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
   OR (CMAKE_CXX_COMPILER_ID STREQUAL Clang AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16))
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}: Hearth needs GCC 12 or "
                      "Clang 16. Run cmake/bootstrap, or name a newer compiler in the environment variable CXX.")
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(hearth_own INTERFACE)
target_compile_options(hearth_own INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion
                       -Wno-sign-conversion)

option(HEARTH_WERROR "Treat warnings in our own programs as errors" OFF)
if(HEARTH_WERROR)
  target_compile_options(hearth_own INTERFACE -Werror)
endif()

# Our own programs compile the SDK's longer bodies and Asio's once per flavour, instead of in every source.
function(hearth_add_bodies name flavour asio_source asio_definition)
  if(NOT TARGET hearth::${flavour})
    return()
  endif()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${name}.cpp @ONLY
       CONTENT "#include <hearth/src.hpp>\n#include <${asio_source}>\n")
  add_library(${name} STATIC ${PROJECT_BINARY_DIR}/generated/${name}.cpp)
  target_compile_definitions(${name} PUBLIC HEARTH_SEPARATE_COMPILATION ${asio_definition})
  target_link_libraries(${name} PUBLIC hearth::${flavour} hearth_own)
endfunction()
