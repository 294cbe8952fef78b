# Installs headers, the CMake package and the pkg-config file. Nothing is compiled, so nothing depends on the machine.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/hearth)

# One export per target: an importing project needs only the Asio it links.
install(TARGETS hearth_core EXPORT hearth-core FILE_SET HEADERS FILE_SET bodies)
foreach(flavour asio boost_asio)
  if(TARGET hearth_${flavour})
    install(TARGETS hearth_${flavour} EXPORT hearth-${flavour} FILE_SET HEADERS)
  endif()
endforeach()
foreach(component core asio boost_asio)
  if(TARGET hearth_${component})
    install(EXPORT hearth-${component} NAMESPACE hearth:: DESTINATION ${package_dir})
  endif()
endforeach()

configure_package_config_file(cmake/hearthConfig.cmake.in ${PROJECT_BINARY_DIR}/package/hearthConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/hearthConfigVersion.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
configure_file(cmake/hearth.pc.in package/hearth.pc @ONLY)

install(FILES ${PROJECT_BINARY_DIR}/package/hearthConfig.cmake ${PROJECT_BINARY_DIR}/package/hearthConfigVersion.cmake
              cmake/FindAsio.cmake
        DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/package/hearth.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
