# Finds standalone Asio, which ships no CMake package of its own. Defines Asio::asio.
find_path(Asio_INCLUDE_DIR NAMES asio.hpp)
if(Asio_INCLUDE_DIR)
  file(STRINGS "${Asio_INCLUDE_DIR}/asio/version.hpp" hearth_asio_number REGEX "^#define ASIO_VERSION [0-9]+")
  string(REGEX MATCH "[0-9]+" hearth_asio_number "${hearth_asio_number}")
  math(EXPR Asio_VERSION_MAJOR "${hearth_asio_number} / 100000")
  math(EXPR Asio_VERSION_MINOR "${hearth_asio_number} / 100 % 1000")
  math(EXPR Asio_VERSION_PATCH "${hearth_asio_number} % 100")
  set(Asio_VERSION ${Asio_VERSION_MAJOR}.${Asio_VERSION_MINOR}.${Asio_VERSION_PATCH})
  unset(hearth_asio_number)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Asio REQUIRED_VARS Asio_INCLUDE_DIR VERSION_VAR Asio_VERSION
  REASON_FAILURE_MESSAGE "Install libasio-dev, or set Asio_INCLUDE_DIR to the folder that holds asio.hpp.")
mark_as_advanced(Asio_INCLUDE_DIR)

if(Asio_FOUND AND NOT TARGET Asio::asio)
  find_package(Threads REQUIRED)
  add_library(Asio::asio INTERFACE IMPORTED)
  target_include_directories(Asio::asio INTERFACE "${Asio_INCLUDE_DIR}")
  target_link_libraries(Asio::asio INTERFACE Threads::Threads)
  if(Asio_VERSION VERSION_LESS 1.24)
    # Asio 1.22 looks for <experimental/coroutine> under Clang and so misses the coroutines of C++20.
    target_compile_definitions(Asio::asio INTERFACE
      $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT> $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_STD_COROUTINE>)
  endif()
endif()
