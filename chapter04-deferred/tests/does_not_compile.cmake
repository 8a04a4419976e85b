# Compiles SOURCE, which is wrong on purpose, and checks that the compiler says what is wrong: the
# words in the first line of SOURCE. If that is "compiles", it must compile, so that the others
# cannot fail for another reason, such as a header that is not found.
#
#   cmake -D COMPILER=c++ -D INCLUDE=folder -D SOURCE=file.cpp -P does_not_compile.cmake
cmake_minimum_required(VERSION 3.22)

file(STRINGS "${SOURCE}" expected LIMIT_COUNT 1)
string(REGEX REPLACE "^// " "" expected "${expected}")

execute_process(COMMAND "${COMPILER}" -std=c++20 -fsyntax-only "-I${INCLUDE}" "${SOURCE}"
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(expected STREQUAL "compiles")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "It should compile:\n${output}")
  endif()
elseif(status EQUAL 0)
  message(FATAL_ERROR "It compiles.")
else()
  string(FIND "${output}" "${expected}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "The compiler does not say: ${expected}\n${output}")
  endif()
endif()
