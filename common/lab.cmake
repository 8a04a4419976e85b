# What every chapter's CMakeLists.txt begins with: the compiler's settings, the libraries, and the
# functions lab_program and lab_test. A chapter is configured by itself, or by the top level with
# the others; either way this file is read first.
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug, …" FORCE)
endif()
# What CMake takes for a release takes a compiler longer, and the lab's programs gain nothing by it.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(LAB_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

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

# The lab links some hundred programs. These take half of the usual linker's time, or less.
include(CheckLinkerFlag)
find_program(LAB_LINKER NAMES ld.mold ld.lld ld.gold)
if(LAB_LINKER)
  string(REGEX REPLACE ".*ld\\." "-fuse-ld=" linker "${LAB_LINKER}")
  check_linker_flag(CXX "${linker}" LAB_LINKER_WORKS)  # the compiler may not know it
  if(LAB_LINKER_WORKS)
    add_link_options("${linker}")
  endif()
endif()

get_filename_component(LAB_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)

add_custom_target(programs)  # all programs, without the tests

enable_testing()
include(GoogleTest)

# lab_program(NAME SOURCE...): a program of this folder. `make <folder>` builds it.
function(lab_program name)
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  # A target's name must be unique in the tree, a program's only in its folder.
  add_executable(${folder}-${name} ${ARGN})
  set_target_properties(${folder}-${name} PROPERTIES OUTPUT_NAME ${name})
  target_link_libraries(${folder}-${name} PRIVATE lab_common)
  target_precompile_headers(${folder}-${name} REUSE_FROM lab_common)
  lab_belongs(${folder}-${name})
  add_dependencies(programs ${folder}-${name})
endfunction()

# lab_test(NAME SOURCE...): a GoogleTest program of this folder, and its tests.
function(lab_test name)
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  add_executable(${folder}-${name} ${ARGN})
  set_target_properties(${folder}-${name} PROPERTIES OUTPUT_NAME ${name})
  target_link_libraries(${folder}-${name} PRIVATE lab_common lab_testing GTest::gtest_main)
  target_compile_definitions(${folder}-${name} PRIVATE
    LAB_ROOT="${LAB_ROOT}" LAB_PROGRAMS="${CMAKE_CURRENT_BINARY_DIR}")
  lab_build_quickly(${folder}-${name} lab_testing)
  add_dependencies(${folder}-${name} lab_test_resolver)  # which the black-box suite preloads
  lab_belongs(${folder}-${name})
  gtest_discover_tests(${folder}-${name} TEST_PREFIX "${folder}/" DISCOVERY_TIMEOUT 60
    NO_PRETTY_VALUES PROPERTIES TIMEOUT 120)
endfunction()

# For what is neither measured nor read by its speed: to build it without optimizing, and its files
# together, takes a third of the time, and whoever clones the lab waits for that. Precompiled headers
# are for one level of optimizing, so such a target takes those of lab_quick, or of lab_testing.
function(lab_build_quickly target headers)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
  target_precompile_headers(${target} REUSE_FROM ${headers})
  lab_build_together(${target})
endfunction()

# Compiles all files of a target as one, so what they define must differ by name: their headers are
# read, and their templates instantiated, once. Where no header is precompiled, each file is built by
# itself, so that a missing #include shows.
function(lab_build_together target)
  if(CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  # GCC frees memory whenever it has 128 MB; to search a large file for what can go takes long.
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=500000>)
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
