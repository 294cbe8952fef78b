# The SDK's three targets: hearth::core (no Asio), hearth::asio, hearth::boost_asio. Linking chooses the flavour.

# GLOBAL, because a project that adds this one as a subdirectory resolves these names in its own folder.
find_package(Threads REQUIRED GLOBAL)
find_package(Asio 1.22 MODULE GLOBAL)
find_package(Boost 1.81 CONFIG GLOBAL)

# A header belongs to the half its module lies in: what decides, or what waits.
function(hearth_glob_headers variable)
  list(TRANSFORM ARGN REPLACE "(.+)" "include/hearth/\\1/*.hpp" OUTPUT_VARIABLE patterns)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${patterns})
  list(TRANSFORM ARGN REPLACE "(.+)" "include/hearth/\\1.hpp" OUTPUT_VARIABLE patterns)
  file(GLOB umbrellas CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${patterns})
  set(${variable} ${headers} ${umbrellas} PARENT_SCOPE)
endfunction()
hearth_glob_headers(hearth_core_headers core wire session api)
hearth_glob_headers(hearth_net_headers net io engine hearth)
file(GLOB_RECURSE hearth_bodies CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} include/hearth/*.ipp)
list(APPEND hearth_bodies include/hearth/src.hpp)

add_library(hearth_core INTERFACE)
add_library(hearth::core ALIAS hearth_core)
set_target_properties(hearth_core PROPERTIES EXPORT_NAME core VERIFY_INTERFACE_HEADER_SETS ON
                      INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
target_compile_features(hearth_core INTERFACE cxx_std_20)
target_sources(hearth_core INTERFACE
  FILE_SET HEADERS BASE_DIRS include FILES ${hearth_core_headers}
  FILE_SET bodies TYPE HEADERS BASE_DIRS include FILES ${hearth_bodies})

# One flavour of the I/O half: the same headers, another Asio underneath.
function(hearth_add_flavour name asio_target)
  add_library(hearth_${name} INTERFACE)
  add_library(hearth::${name} ALIAS hearth_${name})
  set_target_properties(hearth_${name} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(hearth_${name} INTERFACE FILE_SET HEADERS BASE_DIRS include FILES ${hearth_net_headers})
  target_link_libraries(hearth_${name} INTERFACE hearth_core ${asio_target} Threads::Threads)
endfunction()

if(Asio_FOUND)
  hearth_add_flavour(asio Asio::asio)
endif()
if(Boost_FOUND)
  hearth_add_flavour(boost_asio Boost::headers)
  target_compile_definitions(hearth_boost_asio INTERFACE HEARTH_USE_BOOST_ASIO)
endif()
