# What every chapter's CMakeLists.txt begins with: the compiler's settings, the libraries, and the
# functions lab_rooms, lab_library, lab_program, lab_examples, lab_test and carries. A chapter is
# configured by itself, or by the top level with the others; either way this file is read first.
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug, …" FORCE)
endif()
# -O3 compiles longer than -O2, and the lab's programs gain nothing by it.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(LAB_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

# For what is run and not measured, such as tests: optimizing would take longer than it saves.
set(LAB_UNOPTIMIZED $<$<CONFIG:Release>:-O0>)

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(LAB_SANITIZE)
  add_compile_options(-fsanitize=${LAB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${LAB_SANITIZE})
  # This check opens a pipe to look at memory, and fails where a test has used up all descriptors.
  add_compile_options(-fno-sanitize=vptr)
endif()

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_path(LAB_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(LAB_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
find_path(LAB_LIBEVENT_INCLUDE event2/event.h REQUIRED)
find_library(LAB_LIBEVENT_CORE event_core REQUIRED)
find_library(LAB_LIBEVENT_EXTRA event_extra REQUIRED)  # its name server and look-up
find_library(LAB_LIBEVENT_PTHREADS event_pthreads REQUIRED)

get_filename_component(LAB_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)

add_custom_target(programs)  # all programs, without the tests

enable_testing()
include(GoogleTest)

include("${LAB_ROOT}/common/fast_build.cmake")
include("${LAB_ROOT}/common/carries.cmake")

# lab_rooms(ROOM...): the library CHAPTER-parts of all that is in these rooms of a chapter. A file that you
# add to a room is built with the others.
function(lab_rooms)
  get_filename_component(chapter "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  list(TRANSFORM ARGN APPEND "/*.cpp" OUTPUT_VARIABLE patterns)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" ${patterns})
  lab_library(${chapter}-parts ${sources})
  target_include_directories(${chapter}-parts SYSTEM PUBLIC "${LAB_LIBEVENT_INCLUDE}")
  target_link_libraries(${chapter}-parts PUBLIC
    "${LAB_LIBEVENT_EXTRA}" "${LAB_LIBEVENT_CORE}" Threads::Threads)
endfunction()

# lab_library(TARGET SOURCE...): what several programs of this folder share. Its headers are included
# by their paths from this folder.
function(lab_library target)
  add_library(${target} STATIC ${ARGN})
  target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${target} PUBLIC lab_common)
  lab_build_fast(${target} lab_common)
endfunction()

# lab_program(NAME SOURCE... [LIBRARIES LIBRARY...]): a program of this folder, and part
# of the target with the folder's name.
function(lab_program name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "LIBRARIES")
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  # A target's name must be unique in the tree, a program's only in its folder.
  add_executable(${folder}-${name} ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${folder}-${name} PROPERTIES OUTPUT_NAME ${name})
  target_link_libraries(${folder}-${name} PRIVATE lab_common ${ARG_LIBRARIES})
  lab_build_fast(${folder}-${name} lab_common)
  lab_belongs(${folder}-${name})
  add_dependencies(programs ${folder}-${name})
endfunction()

# lab_examples(NAME...): the small programs of examples/.
function(lab_examples)
  get_filename_component(chapter "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  foreach(name IN LISTS ARGN)
    lab_program(${name} examples/${name}.cpp LIBRARIES ${chapter}-parts)
    set_target_properties(${chapter}-${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/examples")
  endforeach()
endfunction()

# lab_test(NAME SOURCE... [LIBRARIES LIBRARY...]): a GoogleTest program of this folder, and its tests.
function(lab_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "LIBRARIES")
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  add_executable(${folder}-${name} ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${folder}-${name} PROPERTIES OUTPUT_NAME ${name})
  target_link_libraries(${folder}-${name} PRIVATE
    lab_common lab_testing GTest::gtest_main ${ARG_LIBRARIES})
  target_compile_definitions(${folder}-${name} PRIVATE LAB_ROOT="${LAB_ROOT}"
    LAB_PROGRAMS="${CMAKE_CURRENT_BINARY_DIR}" LAB_CHAPTER="${CMAKE_CURRENT_SOURCE_DIR}")
  target_compile_options(${folder}-${name} PRIVATE ${LAB_UNOPTIMIZED})
  lab_build_fast(${folder}-${name} lab_testing)
  add_dependencies(${folder}-${name} lab_test_resolver)  # which the black-box suite preloads
  lab_belongs(${folder}-${name})
  gtest_discover_tests(${folder}-${name} TEST_PREFIX "${folder}/" DISCOVERY_TIMEOUT 60
    NO_PRETTY_VALUES PROPERTIES TIMEOUT 120)
endfunction()

# Makes the target part of its folder's own target.
function(lab_belongs target)
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  if(NOT TARGET ${folder})
    add_custom_target(${folder})
  endif()
  add_dependencies(${folder} ${target})
endfunction()

if(NOT TARGET lab_common)
  add_subdirectory("${LAB_ROOT}/common" "${CMAKE_BINARY_DIR}/common")
endif()
