# The SDK's three targets: hearth::core (no Asio), hearth::asio, hearth::boost_asio. Linking chooses the flavour.

find_package(RapidJSON REQUIRED)
find_package(Threads REQUIRED)

file(GLOB_RECURSE hearth_core_headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
     include/hearth/core/*.hpp include/hearth/wire/*.hpp include/hearth/session/*.hpp include/hearth/api/*.hpp
     include/hearth/wire.hpp include/hearth/session.hpp include/hearth/core.hpp)
file(GLOB_RECURSE hearth_core_bodies CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
     include/hearth/*.ipp include/hearth/src.hpp)
file(GLOB_RECURSE hearth_net_headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
     include/hearth/net/*.hpp include/hearth/io/*.hpp include/hearth/engine/*.hpp include/hearth/hearth.hpp)

add_library(hearth_core INTERFACE)
add_library(hearth::core ALIAS hearth_core)
set_target_properties(hearth_core PROPERTIES EXPORT_NAME core VERIFY_INTERFACE_HEADER_SETS ON)
target_compile_features(hearth_core INTERFACE cxx_std_20)
target_sources(hearth_core INTERFACE
  FILE_SET HEADERS BASE_DIRS include FILES ${hearth_core_headers}
  FILE_SET bodies TYPE HEADERS BASE_DIRS include FILES ${hearth_core_bodies})
set_target_properties(hearth_core PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
target_include_directories(hearth_core SYSTEM INTERFACE $<BUILD_INTERFACE:${RAPIDJSON_INCLUDE_DIRS}>)

# One flavour of the I/O half: the same headers, another Asio underneath.
function(hearth_add_flavour name asio_target)
  add_library(hearth_${name} INTERFACE)
  add_library(hearth::${name} ALIAS hearth_${name})
  set_target_properties(hearth_${name} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(hearth_${name} INTERFACE FILE_SET HEADERS BASE_DIRS include FILES ${hearth_net_headers})
  target_link_libraries(hearth_${name} INTERFACE hearth_core ${asio_target} Threads::Threads)
endfunction()

find_package(Asio)
if(Asio_FOUND)
  hearth_add_flavour(asio Asio::asio)
endif()
find_package(Boost 1.81)
if(Boost_FOUND)
  hearth_add_flavour(boost_asio Boost::headers)
  target_compile_definitions(hearth_boost_asio INTERFACE HEARTH_USE_BOOST_ASIO)
endif()
