# Builds and runs one consumer from nothing. Called by CTest; see CMakeLists.txt beside it for the variables.

file(REMOVE_RECURSE ${WORK})
set(options "")

macro(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endmacro()

if(INSTALLED)
  # Installed in one place and used in another: what was installed must not remember where.
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed)
  file(RENAME ${WORK}/installed ${WORK}/moved)
  list(APPEND options -D CMAKE_PREFIX_PATH=${WORK}/moved)
else()
  # FetchContent takes the folder instead of a download; the other consumer reads the first variable.
  list(APPEND options -D HEARTH_SOURCE=${SOURCE} -D FETCHCONTENT_SOURCE_DIR_HEARTH=${SOURCE})
endif()

run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -G ${GENERATOR} -D CMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}
    -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} ${options})
run(${CMAKE_COMMAND} --build ${WORK}/build)
file(GLOB programs ${WORK}/build/consumer*)
list(FILTER programs EXCLUDE REGEX "\\.[a-z]+$")
if(NOT programs)
  message(FATAL_ERROR "the consumer built no program")
endif()
foreach(program IN LISTS programs)
  run(${program})
endforeach()

if(INSTALLED)
  find_program(PKG_CONFIG pkg-config REQUIRED)
  set(ENV{PKG_CONFIG_PATH} ${WORK}/moved/share/pkgconfig)
  execute_process(COMMAND ${PKG_CONFIG} --cflags --libs hearth OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
  if(NOT flags MATCHES "moved")
    message(FATAL_ERROR "pkg-config found another Hearth: ${flags}")
  endif()
  separate_arguments(flags)
  run(${COMPILER} -std=c++20 ${CONSUMER}/core.cpp ${flags} -o ${WORK}/from-pkg-config)
  run(${WORK}/from-pkg-config)
endif()
