# Finds RapidJSON by its header: the packages of the distributions disagree on names and variables. Defines
# RapidJSON::RapidJSON.
find_path(RapidJSON_INCLUDE_DIR NAMES rapidjson/rapidjson.h)
if(RapidJSON_INCLUDE_DIR)
  file(STRINGS "${RapidJSON_INCLUDE_DIR}/rapidjson/rapidjson.h" hearth_version_lines
       REGEX "^#define RAPIDJSON_(MAJOR|MINOR|PATCH)_VERSION +[0-9]+")
  string(REGEX MATCHALL "[0-9]+" hearth_version_lines "${hearth_version_lines}")
  list(JOIN hearth_version_lines "." RapidJSON_VERSION)
  unset(hearth_version_lines)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RapidJSON REQUIRED_VARS RapidJSON_INCLUDE_DIR VERSION_VAR RapidJSON_VERSION
  REASON_FAILURE_MESSAGE "Install rapidjson-dev, or set RapidJSON_INCLUDE_DIR to the folder above rapidjson/.")
mark_as_advanced(RapidJSON_INCLUDE_DIR)

if(RapidJSON_FOUND AND NOT TARGET RapidJSON::RapidJSON)
  add_library(RapidJSON::RapidJSON INTERFACE IMPORTED)
  target_include_directories(RapidJSON::RapidJSON INTERFACE "${RapidJSON_INCLUDE_DIR}")
endif()
