# carries(WHAT FROM CHAPTER [EXCEPT FILE...] [NEW FILE...] [GONE FILE...]): this chapter has WHAT, a room
# or a file, from an earlier one, byte for byte. EXCEPT names the files that it changes, NEW those that
# it adds, GONE those that it leaves behind. A test checks this. (It reads what was configured: build
# after you have changed such a line.)
include_guard(GLOBAL)

set(LAB_CHECK_CARRIED "${CMAKE_CURRENT_LIST_DIR}/check_carried.cmake")

function(carries what)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "FROM" "EXCEPT;NEW;GONE")
  get_filename_component(chapter "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  if(NOT ARG_FROM OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "carries(WHAT FROM CHAPTER [EXCEPT ...] [NEW ...] [GONE ...]), not ${ARGV}")
  endif()
  get_filename_component(from "${CMAKE_CURRENT_SOURCE_DIR}/../${ARG_FROM}" ABSOLUTE)
  if(NOT IS_DIRECTORY "${from}")
    if(LAB_WHOLE)
      message(FATAL_ERROR "${chapter} carries ${what} from ${ARG_FROM}, which is not there")
    endif()
    return()  # a chapter builds without the others
  endif()
  add_test(NAME "${chapter}/Carries.${what}"
    COMMAND "${CMAKE_COMMAND}" "-DTHERE=${from}" "-DHERE=${CMAKE_CURRENT_SOURCE_DIR}" "-DWHAT=${what}"
      "-DEXCEPT=${ARG_EXCEPT}" "-DNEW=${ARG_NEW}" "-DGONE=${ARG_GONE}" -P "${LAB_CHECK_CARRIED}")
endfunction()
